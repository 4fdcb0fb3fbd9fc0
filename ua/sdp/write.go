package sdp

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Marshal writes the description: CRLF, the line order of RFC 8866 9, and no
// text that could end a line early.
func (s *Session) Marshal() []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) {
		fmt.Fprintf(&b, format+"\r\n", args...)
	}
	address := s.Address
	if !address.IsValid() {
		address = netip.IPv4Unspecified()
	}
	line("v=0")
	line("o=%s %d %d IN %s", word(s.Origin.User), s.Origin.ID, s.Origin.Version, network(s.Origin.Host, address))
	line("s=%s", text(s.Name))
	line("c=IN %s", network("", address))
	line("t=0 0")
	for _, m := range s.Before {
		line("%s", m.refusal())
	}
	s.writeAudio(line)
	for _, m := range s.After {
		line("%s", m.refusal())
	}
	return b.Bytes()
}

func (s *Session) writeAudio(line func(string, ...any)) {
	line("m=audio %d %s%s", s.Port, word(string(s.Profile)), words(s.Formats))
	if s.Port == 0 {
		return // what is refused needs no more words
	}
	for _, c := range s.Codecs {
		line("a=rtpmap:%d %s/%d%s", c.PT, word(c.Name), c.ClockRate, channels(c.Channels))
		if c.Fmtp != "" {
			line("a=fmtp:%d %s", c.PT, text(c.Fmtp))
		}
	}
	if s.Ptime > 0 {
		line("a=ptime:%d", s.Ptime/time.Millisecond)
	}
	if s.MaxPtime > 0 {
		line("a=maxptime:%d", s.MaxPtime/time.Millisecond)
	}
	if s.RTCPMux {
		line("a=rtcp-mux")
	}
	line("a=%s", s.Direction)
	for _, c := range s.Crypto {
		line("a=crypto:%s", text(c.Value()))
	}
}

// refusal is the m= line of a stream that is not wanted: its own kind, profile
// and formats with port 0 (RFC 3264 6).
func (m Media) refusal() string {
	return fmt.Sprintf("m=%s 0 %s%s", word(m.Kind), word(string(m.Profile)), words(m.Formats))
}

// network writes an address with its type. A host that was given as a name keeps
// it, under the type of the media address.
func network(host string, media netip.Addr) string {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		addr = media
	}
	kind := "IP4"
	if addr.Is6() {
		kind = "IP6"
	}
	if err != nil && host != "" {
		return kind + " " + word(host)
	}
	return kind + " " + addr.String()
}

func channels(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf("/%d", n)
}

// word makes one token of s, "-" if nothing is left (RFC 8866 5.2).
func word(s string) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if s == "" {
		return "-"
	}
	return s
}

// words writes formats, each behind a space. One is needed (RFC 8866 5.14), also
// for a stream that was refused without any.
func words(formats []string) string {
	if len(formats) == 0 {
		formats = []string{"0"}
	}
	var b strings.Builder
	for _, f := range formats {
		b.WriteString(" " + word(f))
	}
	return b.String()
}

// text makes one line of s, "-" if nothing is left.
func text(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if s = strings.TrimSpace(s); s == "" {
		return "-"
	}
	return s
}

// Follow makes s the next description of the session that prev described: the
// same origin, and a version one higher if anything else changed (RFC 3264 8).
func (s *Session) Follow(prev *Session) {
	s.Origin = prev.Origin
	if !slices.Equal(s.Marshal(), prev.Marshal()) {
		s.Origin.Version++
	}
}

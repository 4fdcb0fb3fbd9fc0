package sdp

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds of what is read. A telephone's description has 10 to 40 lines in well
// under 2 kB.
const (
	maxBytes   = 16 << 10
	maxLines   = 512
	maxFormats = 64
)

// Parse reads a description. If it has several audio streams, the one in use is
// the first that is plain RTP and not refused, else the first.
func Parse(data []byte) (*Session, error) {
	return parseFor(data, Profile.Plain)
}

// ParseKeyed is Parse for an end that speaks RTP/SAVP: of several audio streams
// one that is keyed comes before one in clear.
func ParseKeyed(data []byte) (*Session, error) {
	return parseFor(data, Profile.Keyed, Profile.Plain)
}

func parseFor(data []byte, wanted ...func(Profile) bool) (*Session, error) {
	if len(data) > maxBytes {
		return nil, &ParseError{Reason: ErrTooLarge}
	}
	lines := splitLines(string(data))
	if len(lines) > maxLines {
		return nil, &ParseError{Line: maxLines + 1, Reason: ErrTooLarge}
	}
	r := reader{top: section{line: 1}}
	for i, line := range lines {
		if err := r.line(i+1, line); err != nil {
			return nil, &ParseError{Line: i + 1, Reason: err}
		}
	}
	return r.session(wanted)
}

// splitLines takes CRLF, LF and CR alike, and a last line without an end. Other
// control characters mean nothing in any line and are dropped.
func splitLines(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t', r == 0x7f:
			return -1
		}
		return r
	}, text)
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// section is the session level or one m= line with what follows it.
type section struct {
	line int // of the m= line

	kind    string
	port    uint16
	profile Profile
	formats []string

	address    netip.Addr
	badAddress int // line of a c= that is no address
	attributes []attribute
}

type attribute struct{ name, value string }

// reader collects lines by section. The order of lines inside a section is not
// looked at: devices put c= before s=, and t= anywhere.
type reader struct {
	origin Origin
	name   string
	top    section
	media  []section
}

func (r *reader) current() *section {
	if len(r.media) == 0 {
		return &r.top
	}
	return &r.media[len(r.media)-1]
}

func (r *reader) line(number int, line string) error {
	if len(line) < 2 || line[1] != '=' {
		return nil
	}
	value := strings.TrimSpace(line[2:])
	switch line[0] {
	case 'o':
		r.origin = parseOrigin(value)
	case 's':
		r.name = value
	case 'c':
		r.connection(number, value)
	case 'a':
		name, arg, _ := strings.Cut(value, ":")
		s := r.current()
		s.attributes = append(s.attributes, attribute{strings.ToLower(name), strings.TrimSpace(arg)})
	case 'm':
		s, err := parseMedia(value)
		s.line = number
		r.media = append(r.media, s)
		return err
	}
	return nil
}

// parseOrigin reads what is there: o= decides nothing about a call.
func parseOrigin(value string) Origin {
	f := append(strings.Fields(value), make([]string, 6)...)
	id, _ := strconv.ParseUint(f[1], 10, 64)
	version, _ := strconv.ParseUint(f[2], 10, 64)
	return Origin{User: f[0], ID: id, Version: version, Host: f[5]}
}

// connection keeps the first c= line of a section. A bad one is an error only if
// the audio stream turns out to need it.
func (r *reader) connection(number int, value string) {
	s := r.current()
	if s.address.IsValid() {
		return
	}
	addr, ok := parseConnection(value)
	if !ok {
		s.badAddress = number
		return
	}
	s.address = addr
}

// parseConnection reads "IN IP4 192.0.2.1", with the TTL of a multicast address
// cut off. A host name is no address: a call must not wait for DNS.
func parseConnection(value string) (netip.Addr, bool) {
	f := strings.Fields(value)
	if len(f) < 3 || !strings.EqualFold(f[0], "IN") {
		return netip.Addr{}, false
	}
	host, _, _ := strings.Cut(f[2], "/")
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}, false
	}
	return addr.Unmap().WithZone(""), true
}

// parseMedia reads "audio 49170[/2] RTP/AVP 0 8 101".
func parseMedia(value string) (section, error) {
	f := strings.Fields(value)
	if len(f) < 3 {
		return section{}, ErrMedia
	}
	digits, _, _ := strings.Cut(f[1], "/")
	port, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return section{}, ErrMedia
	}
	if len(f[3:]) > maxFormats {
		return section{}, ErrTooLarge
	}
	return section{
		kind:    strings.ToLower(f[0]),
		port:    uint16(port),
		profile: profileOf(f[2]),
		formats: slices.Clone(f[3:]),
	}, nil
}

// session puts the sections together around the audio stream in use.
func (r *reader) session(wanted []func(Profile) bool) (*Session, error) {
	at := r.audio(wanted)
	if at < 0 {
		return nil, &ParseError{Reason: ErrNoAudio}
	}
	m := r.media[at]
	if m.port != 0 && len(m.formats) == 0 {
		return nil, &ParseError{Line: m.line, Reason: ErrMedia}
	}
	s := &Session{
		Origin:  r.origin,
		Name:    r.name,
		Port:    m.port,
		Profile: m.profile,
		Formats: m.formats,
		Before:  refusable(r.media[:at]),
		After:   refusable(r.media[at+1:]),
	}
	if err := s.setAddress(&r.top, &m); err != nil {
		return nil, err
	}
	// Session-level attributes first, so that the stream's own overrule them.
	// Keys belong to a stream (RFC 4568 4).
	top := slices.DeleteFunc(slices.Clone(r.top.attributes), func(a attribute) bool { return a.name == "crypto" })
	s.apply(append(top, m.attributes...))
	s.Codecs = codecs(m.formats, m.attributes)
	return s, nil
}

// audio finds the stream in use: the first of the most wanted kind that is not
// refused, else the first of all.
func (r *reader) audio(wanted []func(Profile) bool) int {
	for _, fits := range wanted {
		if i := slices.IndexFunc(r.media, func(m section) bool {
			return m.kind == "audio" && m.port != 0 && fits(m.profile)
		}); i >= 0 {
			return i
		}
	}
	return slices.IndexFunc(r.media, func(m section) bool { return m.kind == "audio" })
}

func refusable(sections []section) []Media {
	var out []Media
	for _, s := range sections {
		out = append(out, Media{Kind: s.kind, Profile: s.profile, Formats: s.formats, Refused: s.port == 0})
	}
	return out
}

// setAddress takes the stream's own c= line, else the session's. A refused
// stream may do without one.
func (s *Session) setAddress(top, m *section) error {
	s.Address = m.address
	if !s.Address.IsValid() {
		s.Address = top.address
	}
	if s.Address.IsValid() || s.Port == 0 {
		return nil
	}
	line := m.line
	for _, bad := range []int{top.badAddress, m.badAddress} {
		if bad != 0 {
			line = bad
		}
	}
	return &ParseError{Line: line, Reason: ErrAddress}
}

func milliseconds(text string) time.Duration {
	whole, _, _ := strings.Cut(text, ".")
	ms, err := strconv.ParseUint(whole, 10, 16)
	if err != nil {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}

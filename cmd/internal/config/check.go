package config

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"star18/audio/opus"
	"star18/cmd/internal/codecs"
	"star18/cmd/internal/sound"
	"star18/ua"
)

// check looks at every value that was read. What a line needs to run is
// checked by Line, because half of the commands have none.
func (l *loader) check() {
	l.checkText()
	l.checkLine()
	l.checkSIP()
	l.checkTLS()
	l.checkDialogs()
	l.checkRTP()
	l.checkAudio()
	l.checkMedia()
	l.checkCalls()
	l.checkTones()
	l.checkSecure()
	l.checkDialplan()
}

// checkText keeps control characters out of everything that reaches a header
// or a log: a line break in a display name would be a header of its own.
func (l *loader) checkText() {
	for _, k := range allKeys {
		if k.path == "secure.mini_certificate" || k.path == "secure.private_key" {
			continue // base64, in which white space is ignored
		}
		if v := k.value(&l.Settings); v.Kind().String() == "string" && strings.ContainsFunc(v.String(), unicode.IsControl) {
			l.bad(k.path, "contains a control character", "write it on one line without tabs or escapes")
		}
	}
}

func (l *loader) checkLine() {
	s := l.Settings.Line
	if s.User != "" && !ua.ValidUser(s.User) {
		l.bad("line.user", strconv.Quote(s.User)+" is not the part before the @", "write the number or name alone and the rest in line.domain")
	}
	l.checkHost("line.domain", s.Domain)
	l.checkHost("line.proxy", s.Proxy)
	l.checkHost("line.outbound_proxy", s.OutboundProxy)
	l.checkTransport()
	if s.Expires < time.Minute || s.Expires > 24*time.Hour || s.Expires%time.Second != 0 {
		l.bad("line.expires", s.Expires.String()+" is not from 60s to 24h in whole seconds", "write for example 3600s")
	}
}

// checkHost takes host or host:port, IPv6 in brackets.
func (l *loader) checkHost(key, text string) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = text, "5060"
	}
	n, err := strconv.ParseUint(port, 10, 16)
	switch {
	case text == "":
	case strings.HasPrefix(text, "sip:") || strings.HasPrefix(text, "sips:"):
		l.bad(key, strconv.Quote(text)+" is a URI", "remove the scheme: "+text[strings.IndexByte(text, ':')+1:])
	case err != nil || n == 0:
		l.bad(key, strconv.Quote(port)+" is not a port", "write host:5060 or the host alone")
	case !ua.ValidHost(host):
		l.bad(key, strconv.Quote(text)+" is not a host", "write a name like sip.example.com or an address")
	}
}

func (l *loader) checkSIP() {
	if k := l.Settings.SIP.Keepalive; k != 0 && (k < 5*time.Second || k > 10*time.Minute) {
		l.bad("sip.keepalive", k.String()+" is not from 5s to 10m", "write for example 15s, or 0s for none")
	}
	text := l.Settings.SIP.Listen
	if text == "" {
		return
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = text, "0"
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		l.bad("sip.listen", strconv.Quote(port)+" is not a port", "write :5060 or leave it empty for any free port")
		return
	}
	if host == "" {
		return
	}
	if _, err := netip.ParseAddr(host); err != nil {
		l.bad("sip.listen", strconv.Quote(host)+" is not an IP address", "write an address of this machine, or only :port")
	}
}

func (l *loader) checkRTP() {
	s := l.Settings.RTP
	for key, port := range map[string]int{"rtp.port_min": s.PortMin, "rtp.port_max": s.PortMax} {
		if port < 1024 || port > 65535 {
			l.bad(key, strconv.Itoa(port)+" is not a port for RTP", "write a port from 1024 to 65535")
		}
	}
	// A call needs an even port, and the odd one above it belongs to its RTCP.
	if s.PortMax < s.PortMin+s.PortMin%2+1 {
		l.bad("rtp.port_max", "leaves no pair of ports above rtp.port_min "+strconv.Itoa(s.PortMin), "leave two ports for each call")
	}
	if s.Ptime != 20*time.Millisecond && s.Ptime != 30*time.Millisecond {
		l.bad("rtp.ptime", s.Ptime.String()+" is not supported", "write 20ms or 30ms")
	}
	l.checkHost("rtp.stun", s.STUN)
}

func (l *loader) checkAudio() {
	s := l.Settings.Audio
	if _, err := sound.ParseInput(s.Input); err != nil {
		l.bad("audio.input", err.Error(), "write "+sound.Inputs)
	}
	if _, err := sound.ParseOutput(s.Output); err != nil {
		l.bad("audio.output", err.Error(), "write "+sound.Outputs)
	}
	if s.Ring != "" {
		if _, err := sound.ParseOutput(s.Ring); err != nil {
			l.bad("audio.ring", err.Error(), "write "+sound.Outputs+", or nothing for audio.output")
		}
	}
	l.checkTreatment()
	l.checkCodecs()
}

// checkCodecs lets the default pass where the build has no library for one of it.
func (l *loader) checkCodecs() {
	s := l.Settings.Audio
	if len(s.Codecs) == 0 {
		l.bad("audio.codecs", "is empty", "write [PCMU, PCMA]")
	}
	for i, name := range s.Codecs {
		switch _, err := codecs.New(name); {
		case errors.Is(err, opus.ErrNotBuilt):
			if !slices.Equal(s.Codecs, codecs.Default()) {
				l.bad("audio.codecs", strconv.Quote(name)+" needs libopus, which this program was built without", "remove it, or install libopus-dev and build again")
			}
		case err != nil:
			l.bad("audio.codecs", strconv.Quote(name)+" is no codec of star18", "write opus, G722, PCMU, PCMA, G726-32, AAL2-G726-32 or L16/16000")
		}
		if slices.IndexFunc(s.Codecs, func(c string) bool { return strings.EqualFold(c, name) }) != i {
			l.bad("audio.codecs", strconv.Quote(name)+" is listed twice", "remove one")
		}
	}
}

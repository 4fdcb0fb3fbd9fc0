package sdp

import (
	"net/netip"
	"strconv"
	"strings"
)

// apply reads the attributes that are not about one format; of two that say the
// same thing the later wins. Unknown ones mean nothing here.
func (s *Session) apply(attributes []attribute) {
	for _, a := range attributes {
		if d, ok := parseDirection(a.name); ok {
			s.Direction = d
			continue
		}
		switch a.name {
		case "ptime":
			s.Ptime = milliseconds(a.value)
		case "maxptime":
			s.MaxPtime = milliseconds(a.value)
		case "rtcp":
			s.RTCP = parseRTCP(a.value, s.Address)
		case "rtcp-mux":
			s.RTCPMux = true
		case "crypto":
			s.Crypto = append(s.Crypto, NewCrypto(a.value))
		case "fingerprint":
			s.Fingerprint = true
		}
	}
}

// parseRTCP reads "53020 [IN IP4 192.0.2.1]" (RFC 3605).
func parseRTCP(value string, media netip.Addr) netip.AddrPort {
	number, rest := cutSpace(value)
	port, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return netip.AddrPort{}
	}
	if addr, ok := parseConnection(rest); ok {
		media = addr
	}
	return netip.AddrPortFrom(media, uint16(port))
}

// codecs gives the formats of an m= line their meaning: an rtpmap, else the
// static table. A number that has neither, or is listed twice, is left out.
func codecs(formats []string, attributes []attribute) []Codec {
	var out []Codec
	seen := make(map[uint8]bool)
	for _, format := range formats {
		pt, ok := payloadType(format)
		if !ok || seen[pt] {
			continue
		}
		seen[pt] = true
		c, known := staticCodec(pt)
		if m, ok := rtpmap(pt, attributes); ok {
			c, known = m, true
		}
		if known {
			c.Fmtp = forFormat("fmtp", pt, attributes)
			out = append(out, c)
		}
	}
	return out
}

func payloadType(text string) (uint8, bool) {
	n, err := strconv.ParseUint(text, 10, 8)
	return uint8(n), err == nil && n < 128
}

// rtpmap reads "97 speex/16000[/2]".
func rtpmap(pt uint8, attributes []attribute) (Codec, bool) {
	parts := strings.Split(forFormat("rtpmap", pt, attributes), "/")
	if len(parts) < 2 || parts[0] == "" {
		return Codec{}, false
	}
	rate, err := strconv.ParseUint(strings.TrimSpace(parts[1]), 10, 31)
	if err != nil || rate == 0 {
		return Codec{}, false
	}
	c := Codec{Name: parts[0], PT: pt, ClockRate: int(rate), Channels: 1}
	if len(parts) > 2 {
		if n, err := strconv.ParseUint(parts[2], 10, 7); err == nil && n > 0 {
			c.Channels = int(n)
		}
	}
	return c, true
}

// forFormat finds the first attribute of this name about this payload type.
func forFormat(name string, pt uint8, attributes []attribute) string {
	for _, a := range attributes {
		if a.name != name {
			continue
		}
		number, rest := cutSpace(a.value)
		if n, ok := payloadType(number); ok && n == pt {
			return rest
		}
	}
	return ""
}

func cutSpace(s string) (first, rest string) {
	if i := strings.IndexAny(s, " \t"); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}

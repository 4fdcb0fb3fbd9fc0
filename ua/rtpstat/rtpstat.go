// Package rtpstat is the header P-RTP-Stat, in which SPA lines say in a BYE and
// in its answer how the sound of the call went:
//
//	P-RTP-Stat: PS=1500,OS=240000,PR=1498,OR=239680,PL=2,JI=3,LA=24,DU=30,EN=G711u,DE=G711u
//
//	PS OS   packets and octets of sound sent      PR OR   received
//	PL      packets lost                          JI      jitter, ms
//	LA      latency, ms                           DU      duration, s
//	EN DE   codec sent and received, by the vendor's name
package rtpstat

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Header is its name.
const Header = "P-RTP-Stat"

// Stat is its content.
type Stat struct {
	PacketsSent, OctetsSent         uint64
	PacketsReceived, OctetsReceived uint64
	Lost                            uint64
	JitterMS, LatencyMS             uint64
	Seconds                         uint64
	Encoder, Decoder                string // SDP names
}

// vendor are the names that an SPA gives its codecs.
var vendor = map[string]string{"PCMU": "G711u", "PCMA": "G711a"}

// String is the header's value.
func (s Stat) String() string {
	return fmt.Sprintf("PS=%d,OS=%d,PR=%d,OR=%d,PL=%d,JI=%d,LA=%d,DU=%d,EN=%s,DE=%s",
		s.PacketsSent, s.OctetsSent, s.PacketsReceived, s.OctetsReceived, s.Lost,
		s.JitterMS, s.LatencyMS, s.Seconds, codec(s.Encoder), codec(s.Decoder))
}

// codec is one word of letters and digits.
func codec(name string) string {
	if v, ok := vendor[strings.ToUpper(name)]; ok {
		return v
	}
	return word(name)
}

func word(s string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '.' {
			return -1
		}
		return r
	}, s)
}

// maxValue bounds what is read of a header.
const maxValue = 512

// Parse reads a peer's header; unknown and malformed fields are left out. false:
// there is nothing in it.
func Parse(value string) (Stat, bool) {
	var s Stat
	if len(value) > maxValue {
		return s, false
	}
	any := false
	numbers := map[string]*uint64{
		"PS": &s.PacketsSent, "OS": &s.OctetsSent, "PR": &s.PacketsReceived, "OR": &s.OctetsReceived,
		"PL": &s.Lost, "JI": &s.JitterMS, "LA": &s.LatencyMS, "DU": &s.Seconds,
	}
	for field := range strings.SplitSeq(value, ",") {
		name, text, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch name = strings.ToUpper(name); name {
		case "EN":
			s.Encoder, any = word(text), true
		case "DE":
			s.Decoder, any = word(text), true
		default:
			to := numbers[name]
			if n, err := strconv.ParseUint(text, 10, 63); err == nil && to != nil {
				*to, any = n, true
			}
		}
	}
	return s, any
}

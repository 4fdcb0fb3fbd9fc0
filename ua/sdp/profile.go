package sdp

import "strings"

// Profile is the transport of an m= line. The named ones are what telephones
// send; any other keeps its own text.
type Profile string

const (
	AVP   Profile = "RTP/AVP"           // RFC 3551: the one of the secure call's first stage
	AVPF  Profile = "RTP/AVPF"          // RFC 4585: the same packets, more RTCP
	SAVP  Profile = "RTP/SAVP"          // RFC 3711, keys by a=crypto (RFC 4568)
	SAVPF Profile = "RTP/SAVPF"         // RFC 5124
	DTLS  Profile = "UDP/TLS/RTP/SAVP"  // RFC 5764, keys by DTLS
	DTLSF Profile = "UDP/TLS/RTP/SAVPF" // RFC 5764
)

func (p Profile) String() string { return string(p) }

// Plain reports whether packets of this profile start in clear.
func (p Profile) Plain() bool { return p == AVP || p == AVPF }

// Keyed reports whether packets of this profile are SRTP from the first, under
// keys in the description.
func (p Profile) Keyed() bool { return p == SAVP || p == SAVPF }

// Encrypted reports whether the profile asks for SRTP by some other protocol.
func (p Profile) Encrypted() bool { return strings.Contains(string(p), "SAVP") }

func profileOf(text string) Profile {
	for _, p := range []Profile{AVP, AVPF, SAVP, SAVPF, DTLS, DTLSF} {
		if strings.EqualFold(text, string(p)) {
			return p
		}
	}
	return Profile(text)
}

// Package opus is the Opus codec (RFC 6716) in RTP (RFC 7587), by libopus through
// cgo. Built without the tag opus, or without cgo, it has none and says so.
//
//	SDP   a=rtpmap:96 opus/48000/2    always, whatever is coded
//	      a=fmtp:96 cbr=1
//	RTP   clock 48000, one Opus packet a payload, any payload type
//
// One voice is coded, at all bandwidths that the peer plays; what comes in stereo
// is mixed down by the decoder. Silence is sent like speech, and every packet has the
// same length: in an encrypted stream both would tell what is said (RFC 6562).
package opus

import "errors"

// Name is the encoding name in SDP.
const Name = "opus"

// ErrNotBuilt is the reason of New without libopus.
var ErrNotBuilt = errors.New("built without libopus")

// Package rtpstream runs one RTP stream, in clear or as SRTP, over one socket.
//
// A stream starts in clear (RFC 3550, RFC 3551) and may go over to SRTP (RFC
// 3711) once, in mid-stream, without a new SSRC and without a gap in the
// sequence. What leaves never goes back to clear; what arrives is played
// unauthenticated only inside a short, narrow window around the change.
//
//	RTP    0                   1                   2                   3
//	       V=2 P X  CC   M     PT        sequence number
//	       timestamp
//	       SSRC
//	       CSRC ... (CC of them), header extension (if X)
//	       payload, padding (if P; its last octet counts it)
//	SRTP   the same, payload and padding encrypted, then the tag (10 octets)
//
// The ladder of the change, for the side that answers (the other side is its
// mirror image):
//
//	keys exist        ArmReceive    packets are tried for authenticity; what
//	                                fails and looks like the stream before is
//	                                still played
//	2xx to the Final  LimitClear    ... for at most that long
//	                  ProtectSend   the next packet out is the first SRTP packet
//	first authentic   EventFirstAuthenticated: clear is never played again
//	packet
//
// If the handshake fails before that, DisarmReceive goes back to clear.
package rtpstream

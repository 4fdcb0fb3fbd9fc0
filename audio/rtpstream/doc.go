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
//	SRTP   the same, payload and padding encrypted, then the tag (0 to 16
//	       octets, by the transform)
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
//
// No message of the handshake names the transform, so the ends find it out:
//
//	receiving         the transform of the last packet is tried first, then
//	                  every other one; five seconds after the first authentic
//	                  packet the last one stays
//	sending           the first of the own list; the callee goes over to that of
//	                  the caller's first packet; the caller goes over to the
//	                  callee's if that is another one for a second. Once each
//
// A stream whose keys came with offer and answer (RFC 4568) has one for each
// direction and is SRTP from its first packet: Config.Protection, Rekey.
//
// In clear nothing proves who sends, so the stream that is played stays as long as it
// goes on: another source or SSRC takes over only after packets in a row and a
// silence (talker), and where packets go follows by rules of its own (latch). What is
// not played is counted by cause (Stats.Refused).
//
// Codec and packet time may change at any time (Renegotiate); SSRC, sequence,
// keys and counters go on.
package rtpstream

// Package sdp reads, writes and negotiates one audio stream: the offer and the
// answer of a telephone call.
//
// A description is lines of "x=value" (RFC 8866). What this package uses:
//
//	v=0
//	o=<user> <session id> <version> IN IP4 <address>    version rises with every change (RFC 3264 8)
//	s=<name>
//	c=IN IP4 <address>                                  where media is expected; 0.0.0.0 is the old hold
//	t=0 0
//	m=audio <port> <profile> <payload type> ...         port 0 refuses the stream
//	a=rtpmap:<payload type> <name>/<clock rate>
//	a=fmtp:<payload type> <parameters>
//	a=ptime:<milliseconds>
//	a=sendrecv | sendonly | recvonly | inactive
//	a=crypto:<tag> <suite> <key>                        SRTP keys (RFC 4568), carried and not read
//
// and the exchange (RFC 3264):
//
//	offerer                                   answerer
//	   |-- Offer: all that I can receive ------->|   Answer: one voice codec of the offer,
//	   |<------------------------ the answer ----|           same payload types, every m= line
//	   |   Negotiate                             |
//
// Reading is tolerant, because devices are not: line ends may be bare, the last
// one missing, lines out of order, attributes unknown. Writing is strict. A stream
// with its keys in the description (RTP/SAVP and a=crypto) is taken by an end
// that asks for it, and by no other; one whose keys come by DTLS is recognised and
// named, so that nobody mistakes it for a stream that this package can answer.
package sdp

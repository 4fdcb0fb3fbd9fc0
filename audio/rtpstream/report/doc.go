// Package report is one participant of RTCP (RFC 3550 section 6) as a machine:
// what it says about a stream, and what it learns of the peer's view. It has no
// socket and no clock.
//
// A report is one packet of several, each with its own header:
//
//	SR or RR   what we sent (SR, if we do), what we received of the peer
//	SDES       CNAME, a name that says nothing about us (RFC 7022)
//	BYE        in the last one
//
// The round trip (section 6.4.1): the peer returns the middle of our clock from
// our last SR, and how long it kept it.
//
//	us  ---- SR, clock A ---->  peer
//	us  <--- LSR A, DLSR d ---  peer       round trip = now - A - d
package report

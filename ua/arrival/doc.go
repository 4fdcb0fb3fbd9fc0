// Package arrival decides what becomes of a call that arrives: it rings, is
// refused, or is sent elsewhere. It sees a few facts and gives a verdict; SIP,
// time and switches are its caller's.
//
//	anonymous, and such calls are rejected      433  RFC 5079
//	all calls are forwarded                     302  RFC 3261 21.3.3, Diversion of RFC 5806
//	do not disturb, or no line is free          302 if busy calls are forwarded, else 486
//	it rings, and nobody answers in time        302 if such calls are forwarded
//
// A call is not forwarded to ourselves, nor if a Diversion says that it has been
// forwarded from here or too often: it rings, or is refused as busy, instead.
package arrival

// Package callerid reads who calls out of an INVITE's headers, and writes who
// we are, or that we do not say, into ours.
//
//	P-Asserted-Identity: "Joe" <sip:14085551234@example.com>, <tel:+14085551234>   RFC 3325
//	Remote-Party-ID: "Joe" <sip:14085551234@example.com>;party=calling;privacy=off
//	From: "Joe" <sip:14085551234@example.com>;tag=a7                               RFC 3261
//	Privacy: id                                                                    RFC 3323, 3325
//
// The first two are what a network says about its customer, and are worth what
// the network is worth: they are read only from a proxy that is trusted (RFC 3325
// section 5). From is the caller's own claim.
//
// A caller is anonymous if it asks for privacy, or if nobody vouches for it and
// its From is one of RFC 3323's (RFC 5079 section 2). A hidden name or number is
// not shown, even where the network's header still carries it.
package callerid

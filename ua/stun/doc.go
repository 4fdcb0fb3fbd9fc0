// Package stun asks a server which address it sees a socket's packets come from
// (RFC 5389, the binding request without credentials).
//
//	0                   2                   4
//	| type              | length of the rest|   request 0x0001, success 0x0101,
//	| magic cookie 0x2112a442               |   error 0x0111
//	| transaction id, 12 bytes              |
//	| attribute: type   | length            | value, padded to 4 bytes | ...
//
//	socket                                server
//	  |-- binding request ----------------->|  again after 0.5, 1.5, 3.5 ... s,
//	  |-- binding request ----------------->|  seven in all
//	  |<- success: XOR-MAPPED-ADDRESS ------|
//
// XOR-MAPPED-ADDRESS holds family, port and address, port and address combined
// with the cookie (and, for IPv6, the transaction id) so that no NAT rewrites
// them. Servers older than RFC 5389 send MAPPED-ADDRESS, which is plain.
package stun

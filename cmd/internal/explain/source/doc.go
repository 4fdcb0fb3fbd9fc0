// Package source reads SIP and RTP out of whatever file they were kept in: a
// pcap or pcapng capture, a text log, or a transcript, recognised by content.
//
//	pcap, pcapng -> link layer -> IPv4, IPv6 (fragments put together) -> UDP, TCP -> datagrams
//	text         -> lines -> start lines, headers, Content-Length     -> datagrams
//	transcript   -> recorded messages                                 -> datagrams
//
// The file may have been written by an enemy. Nothing in it makes this package
// panic, or allocate more than a small multiple of the file's size, which is
// bounded itself.
package source

// Package capture copies every datagram of a line's sockets, and every piece of
// its connections, to sinks: a pcapng file, a ladder on the screen, a watcher of RTP.
//
//	socket read/write -> copy into a free record -> bounded queue -> one goroutine -> sinks
//
// The media path pays for a copy of the packet and nothing else: it never
// waits and never allocates. When the queue is full the copy is dropped and
// counted, the packet itself is not touched.
//
// A capture holds what was on the wire. SIP messages contain digest responses,
// from which a weak password can be guessed, and the audio of the clear part
// of a call; they never contain the password. Files are therefore private.
package capture

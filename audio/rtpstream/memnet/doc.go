// Package memnet is a UDP network in memory, for tests in virtual time.
//
// Everything that waits here waits on a channel or a timer, so a bubble of
// testing/synctest counts its sockets as idle and moves the clock on. A
// network and its sockets belong to the bubble that made them.
//
//	socket.Write ──> taps ──> filter ──┬─> drop
//	                                   ├─> queue of the receiver (now, or Delay later)
//	                                   └─> the same again, once for each copy
//
// It behaves as UDP does: no connection, no order that a filter did not leave
// intact, a full queue drops, a packet to nobody is lost without a word, and a
// read into a short buffer cuts the packet.
package memnet

// Package memstream is a network of connections in memory, for tests in virtual
// time: what TCP is to memnet's UDP. Everything that waits here waits on a
// channel or a timer. Listeners that are missing refuse, Silence swallows the
// SYN, Cut breaks what is open.
package memstream

// Package netwatch tells when the machine's network has become another one, or
// the machine has slept: then registrations and NAT bindings may be gone, and
// waiting for a timer to notice costs calls.
//
//	Linux: netlink says that something moved ┐
//	elsewhere: every two seconds             ├─ wait until it rests ─ look ─ Change
//	the machine woke                         ┘
//
// What is compared are the addresses of the interfaces that are up and have a
// carrier, and on Linux the default routes. That something moved is not told:
// that it came out different is.
package netwatch

// Package dialog is a SIP dialog (RFC 3261 section 12) as plain state: its
// identity, the sequence numbers of both directions, the remote target and the
// route set. It builds the requests that go inside and judges those that come;
// it sends nothing, waits for nothing and has no lock: its call owns it.
//
//	UAC   INVITE ──▶      ◀── 18x, 2xx     NewUAC(invite, response), one for each tag
//	                      ◀── its 2xx      Confirm(2xx): numbers go on, routes are new
//	UAS   ──▶ INVITE      2xx ──▶          NewUAS(invite, our tag)
//
// sipgo's own dialog objects are not used: they refuse an ACK that is overtaken
// by an INFO, forget to refresh the remote target, and end a long ring.
package dialog

// Package ua is a SIP line and its calls: it registers, places and answers
// calls, and carries the secure call's second stage in their INFO requests.
//
//	Line ── Endpoint (ua/sipnet): one SIP socket
//	 │   ── registration: one goroutine, policy in ua/register
//	 │   ── desk: the sound device, and the call or conference that has it
//	 └── Call ── one goroutine that owns everything below; others post to it
//	      ├── dialog (ua/dialog)     who we talk to, CSeq, routes; early ones, one
//	      │                          for each telephone that rings (early.go)
//	      ├── ringing (ua/reliable)  acknowledged provisional responses (prack.go)
//	      ├── timing (ua/sessiontimer) refreshes, and the end without them
//	      ├── course (ua/redirect)   where 3xx answers send the call
//	      ├── media                  socket, offer and answer, RTP stream
//	      ├── transferor, referral   a transfer that we ask for, or the peer does
//	      └── stage                  the secure call: caller's or callee's side
//
// Of several calls one has the sound, or those of a conference; taking it puts
// the others on hold. A transfer makes a new call with a dialog, a stream and a
// security of its own: the old one's Successor.
//
// What happens is told by events (event.go); what goes wrong is an error with a
// comparable reason, and a fault that a call can survive does not end it.
package ua

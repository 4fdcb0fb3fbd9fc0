// Package ua is a SIP line and its calls: it registers, places and answers
// calls, and carries the secure call's second stage in their INFO requests.
//
//	Line ── Endpoint (ua/sipnet): one SIP socket
//	 │   ── registration: one goroutine, policy in ua/register
//	 └── Call ── one goroutine that owns everything below; others post to it
//	      ├── dialog (ua/dialog)     who we talk to, CSeq, routes; early ones, one
//	      │                          for each telephone that rings (early.go)
//	      ├── ringing (ua/reliable)  acknowledged provisional responses (prack.go)
//	      ├── timing (ua/sessiontimer) refreshes, and the end without them
//	      ├── course (ua/redirect)   where 3xx answers send the call
//	      ├── media                  socket, offer and answer, RTP stream
//	      └── stage                  the secure call: caller's or callee's side
//
// What happens is told by events (event.go); what goes wrong is an error with a
// comparable reason, and a fault that a call can survive does not end it.
package ua

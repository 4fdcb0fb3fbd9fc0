// Package refer reads and writes what a transfer says: whom to call instead, who
// asks for it, which call is to be replaced, and how it goes. It is text in and
// values out; nothing is sent.
//
//	transferor                    transferee                     target
//	    |-- REFER Refer-To, ---------->|
//	    |         Referred-By          |
//	    |<- 202 -----------------------|
//	    |<- NOTIFY sipfrag 100 --------|-- INVITE Referred-By, ---->|
//	    |                              |          [Replaces]        |
//	    |<- NOTIFY sipfrag 180 --------|<- 180 ---------------------|
//	    |<- NOTIFY sipfrag 200 --------|<- 200 ---------------------|
//	    |-- BYE ---------------------->|
//
// RFC 3515 (REFER), 3420 (sipfrag), 3891 (Replaces), 3892 (Referred-By), 4488
// (no subscription), 5589 (how they go together).
package refer

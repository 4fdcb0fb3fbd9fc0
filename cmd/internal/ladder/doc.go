// Package ladder draws SIP as it happens, one message a line:
//
//	 ms  caller                    proxy                     callee
//	  1  |-- INVITE 14085551234 --->|                         |
//	  2  |                          |-- INVITE 14085551234 -->|
//	103  |                          |<- 200 OK (INVITE) ------|
//
// It reads messages only as far as it names them.
package ladder

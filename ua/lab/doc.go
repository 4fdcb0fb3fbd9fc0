// Package lab is a SIP registrar and proxy for demonstrations and tests: one
// domain, one UDP socket and the TCP and TLS connections that come to it, users
// in memory, and faults that have names. It is a stateful proxy as RFC 3261 16
// has it, as far as that takes a laboratory: one destination for each request,
// no forking, no DNS, no connection of its own making.
//
//	caller                        lab                          callee
//	  |-- REGISTER ---------------->|   401, 200; 423 if too brief   |
//	  |-- INVITE ------------------>|                                |
//	  |<- 407 (SHA-256, MD5) -------|                                |
//	  |-- INVITE, credentials ----->|-- INVITE, Via, Record-Route -->|
//	  |<- 100 ----------------------|                                |
//	  |<- 180 ----------------------|<- 180 -------------------------|
//	  |<- 200 ----------------------|<- 200 -------------------------|
//	  |-- ACK, Route -------------->|-- ACK ------------------------>|
//	  |-- INFO, BYE, ... ---------->|-- the same, body untouched --->|
//	  |-- CANCEL ------------------>|   200 here, CANCEL sent on     |
//
// Responses and the ACK to a 2xx go on in the order in which they arrived.
//
// Some users exist in every lab and fail each in its own way. A name of
// Config.Users takes precedence.
//
//	busy         5550486   486 Busy Here
//	declined     5550603   603 Decline
//	notfound     5550404   404 Not Found
//	unavailable  5550480   480 Temporarily Unavailable
//	forbidden    5550403   403 Forbidden
//	timeout      5550408   408 Request Timeout
//	unsuited     5550488   488 Not Acceptable Here
//	error        5550500   500 Server Internal Error
//	silent       5550100   100 and then nothing, until it is cancelled
//	slow         5550180   180 and then nothing, until it is cancelled
//
// Faults are armed while it runs: Lab.DropRequests, Lab.DropResponses,
// Lab.Refuse, Lab.HoldACK, Lab.StaleOnce, Lab.Forget, Lab.Dead.
package lab

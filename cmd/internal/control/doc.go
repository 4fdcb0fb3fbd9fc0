// Package control lets other programs use a running telephone: JSON lines over a
// Unix socket that only its user can open.
//
//	client                                   telephone
//	  |<- {"star18":1,"line":"sip:..."} ---------|  greeting: protocol version 1
//	  |-- {"id":1,"do":"call *1814085551234"} -->|  a command, as keyline reads it
//	  |<- {"id":1,"ok":true,"answer":[]} --------|
//	  |-- {"id":2,"do":"status"} --------------->|
//	  |<- {"id":2,"ok":true,"status":{...}} -----|
//	  |-- {"id":3,"do":"events"} --------------->|
//	  |<- {"id":3,"ok":true} --------------------|
//	  |<- {"time":"...","event":"ringing",...} --|  from here on every event, as --json
//
// Fields are added, never changed or taken away, as long as the version is 1.
// A line without "id" is an event.
package control

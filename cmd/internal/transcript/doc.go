// Package transcript keeps the secure calls of a line in a file, as they were
// spoken: what the other side really sends, and what to set to match it.
//
// A transcript is text, one JSON object a line, version 1. A file may hold
// several runs; each begins with a start line. Every other line is about one
// call and has exactly one of message, outcome and settings:
//
//	{"time":…,"start":{"transcript":"star18","version":1,"program":…,"wire":{…}}}
//	{"time":…,"call":"1","message":{"role":"caller","direction":"sent","method":"INFO","kind":"hello",…}}
//	{"time":…,"call":"1","message":{"role":"caller","direction":"received","status":200,"kind":"hello",…}}
//	{"time":…,"call":"1","message":{"role":"caller","direction":"sent","method":"INFO","kind":"final",…}}
//	{"time":…,"call":"1","message":{"role":"caller","direction":"received","status":200,"kind":"empty",…}}
//	{"time":…,"call":"1","outcome":{"secured":true,"transform":"hmac-sha1-80",…}}
//	{"time":…,"call":"1","settings":{"differ":[…],"lines":[…]}}
//
// A Hello is there as a whole, in base64: it travels in clear and holds a
// certificate and no secret. Of a Final there are its ID, length, form and the
// sizes of its sealed blocks, never the blocks: they hold the key of the call
// under a key of 512 bits, which can be factored. Of a message of unknown
// length there is the length. Master keys, session keys, private keys and
// passwords never come near this package.
//
// A reader skips members that it does not know. A change that it could not
// skip would be version 2.
package transcript

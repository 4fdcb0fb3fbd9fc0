// Package judge looks at the raw bytes of one SIP message before a parser does:
// it lets it pass, answers it, or drops it, and says why. It knows no socket, no
// transaction and no dialog.
//
//	bytes ──▶ lines, unfolded ──▶ start line ──▶ header fields ──▶ tidied bytes
//	              │                   │               │
//	              └──── a request that is broken: 400, 416, 501, 505 ────▶ reply
//	                    a response or an ACK that is broken: dropped
//
// What passes is written anew: one line for each header field and each Via, no
// white space where none is needed, exactly as much body as Content-Length says.
// So a reader of what passes meets none of what RFC 4475 calls torture, and
// judging it again changes nothing.
//
// What needs a call, a method's meaning or a body's is judged further in.
package judge

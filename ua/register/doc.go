// Package register keeps one binding alive at a registrar (RFC 3261 section
// 10): when to send the next REGISTER and what an answer means. It is pure:
// messages and times in, a decision out; its owner sends and waits.
//
//	       ┌────────── Next ──────────┐
//	REGISTER ──▶ 2xx: Registered, again before expiry
//	         ──▶ 401/407: the owner answers the challenge, once
//	         ──▶ 423: again at once with Min-Expires
//	         ──▶ anything else, or silence: again after a growing, jittered wait
package register

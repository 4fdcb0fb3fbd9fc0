// Package redirect is the way of a call that is sent elsewhere (RFC 3261 8.1.3.4)
// as a plain list: the Contacts of 3xx answers by their q, each address once, up
// to a limit. It sends nothing.
//
//	INVITE ──▶ 302 Contact a;q=0.5, b      Course.Add
//	INVITE b ──▶ 486                       Course.Next: b, then a
package redirect

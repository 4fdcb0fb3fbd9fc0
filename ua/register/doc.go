// Package register keeps one binding alive at a registrar (RFC 3261 section
// 10). It is pure: messages and times in, decisions out; its owner sends and
// waits. Policy reads answers, Agent decides when to send what:
//
//	REGISTER ──▶ 2xx: bound; again before expiry, an OPTIONS now and then
//	         ──▶ 401/407: the owner answers the challenge, once
//	         ──▶ 423: again at once with Min-Expires
//	         ──▶ 503: at the next server, if there is one (RFC 3263 4.3)
//	         ──▶ anything else: again after a growing, jittered wait
//	         ──▶ silence ──┐
//	OPTIONS  ──▶ answered: the registrar lives
//	         ──▶ silence ──┴▶ an outage: REGISTER stays under way, an OPTIONS
//	                          every two seconds asks whether somebody is there,
//	                          and the first answer makes a new REGISTER
//
// A registrar that was dead may have lost its locations, so a binding that is
// good for an hour is worth nothing after a silence. One that was started again
// between two keepalives is found by the next refresh, which is never far.
package register

// Package sdes reads, writes and chooses the a=crypto attributes of a
// description: SRTP keys carried in SDP (RFC 4568).
//
// One attribute, after "a=crypto:" (RFC 4568 9.1, 9.2):
//
//	<tag> <crypto suite> inline:<key||salt>[|<lifetime>][|<MKI>:<length>] [<session parameter> ...]
//	1     AES_CM_128_HMAC_SHA1_80
//	             40 base64 characters: 16 octets of master key, 14 of master salt
//
// and the exchange (RFC 4568 7.1), in the RTP/SAVP streams of an offer and its
// answer:
//
//	offerer                                       answerer
//	   |-- NewOffer: a tag, a suite and a key ------->|   Choose: the first usable
//	   |   for each suite, best first                 |   Answer: the same tag and suite,
//	   |<------- exactly one attribute ---------------|           a key of its own
//	   |   Match: tag and suite are those of an offer |
//	   |                                              |
//	   |== under the offerer's key ==================>|   each end's attribute holds the
//	   |<================= under the answerer's key ==|   key of what that end sends
//
// Whoever forwards the description reads the keys: the protection goes from hop
// to hop, names nobody, and is worth what the signalling's own protection is.
//
// What this package does not speak makes an attribute unusable, never a call:
// an MKI (it would stand in every packet), more than one key, and every session
// parameter that changes how packets look. A lifetime is the sender's own
// affair: it offers a new key before the end of the old one, so it is checked
// for sense and not kept.
package sdes

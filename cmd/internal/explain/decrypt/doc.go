// Package decrypt opens a recorded secure call with the private key of its
// callee: the Final, the SRTP of both directions, and the speech in it.
//
//	mini-certificate, private key -> Final -> master key and salt
//	      -> every protected packet, under the transform that authenticates
//	      -> codec -> stereo WAV, the caller on the left
//
// That this works is the nature of the protocol and no feat of this program:
// nothing in a secure call is thrown away after it, so whoever records one and
// has the callee's key, then or years later, hears it. The key has 512 bits and
// can be factored from the certificate, which travels in clear.
//
// The SRTP here is written out from RFC 3711 and shares nothing with the one
// that the telephone uses: a check must not share the mistakes of what it
// checks.
package decrypt

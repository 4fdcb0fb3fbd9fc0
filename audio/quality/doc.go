// Package quality estimates what a listener would say of a call: the E-model of
// ITU-T G.107, with the equipment impairments of G.113 appendix I.
//
//	R = Ro - Is - Id - Ie,eff + A
//
//	Ro - Is   noise, loudness and coding steps, all at their defaults: 93.2
//	Id        delay: talker echo, listener echo, and delay alone
//	Ie,eff    the codec, and packets that were not there when they were to be played
//	A         what a listener forgives for convenience: nothing
//
// It is arithmetic: measured figures in, a rating out.
package quality

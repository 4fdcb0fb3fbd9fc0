// Package echo lets the user hear himself as a call would carry him: through his
// device, the codec, RTP over two sockets on this machine, SRTP under keys as a
// secured call has them, and the jitter buffer. It measures what each part costs.
//
//	microphone ─▶ tick ─▶ stream 1 ═ SRTP on 127.0.0.1 ═▶ stream 2 ─▶ ear ─▶ loudspeaker
//	    ▲                                                                         │
//	    └───────────────────────── through the air ───────────────────────────────┘
//
// A tick that is mixed in each second is found before the loudspeaker, which
// gives the time from one to the other, and in the microphone, if that hears the
// loudspeaker, which gives the time of the devices.
package echo

// Package handset is the keys of a telephone at a terminal: what a key means
// depends on whether somebody rings, speaks or dials. It has no terminal, clock or
// call; it is told of keys and of time that has passed, and says what to do.
//
//	on-hook ── digit or Enter ──▶ off-hook: a dialplan session, its tones and timers
//	   │  ◀── Escape, a call, a code, or reorder ──┘
//	   ├── letter ─▶ a line of text: a name, an address or a command; Enter ends it
//	   └── in a call: digits are sent (DTMF), single letters command it
package handset

// Package dialplan turns what a user dials into what the line is to do: digits in, intent out. It
// dials like a Sipura or Linksys SPA and has no socket, clock or file; whoever owns it tells it when
// time has passed and keeps what it asks to be kept.
//
// # The language
//
//	plan     = { ("L"|"S") ":" seconds "," } "(" sequence { "|" sequence } ")"
//	sequence = { key [ "." ] | subst | "," | timer } [ "!" ]
//	key      = "0".."9" | "*" | "#" | "x" | "[" { key | digit "-" digit } "]"
//	subst    = "<" { key [ "." ] | "," } ":" number [ "@" host [ ":" port ] { ";" parameter } ] ">"
//	timer    = ("S"|"L"|"P") seconds
//
//	x         any digit 0-9               [2-9*]    one of these keys
//	.         the key before it, zero or more times
//	<8:1650>  8 is not sent, 1650 is; either side may be empty
//	,         outside dial tone until the next key
//	!         at the end: such numbers are rejected
//	S4 L20    from here on in this sequence the short, the long timer is this many seconds
//	P5        only if so many seconds pass without a key; (P0<:1000>) is a hot line
//	<:@gw1>   to this gateway or host instead of the proxy; parameters uid (or usr), pwd, nat
//	L:8,      before the parenthesis: the timer of the whole plan
//
// White space means nothing, except that it ends the number of a timer.
//
// # The rules
//
// Candidates are the sequences that the keys so far fit. None: reject. One or more complete and
// none that could take more: dial. Some complete, some not: wait the short timer. None complete:
// wait the long timer. A timeout or an explicit send dials what is complete. Star codes, IP dialling
// and speed dial keys are sequences too, appended to every plan.
//
// A whole string (Dialer.Dial) is read codes first, longest first, then fed to the plan without
// timers and followed by an explicit send. A Session takes one key at a time.
//
// # Decisions where the manuals are silent or disagree
//
//   - Of several complete candidates a configured code wins, then a bar, then the first listed.
//   - A timer override of the first listed candidate that carries one counts, before the line's own
//     timer: among the complete ones for S, among all for L.
//   - A repeat takes as many keys as it can. A candidate that would send nothing is not complete.
//   - An explicit send lets pauses pass if nothing is complete without them; keys that follow each
//     other in a whole string do not.
//   - Timers are whole seconds up to 64, any non-digit ends them; "L:," leaves the timer as it is.
//   - The dialled side of a substitution may hold sets, x and repeats. The sent side is letters,
//     digits and the marks a user part may hold, but nothing like "1408xxx". One route a sequence.
//   - An empty sequence is allowed and never dialled.
//   - gw0 is refused when dialled. An emergency number goes to the line's proxy instead.
//   - 911, 112 and 999 are always complete, also behind what the plan dials for an outside line, wait
//     3 seconds at most, and are dialled even if the star codes before them are at fault. Their first
//     keys are no candidates: what the rules reject then has the reorder tone at once, but a session
//     takes keys on. A plan that bars or changes them is obeyed, with a warning. No code may begin
//     like one.
//   - The codec prefixes may have eight characters: the factory's own have.
//   - The secure codes are taken with the secure service off, and then have no effect on a call.
//   - A rejected whole string leaves the next-call codes as they were before it.
//   - A speed dial is a single key 2-9, with or without '#'; the plan goes first if it completes that
//     key. Contact and speed dial entries are dial strings, codes included, and do not nest.
//   - What is not a number bypasses the plan: addresses, tel: URIs, "+" numbers. A dotted IP address
//     counts as IP dialling. URI parameters are refused. Nothing may follow a code that calls alone.
package dialplan

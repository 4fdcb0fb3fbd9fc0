// Package keyline reads what is typed while star18 runs: one command a line, in
// words or by a letter, with what it is about after it. It is text in, command
// out; what a command does is its reader's.
//
//	hold            h            dtmf 123#       transfer 14085551234       hangup c2
package keyline

// Package explain tells from a recording what a secure call said, whether it
// became secure, why not, and what to set.
//
//	file -> source (datagrams) -> decode (calls, verdicts) -> report (words, JSON)
//	                                     \-> decrypt (WAV), with the callee's key
package explain

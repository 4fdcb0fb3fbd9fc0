// Package state keeps what outlives a run of star18.
//
//	<dir>/<user@domain>/standing.json   what star codes set for good
//	<dir>/<user@domain>/history.json    the last calls
//	<dir>/<user@domain>/lock            held while it is written
//	<dir>/replay/                       keys of secure calls that were used before
//
// Each file is private, written to a temporary one and renamed, so that a
// reader finds the old state or the new one and never half of it. The lock is
// held for one change, not while star18 runs: two phones may share an identity.
package state

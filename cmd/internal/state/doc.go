// Package state keeps what outlives a run: the standing services that star
// codes set, and the list of secure-call keys that were used before.
//
//	<dir>/<user@domain>/services.json
//	<dir>/<user@domain>/replay
//	<dir>/<user@domain>/lock
//
// Each file is private, written to a temporary one and renamed, so that a
// reader finds the old state or the new one and never half of it. The lock is
// held from the reading to the writing of one change, not while star18 runs:
// two phones may share an identity.
package state

// Package board keeps what a display shows of a telephone: it folds the events that
// are told into the state of each line's registration and of each call.
//
//	say.Told ──▶ Board.Tell     what happened
//	ua.CallInfo ▶ Board.Refresh  where the calls stand now
//	                 │
//	                 ▼
//	        Lines, Calls, Over, Said
//
// It has no goroutine, no clock and no lock: whoever shows it owns it.
package board

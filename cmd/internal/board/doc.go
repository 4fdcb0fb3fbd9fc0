// Package board keeps what a display shows of one line: it folds the events that
// are told into the state of the registration and of each call.
//
//	say.Told ──▶ Board.Tell     what happened
//	ua.CallInfo ▶ Board.Refresh  where the calls stand now
//	                 │
//	                 ▼
//	        Line, Calls, Over, Said
//
// It has no goroutine, no clock and no lock: whoever shows it owns it.
package board

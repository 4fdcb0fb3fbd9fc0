// Package screen is the phone in a terminal: a line that says whether it can be
// reached, a field to dial in, the calls, and panes for what went before.
//
//	events ─▶ Board ─┐
//	keys ────▶ Model ┼─▶ View        one goroutine: bubbletea's
//	         └▶ Phone.Do (a command, apart from it: it may wait for the network)
//
// A call never waits for the screen: events come through a queue that is never
// full. All that others send is shown without control characters, and the state
// of security is words before it is colour.
package screen

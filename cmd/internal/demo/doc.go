// Package demo is one secure call from end to end on this machine alone: a
// registrar and proxy, two lines, a vendor's published identity, and a verdict
// on everything that the call promises, each with the figure that was measured.
//
//	lab (registrar, proxy)
//	   |            |
//	caller       callee "Joe Smith" 14085551234
//	 620 Hz  ---->     <----  1010 Hz       real UDP on loopback
//	   |            |
//	  tap: ladder, watch (clear and protected packets), pcapng
//
// Nothing is believed that could be measured: what each side heard is recorded
// and its frequencies are found, and what each side sent is counted on the way
// to the socket.
package demo

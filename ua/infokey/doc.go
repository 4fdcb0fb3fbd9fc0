// Package infokey reads and writes the bodies of INFO requests that carry a key
// of the telephone. No RFC defines them; these are the forms that devices send:
//
//	application/dtmf-relay      Signal=5          and Duration=160, milliseconds
//	application/dtmf            5                 the key alone
//	application/hook-flash      signal=hf         the SPA's hook flash
package infokey

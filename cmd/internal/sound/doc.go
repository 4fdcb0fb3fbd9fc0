// Package sound opens what audio.input, audio.output and their flags name.
//
// A call is worth more than its sound: what cannot be opened, and what fails
// later, is reported and replaced by silence at the same pace.
package sound

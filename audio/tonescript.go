package audio

import (
	"errors"
	"fmt"
	"math"
)

// ToneScript is a parsed tone in the vendor's tone language (specification of
// the line, section 2):
//
//	ToneScript = FreqScript ";" Section [ ";" Section ]
//	FreqScript = F "@" L { "," F "@" L }                  hertz, dBm0
//	Section    = D "(" on "/" off "/" f { "," ... } ")"   seconds, components
//
// Segments repeat until the section's D is used up. The zero ToneScript is no
// tone at all.
type ToneScript struct {
	freqs    []frequency
	sections []section
	warble   int64 // milliseconds of each frequency in turn; 0: all at once
}

// Limits of the language.
const (
	maxScriptLength = 127
	maxFrequencies  = 6
	maxSections     = 2
	maxSegments     = 6
)

// infinite is the duration "*", in milliseconds.
const infinite = math.MaxInt64

type frequency struct {
	hz   int
	dbm0 float64
}

// peak is the amplitude of a sine at this level in 16-bit units: 22651 is the
// peak of the mu-law digital milliwatt, which is 0 dBm0 (G.711 table 5).
func (f frequency) peak() float64 { return zeroLevelPeak * math.Pow(10, f.dbm0/20) }

const zeroLevelPeak = 22651

type section struct {
	total    int64 // milliseconds
	segments []segment
}

type segment struct {
	on, off int64  // milliseconds
	parts   []bool // which frequencies sound
}

// Gain returns the script with every level changed by db.
func (s ToneScript) Gain(db float64) ToneScript {
	freqs := make([]frequency, len(s.freqs))
	for i, f := range s.freqs {
		freqs[i] = frequency{f.hz, f.dbm0 + db}
	}
	s.freqs = freqs
	return s
}

// Reasons why a script is refused.
var (
	ErrScriptTooLong   = errors.New("longer than 127 characters")
	ErrScriptFrequency = errors.New("frequency must be 1 to 3999 Hz")
	ErrScriptLevel     = errors.New("level must be -99.9 to 20 dBm with at most one decimal")
	ErrScriptDuration  = errors.New("duration must be seconds with at most three decimals")
	ErrScriptIndex     = errors.New("index of a frequency that is not defined")
	ErrScriptTooMany   = errors.New("more than the language allows")
	ErrScriptSyntax    = errors.New("unexpected character")
	ErrScriptEmpty     = errors.New("segments have no length")
)

// ScriptError says where and why a script is refused.
type ScriptError struct {
	Position int    // first character at fault, counted from 1
	Detail   string // what was expected there
	Reason   error
}

func (e *ScriptError) Error() string {
	return fmt.Sprintf("tone script: position %d: %s: %v", e.Position, e.Detail, e.Reason)
}

func (e *ScriptError) Unwrap() error { return e.Reason }

package doctor

import (
	"fmt"
	"time"
)

// quiet is the level below which a microphone that works hears nothing either:
// the noise of an open microphone lies above.
const quiet = -70.0 // dBFS

// Sound is what a test of the sound device brought.
type Sound struct {
	What  string        // microphone or loudspeaker
	Name  string        // as configured
	Err   error         // why it could not be opened
	Took  time.Duration // to open
	Level float64       // heard in dBFS; of a microphone
	Heard bool          // Level means something
}

// Sound judges a device.
func (r *Report) Sound(s Sound) {
	switch {
	case s.Err != nil:
		r.Fail("sound", s.What, "star18 devices lists what there is; silence or file:PATH.wav need no device", "%s: %v", s.Name, s.Err)
	case s.Heard && s.Level < quiet:
		r.Warn("sound", s.What, "unmute it, and let the terminal use the microphone if the system asks", "%s hears nothing (%s)", s.Name, level(s.Level))
	case s.Heard:
		r.Pass("sound", s.What, "%s opened in %d ms, hears %s", s.Name, s.Took.Milliseconds(), level(s.Level))
	default:
		r.Pass("sound", s.What, "%s opened in %d ms, played a tone: did you hear it?", s.Name, s.Took.Milliseconds())
	}
}

func level(db float64) string {
	if db < -120 {
		return "silence"
	}
	return fmt.Sprintf("%.0f dBFS", db)
}

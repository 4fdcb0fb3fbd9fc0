package audio

import "math"

// What a ring sounds like: a warble between two notes a major third apart, each
// with the overtones that carry on a laptop's small loudspeaker, which plays
// little below 500 Hz. The tone language has no word for that; the vendor's
// devices have a bell. Our own choice.
const (
	ringVoice  = "880@-5,1100@-5"
	warbleTime = 45 // milliseconds of each note
	// untilAnswered is the length of the factory's ring cadences, in
	// milliseconds. Here they last until somebody answers or gives up.
	untilAnswered = 60_000
)

// overtones are the second and third harmonic, in parts of the first.
var overtones = [...]float64{0.4, 0.2}

// Ring is a ring tone with this cadence (a CadScript, as of Ring1_Cadence). A
// section of a minute, which is what the factory's have, goes on for ever.
func Ring(cadence string) (ToneScript, error) {
	script, err := parseCadence(ringVoice, cadence)
	if err != nil {
		return ToneScript{}, err
	}
	script.warble = warbleTime
	for i := range script.sections {
		if s := &script.sections[i]; s.total == untilAnswered {
			s.total = infinite
		}
	}
	return script, nil
}

// warbled is a sample of the frequencies in turn, each for its time. They share
// one phase, so that a change of the note is no step in the sound.
func (t *Tone) warbled() float64 {
	p := &t.parts[int((t.at-t.onStart)/t.note)%len(t.parts)]
	sum := math.Sin(t.phase)
	for i, part := range overtones {
		if n := float64(i + 2); n*p.step < math.Pi { // below half of the rate
			sum += part * math.Sin(n*t.phase)
		}
	}
	t.phase = turn(t.phase + p.step)
	return p.peak * sum
}

package dtmf

import (
	"fmt"
	"time"

	"star18/audio"
)

// The frequencies of ITU-T Q.23 in Hz: a row and a column for each key.
var (
	rows    = [4]int{697, 770, 852, 941}
	columns = [4]int{1209, 1336, 1477, 1633}
)

var grid = [4]string{"123A", "456B", "789C", "*0#D"}

// toneLevel is that of each of the two tones in dBm0, as the SPA plays digits.
const toneLevel = -16

// Tone is the sound of a press at this rate; nil for the hook flash, which has
// none. Its beginning and end are rounded, so that nothing clicks.
func Tone(p Press, rate int) *audio.Tone {
	row, column, ok := frequencies(p.Event)
	if !ok {
		return nil
	}
	held := float64(p.Held.Round(time.Millisecond)) / float64(time.Second)
	text := fmt.Sprintf("%d@%d,%d@%d;%.3f(*/0/1+2)", row, toneLevel, column, toneLevel, held)
	script, err := audio.ParseToneScript(text)
	if err != nil {
		return nil // only a length that no script has
	}
	return audio.NewTone(script, rate)
}

func frequencies(e Event) (row, column int, ok bool) {
	for r, line := range grid {
		for c := range line {
			if line[c:c+1] == e.String() {
				return rows[r], columns[c], true
			}
		}
	}
	return 0, 0, false
}

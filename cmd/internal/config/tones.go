package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"star18/audio"
	"star18/ua"
)

// ringTone is what the nine ring cadences sound like; a telephone's bell has no
// place in the tone language.
const ringTone = "440@-12,480@-12"

// maxEnding bounds how long a failed call keeps the device.
const maxEnding = 30 * time.Second

// toneNames are the tones that tones.scripts may change.
var toneNames = []string{
	"ringback", "ringback2", "busy", "reorder", "sit1", "sit2", "sit4", "holding", "page", "call-waiting", "conference",
	"ring1", "ring2", "ring3", "ring4", "ring5", "ring6", "ring7", "ring8", "ring9",
}

func (l *loader) checkTones() {
	s := l.Settings.Tones
	if s.GainDB < -60 || s.GainDB > 20 {
		l.bad("tones.gain_db", strconv.Itoa(s.GainDB)+" is not from -60 to 20", "write 0 for the factory's levels")
	}
	if s.Ending > maxEnding {
		l.bad("tones.ending", s.Ending.String()+" is too long", "write at most 30s, or 0s for no tone")
	}
	for _, entry := range s.Scripts {
		name, text, ok := strings.Cut(entry, "=")
		switch {
		case !ok || !slices.Contains(toneNames, name):
			l.bad("tones.scripts", strconv.Quote(entry)+" names no tone", "write name=script, with one of "+strings.Join(toneNames, ", "))
		case text != "":
			if _, err := audio.ParseToneScript(text); err != nil {
				l.bad("tones.scripts", name+": "+err.Error(), "try it with: star18 tone SCRIPT")
			}
		}
	}
}

func (l *Loaded) tones() ua.TonesConfig {
	c := ua.TonesConfig{Scripts: map[string]*audio.ToneScript{}, Ending: l.Settings.Tones.Ending}
	for _, name := range toneNames {
		if script := l.tone(name); script != nil {
			c.Scripts[name] = script
		}
	}
	return c
}

// tone is one of toneNames, in the configured words and at the configured level;
// nil is silent.
func (l *Loaded) tone(name string) *audio.ToneScript {
	text := factoryScript(name)
	for _, entry := range l.Settings.Tones.Scripts {
		if own, script, _ := strings.Cut(entry, "="); own == name {
			text = script
		}
	}
	if text == "" {
		return nil
	}
	script, err := audio.ParseToneScript(text)
	if err != nil {
		return nil // refused by Load
	}
	script = script.Gain(float64(l.Settings.Tones.GainDB))
	return &script
}

// factoryScript is a tone of the table, or a ring cadence that goes on until
// somebody answers.
func factoryScript(name string) string {
	if script, ok := audio.FactoryTone(name); ok {
		return script
	}
	cadence, _ := audio.FactoryCadence(name)
	total, rest, _ := strings.Cut(cadence, "(")
	if total == "60" {
		total = "*"
	}
	var segments []string
	for segment := range strings.SplitSeq(strings.TrimSuffix(rest, ")"), ",") {
		segments = append(segments, segment+"/1+2")
	}
	return fmt.Sprintf("%s;%s(%s)", ringTone, total, strings.Join(segments, ","))
}

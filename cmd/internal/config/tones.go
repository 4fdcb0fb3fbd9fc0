package config

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"star18/audio"
	"star18/ua"
)

// maxEnding bounds how long a failed call keeps the device.
const maxEnding = 30 * time.Second

// neverReorder is the SPA's word for a reorder tone that never comes.
const neverReorder = 255 * time.Second

// toneNames are the tones that tones.scripts may change: the factory's, but for
// the secure tone, which has a key of its own.
var toneNames = func() (names []string) {
	for _, t := range audio.FactoryTones() {
		if t.Name != "secure" {
			names = append(names, t.Name)
		}
	}
	return names
}()

// defaultTones: the factory gives no status a special information tone. Ours are
// those of the Bell System for no circuit, a changed number and a vacant code.
func defaultTones() Tones {
	return Tones{
		Ending: 2 * time.Second, ReorderDelay: neverReorder, Scripts: []string{},
		SIT: []string{"sit1=502|503|504", "sit2=301|410", "sit4=404|484|604"},
	}
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
			if _, err := audio.OwnTone(name, text); err != nil {
				l.bad("tones.scripts", name+": "+err.Error(), "try it with: star18 tone SCRIPT")
			}
		}
	}
	if s.ReorderDelay > neverReorder {
		l.bad("tones.reorder_delay", s.ReorderDelay.String()+" is too long", "write at most 254s, or 255s for never")
	}
	l.checkSIT()
}

// checkSIT reads what the SPA has as SIT1_RSC to SIT4_RSC.
func (l *loader) checkSIT() {
	for _, entry := range l.Settings.Tones.SIT {
		name, templates, _ := strings.Cut(entry, "=")
		all := splitTemplates(templates)
		bad := len(all) == 0 || !slices.Contains([]string{"sit1", "sit2", "sit3", "sit4", "busy", "reorder"}, name)
		for _, t := range all {
			bad = bad || len(t) != 3 && !strings.HasSuffix(t, "*") || strings.Trim(t, "0123456789?*X") != ""
		}
		if bad {
			l.bad("tones.sit", strconv.Quote(entry)+" cannot be read", "write for example \"sit1=404|5*|61?\", with sit1 to sit4, busy or reorder")
		}
	}
}

// splitTemplates reads "404|5*", and the SPA's "404, 5*" too.
func splitTemplates(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",| ", r) })
}

func (l *Loaded) tones() ua.TonesConfig {
	c := ua.TonesConfig{
		Scripts: map[string]*audio.ToneScript{}, Ending: l.Settings.Tones.Ending,
		Reorder: l.Settings.Tones.ReorderDelay, ReorderNever: l.Settings.Tones.ReorderDelay >= neverReorder,
	}
	for _, entry := range l.Settings.Tones.SIT {
		name, templates, _ := strings.Cut(entry, "=")
		c.Failures = append(c.Failures, ua.FailureTone{Tone: name, Status: splitTemplates(templates)})
	}
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
	script, ok := audio.NamedTone(name)
	for _, entry := range l.Settings.Tones.Scripts {
		if own, text, _ := strings.Cut(entry, "="); own == name {
			var err error
			script, err = audio.OwnTone(name, text)
			ok = err == nil && text != "" // refused by Load
		}
	}
	if !ok {
		return nil
	}
	script = script.Gain(float64(l.Settings.Tones.GainDB))
	return &script
}

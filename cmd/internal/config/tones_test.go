package config

import (
	"testing"

	"star18/audio"
)

// Every tone that can be played is there and can be parsed, the nine rings of
// the factory's cadences included.
func TestFactoryTonesParse(t *testing.T) {
	l := &Loaded{Settings: Default()}
	for _, name := range toneNames {
		if l.tone(name) == nil {
			t.Errorf("%s: %q is no tone", name, factoryScript(name))
		}
	}
	if got := factoryScript("ring3"); got != "440@-12,480@-12;*(.4/.2/1+2,.4/.2/1+2,.8/4/1+2)" {
		t.Errorf("ring3 is %s", got)
	}
}

func TestOwnTones(t *testing.T) {
	l := &Loaded{Settings: Default()}
	l.Settings.Tones.Scripts = []string{"busy=425@-10;*(.25/.25/1)", "ringback="}
	if l.tone("ringback") != nil {
		t.Error("an empty script sounds")
	}
	want, err := audio.ParseToneScript("425@-10;*(.25/.25/1)")
	if err != nil {
		t.Fatal(err)
	}
	mix := func(s audio.ToneScript) (pcm [160]int16) {
		audio.NewTone(s, 8000).Mix(pcm[:])
		return pcm
	}
	if mix(*l.tone("busy")) != mix(want) {
		t.Error("busy is another tone")
	}
	l.Settings.Tones.GainDB = -20
	if mix(*l.tone("busy")) != mix(want.Gain(-20)) {
		t.Error("tones.gain_db changes nothing")
	}
}

// A script has commas, and is one entry of its list all the same.
func TestToneScriptsInTheFile(t *testing.T) {
	l, err := Load(Options{Path: write(t, "tones:\n  scripts: [\"busy=480@-19,620@-19;10(.25/.25/1+2)\", \"ringback=\"]\n")})
	if err != nil {
		t.Fatal(err)
	}
	if got := l.Settings.Tones.Scripts; len(got) != 2 || got[1] != "ringback=" {
		t.Errorf("scripts %q", got)
	}
}

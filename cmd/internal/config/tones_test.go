package config

import (
	"strings"
	"testing"
	"time"

	"star18/audio"
)

// Every tone of the factory is there, its rings and call-waiting cadences
// included.
func TestFactoryTonesAreThere(t *testing.T) {
	l := &Loaded{Settings: Default()}
	tones := l.tones()
	for _, name := range toneNames {
		if tones.Scripts[name] == nil {
			t.Errorf("%s is silent", name)
		}
	}
	if len(toneNames) != 42 || tones.Scripts["secure"] != nil || !tones.ReorderNever {
		t.Errorf("%d names, %+v", len(toneNames), tones)
	}
}

// SIT1_RSC and its like: templates of statuses, each with a fault that is named.
func TestSpecialInformationTones(t *testing.T) {
	l, err := Load(Options{Path: write(t, "tones:\n  sit: [\"sit3=404, 5*, 61?\", \"busy=480\"]\n  reorder_delay: 5s\n")})
	if err != nil {
		t.Fatal(err)
	}
	tones := l.tones()
	if f := tones.Failures; len(f) != 2 || f[0].Tone != "sit3" || len(f[0].Status) != 3 || f[0].Status[1] != "5*" || f[1].Tone != "busy" {
		t.Errorf("%+v", f)
	}
	if tones.ReorderNever || tones.Reorder != 5*time.Second {
		t.Errorf("reorder after %v, never %v", tones.Reorder, tones.ReorderNever)
	}
	for _, bad := range []string{"sit5=404", "sit1=", "sit1=40", "sit1=[4]0", "404", "sit1=404;500"} {
		if _, err := Load(Options{Path: write(t, "tones:\n  sit: [\""+bad+"\"]\n")}); err == nil || !strings.Contains(err.Error(), "tones.sit") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// A ring may be a cadence alone, as in Ring1_Cadence, and sounds like the others.
func TestOwnRing(t *testing.T) {
	l := &Loaded{Settings: Default()}
	l.Settings.Tones.Scripts = []string{"ring2=60(2/4)", "cwt1=1(.1/.1)"}
	mix := func(name string) (pcm [800]int16) {
		audio.NewTone(*l.tone(name), 8000).Mix(pcm[:])
		return pcm
	}
	if mix("ring1") != mix("ring2") || mix("ring1") == mix("ring3") && mix("ring1") == [800]int16{} {
		t.Error("an own cadence has another sound")
	}
	if l.tone("cwt1") == nil {
		t.Error("an own call-waiting cadence is silent")
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

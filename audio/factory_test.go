package audio

import (
	"math"
	"testing"

	"star18/audio/measure"
)

// The oracle is section 2.2 of the line's specification: the parameters of the
// vendor's profile with their values.
func TestFactoryTable(t *testing.T) {
	want := map[string]string{
		"dial": "350@-19,440@-19;10(*/0/1+2)", "second-dial": "420@-19,520@-19;10(*/0/1+2)", "outside": "420@-16;10(*/0/1)",
		"prompt": "520@-19,620@-19;10(*/0/1+2)", "busy": "480@-19,620@-19;10(.5/.5/1+2)", "reorder": "480@-19,620@-19;10(.25/.25/1+2)",
		"off-hook": "480@-10,620@0;10(.125/.125/1+2)", "ringback": "440@-19,480@-19;*(2/4/1+2)", "ringback2": "440@-19,480@-19;*(1/1/1+2)",
		"confirm":  "600@-16;1(.25/.25/1)",
		"sit1":     "985@-16,1428@-16,1777@-16;20(.380/0/1,.380/0/2,.380/0/3,0/4/0)",
		"sit2":     "914@-16,1371@-16,1777@-16;20(.274/0/1,.274/0/2,.380/0/3,0/4/0)",
		"sit3":     "914@-16,1371@-16,1777@-16;20(.380/0/1,.380/0/2,.380/0/3,0/4/0)",
		"sit4":     "985@-16,1371@-16,1777@-16;20(.380/0/1,.274/0/2,.380/0/3,0/4/0)",
		"mwi-dial": "350@-19,440@-19;2(.1/.1/1+2);10(*/0/1+2)", "cfwd-dial": "350@-19,440@-19;2(.2/.2/1+2);10(*/0/1+2)",
		"holding": "600@-19;*(.1/.1/1,.1/.1/1,.1/9.5/1)", "conference": "350@-19;20(.1/.1/1,.1/9.7/1)",
		"secure":   "397@-19,507@-19;15(0/2/0,.2/.1/1,.1/2.1/2)",
		"voip-pin": "600@-10;*(0/1/1,.1/.1/1,.1/.1/1,.1/.5/1)", "pstn-pin": "600@-10;*(0/.7/1,.2/.1/1,.2/.1/1,.2/.5/1)",
		"feature": "350@-16;*(.1/.1/1)", "call-waiting": "440@-20;30(.175/.175/1,.175/3.5/1)",
		"page": "600@-16;.3(.05/0.05/1)", "alert": "600@-19;.2(.05/0.05/1)",
		"cwt1": "30(.3/9.7)", "cwt2": "30(.1/.1, .1/9.7)", "cwt3": "30(.1/.1, .1/.1, .1/9.7)", "cwt4": "30(.1/.1,.3/.1,.1/9.3)",
		"cwt5": "1(.5/.5)", "cwt6": "30(.1/.1,.3/.2,.3/9.1)", "cwt7": "30(.3/.1,.3/.1,.1/9.1)", "cwt8": "2.3(.3/2)", "cwt9": "30(.3/9.7)",
		"ring1": "60(2/4)", "ring2": "60(.8/.4,.8/4)", "ring3": "60(.4/.2,.4/.2,.8/4)", "ring4": "60(.3/.2,1/.2,.3/4)", "ring5": "1(.5/.5)",
		"ring6": "60(.2/.4,.2/.4,.2/4)", "ring7": "60(.4/.2,.4/.2,.4/4)", "ring8": "60(0.25/9.75)", "ring9": "60(.4/.2,.4/2)",
	}
	for _, n := range FactoryTones() {
		if want[n.Name] != n.Script || n.When == "" {
			t.Errorf("%s is %q when %q, want %q", n.Name, n.Script, n.When, want[n.Name])
		}
		delete(want, n.Name)
		if _, ok := NamedTone(n.Name); !ok {
			t.Errorf("%s cannot be played", n.Name)
		}
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
	if _, ok := NamedTone("none"); ok {
		t.Error("a tone that is not there")
	}
}

// A ring keeps its cadence for longer than the factory's minute, is loud, clear of
// full scale, and has most of its power where a small loudspeaker plays.
func TestRing(t *testing.T) {
	script, ok := NamedTone("ring3")
	if !ok {
		t.Fatal("no ring3")
	}
	for _, rate := range []int{8000, 16000, 48000} {
		pcm, end := render(script, rate, 70_000)
		if end != -1 {
			t.Fatalf("at %d it ends after %d ms", rate, end)
		}
		silentOutside(t, pcm[:6000*rate/1000], rate, [][2]int{{0, 400}, {600, 1000}, {1200, 2000}})
		burst := pcm[1204*rate/1000 : 1996*rate/1000]
		peak := 0.0
		for _, v := range burst {
			peak = max(peak, math.Abs(float64(v)))
		}
		if level := measure.Level(burst); level < -6 || peak > 26000 {
			t.Errorf("at %d: %.1f dBm0, peak %.0f", rate, level, peak)
		}
		for _, hz := range []float64{880, 1100} {
			if level := measure.LevelAt(burst, rate, hz); level < -17 { // half the time, beside its sidebands
				t.Errorf("at %d: %.1f dBm0 at %v Hz", rate, level, hz)
			}
		}
	}
}

// The notes share a phase: no step is steeper than the steepest sum of the upper
// note and its overtones.
func TestWarbleDoesNotClick(t *testing.T) {
	script, err := Ring("2(1/1)")
	if err != nil {
		t.Fatal(err)
	}
	pcm, _ := render(script, 48000, 2100)
	slope := 12738 * 2 * math.Pi * 1100 / 48000 * (1 + 2*overtones[0] + 3*overtones[1])
	for i := 1; i < len(pcm); i++ {
		if d := math.Abs(float64(pcm[i]) - float64(pcm[i-1])); d > slope+2 {
			t.Fatalf("a step of %.0f at sample %d, at most %.0f", d, i, slope)
		}
	}
	tone, frame := NewTone(script.Gain(-6), 48000), make([]int16, 960)
	if n := testing.AllocsPerRun(40, func() { tone.Mix(frame) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

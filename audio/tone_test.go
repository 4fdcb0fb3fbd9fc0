package audio

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"star18/audio/measure"
)

func mustParse(t testing.TB, script string) ToneScript {
	t.Helper()
	s, err := ParseToneScript(script)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// render plays a tone over silence for so many milliseconds, in frames of 20 ms.
func render(script ToneScript, rate, ms int) (pcm []int16, endMS int) {
	tone := NewTone(script, rate)
	pcm = make([]int16, rate*ms/1000)
	endMS = -1
	for at := 0; at < len(pcm); at += rate / 50 {
		if tone.Mix(pcm[at:min(at+rate/50, len(pcm))]) && endMS < 0 {
			endMS = at*1000/rate + 20
		}
	}
	return pcm, endMS
}

// The timeline is that of the specification of the line, section 2.1.
func TestSecureTone(t *testing.T) {
	for _, rate := range []int{8000, 16000, 44100, 48000} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			pcm, end := render(mustParse(t, SecureTone), rate, 17000)
			if end != 15000 {
				t.Errorf("ends after %d ms, want 15000", end)
			}
			for hz, want := range map[float64][]measure.Burst{
				397: {{StartMS: 2000, EndMS: 2200}, {StartMS: 6500, EndMS: 6700}, {StartMS: 11000, EndMS: 11200}},
				507: {{StartMS: 2300, EndMS: 2400}, {StartMS: 6800, EndMS: 6900}, {StartMS: 11300, EndMS: 11400}},
			} {
				got := measure.FindBursts(pcm, rate, hz)
				if len(got) != len(want) {
					t.Fatalf("%v Hz at %v, want %v", hz, got, want)
				}
				for i := range want {
					if off(got[i].StartMS, want[i].StartMS) > 4 || off(got[i].EndMS, want[i].EndMS) > 4 {
						t.Errorf("%v Hz at %v, want %v", hz, got[i], want[i])
					}
					inner := pcm[(want[i].StartMS+5)*rate/1000 : (want[i].EndMS-5)*rate/1000]
					if level := measure.LevelAt(inner, rate, hz); math.Abs(level+19) > 0.2 {
						t.Errorf("%v Hz at %v: %.2f dBm0, want -19", hz, got[i], level)
					}
				}
			}
			silentOutside(t, pcm, rate, [][2]int{{2000, 2200}, {2300, 2400}, {6500, 6700}, {6800, 6900}, {11000, 11200}, {11300, 11400}})
		})
	}
}

// silentOutside checks the timeline to the sample.
func silentOutside(t *testing.T, pcm []int16, rate int, bursts [][2]int) {
	t.Helper()
	for i, s := range pcm {
		inside := false
		for _, b := range bursts {
			inside = inside || i >= b[0]*rate/1000 && i < b[1]*rate/1000
		}
		if s != 0 && !inside {
			t.Fatalf("sound at sample %d (%.3f s)", i, float64(i)/float64(rate))
		}
	}
}

// Levels of the specification of the line, section 2.3; 1000 Hz at 8000 samples
// reaches the top of its sine every two milliseconds.
func TestToneLevels(t *testing.T) {
	for level, want := range map[int]float64{-5: 12738, -10: 7163, -16: 3590, -19: 2542, -20: 2265, -24: 1429} {
		script := mustParse(t, fmt.Sprintf("1000@%d;1(*/0/1)", level))
		pcm, _ := render(script, 8000, 500)
		peak := 0.0
		for _, s := range pcm {
			peak = max(peak, math.Abs(float64(s)))
		}
		if math.Abs(peak-want) > 1 {
			t.Errorf("%d dBm0 has peak %.0f, want %.0f", level, peak, want)
		}
		louder, _ := render(script.Gain(6), 8000, 500)
		if got := measure.Level(louder[80:4000-80]) - measure.Level(pcm[80:4000-80]); math.Abs(got-6) > 0.05 {
			t.Errorf("gain of 6 dB gives %.2f", got)
		}
	}
}

func TestToneTimeline(t *testing.T) {
	tests := []struct {
		name, script string
		end          int // -1: goes on
		bursts       [][2]int
	}{
		{"stutter, then steady", "600@-19;1(.1/.1/1);2(*/0/1)", 3000,
			[][2]int{{0, 100}, {200, 300}, {400, 500}, {600, 700}, {800, 900}, {1000, 3000}}},
		{"last pass is cut at D", "600@-19;1(.4/.2/1)", 1000, [][2]int{{0, 400}, {600, 1000}}},
		{"infinite section", "600@-19;*(1/1/1)", -1, [][2]int{{0, 1000}, {2000, 3000}, {4000, 5000}}},
		{"infinite burst in a section that ends", "600@-19;.5(*/0/1)", 500, [][2]int{{0, 500}}},
		{"the off after an infinite on is ignored", "600@-19;2(*/1/1)", 2000, [][2]int{{0, 2000}}},
		{"a segment without sound", "600@-19;3(0/1/0,.5/.5/1)", 3000, [][2]int{{1000, 1500}}},
		{"a silent frequency index still takes time", "600@-19;2(.5/.5/0,.5/.5/1)", 2000, [][2]int{{1000, 1500}}},
		{"one millisecond more", "600@-19;.521(.5/0/0,.02/0/1)", 540, [][2]int{{500, 520}}},
		{"a segment with no length", "600@-19;1(0/0/1,.2/.3/1)", 1000, [][2]int{{0, 200}, {500, 700}}},
		{"a section with no length", "600@-19;0(1/0/1);.2(*/0/1)", 200, [][2]int{{0, 200}}},
		{"no tone", "", 20, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, rate := range []int{8000, 44100, 48000} {
				pcm, end := render(mustParse(t, test.script), rate, 5000)
				if end != test.end {
					t.Errorf("at %d ends after %d ms, want %d", rate, end, test.end)
				}
				silentOutside(t, pcm, rate, test.bursts)
				for _, b := range test.bursts {
					inner := pcm[(b[0]+4)*rate/1000 : (b[1]-4)*rate/1000]
					if level := measure.LevelAt(inner, rate, 600); math.Abs(level+19) > 1 {
						t.Errorf("at %d, %v: %.1f dBm0, want -19", rate, b, level)
					}
				}
			}
		})
	}
}

// A ring-back tone that nobody stops keeps its cadence.
func TestEndlessToneDoesNotDrift(t *testing.T) {
	tone := NewTone(mustParse(t, "440@-19,480@-19;*(2/4/1+2)"), 11025) // 220.5 samples in 20 ms
	minute, pcm := 11025*60, make([]int16, 11025*60)
	for range 10 {
		clear(pcm)
		if tone.Mix(pcm) {
			t.Fatal("ended")
		}
	}
	silentOutside(t, pcm[:minute], 11025, [][2]int{{0, 2000}, {6000, 8000}, {12000, 14000}, {18000, 20000},
		{24000, 26000}, {30000, 32000}, {36000, 38000}, {42000, 44000}, {48000, 50000}, {54000, 56000}})
}

// A burst rises and falls as a raised cosine of 3 ms and its phase never jumps:
// no step is greater than the steepest slope of the sine itself.
func TestToneDoesNotClick(t *testing.T) {
	for _, hz := range []int{397, 507, 1777} {
		pcm, _ := render(mustParse(t, fmt.Sprintf("%d@-10;1(.033/.1/1)", hz)), 8000, 1100)
		steepest := 7163 * 2 * math.Pi * float64(hz) / 8000
		for i := 1; i < len(pcm); i++ {
			if d := math.Abs(float64(pcm[i]) - float64(pcm[i-1])); d > steepest+2 {
				t.Fatalf("%d Hz: step of %.0f at sample %d, steepest slope is %.0f", hz, d, i, steepest)
			}
		}
		for i, want := range map[int]float64{0: 0, 12: 0.5, 24: 1} { // 24 samples are 3 ms
			sine := math.Sin(2 * math.Pi * float64(hz) * float64(i) / 8000)
			if got := float64(pcm[i]); math.Abs(got-want*7163*sine) > 2 {
				t.Errorf("%d Hz: sample %d is %.0f, want %.2f of the sine", hz, i, got, want)
			}
		}
	}
}

func TestToneIsMixedIntoSpeech(t *testing.T) {
	tone := NewTone(mustParse(t, "397@-19;1(*/0/1)"), 8000)
	pcm := sineAt(4000, 8000, 1000, 7163)
	tone.Mix(pcm)
	for hz, want := range map[float64]float64{397: -19, 1000: -10} {
		if level := measure.LevelAt(pcm[100:], 8000, hz); math.Abs(level-want) > 0.1 {
			t.Errorf("%.2f dBm0 at %v Hz, want %v", level, hz, want)
		}
	}
}

func TestToneSaturates(t *testing.T) {
	tone := NewTone(mustParse(t, "620@3,480@3;1(*/0/1+2)"), 8000)
	pcm := make([]int16, 4000)
	tone.Mix(pcm)
	clipped, last := 0, 0
	for _, s := range pcm {
		if s == math.MaxInt16 || s == math.MinInt16 {
			clipped++
		}
		if step := int(s) - last; step > 33000 || step < -33000 {
			t.Fatal("wrapped around")
		}
		last = int(s)
	}
	if clipped == 0 {
		t.Error("two tones of +3 dBm0 do not reach full scale")
	}
}

func TestToneDoesNotAllocate(t *testing.T) {
	tone := NewTone(mustParse(t, "600@-19,700@-19;*(.001/.001/1,.001/0/1+2)"), 8000)
	pcm := make([]int16, frame20)
	if n := testing.AllocsPerRun(500, func() { tone.Mix(pcm) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func TestCadence(t *testing.T) {
	script, err := parseCadence("440@-10,480@-10", "2(.1/.1, .3/.5);1(.5/.5)")
	if err != nil {
		t.Fatal(err)
	}
	pcm, end := render(script, 8000, 4000)
	if end != 3000 {
		t.Errorf("ends after %d ms, want 3000", end)
	}
	silentOutside(t, pcm, 8000, [][2]int{{0, 100}, {200, 500}, {1000, 1100}, {1200, 1500}, {2000, 2500}})
	for _, hz := range []float64{440, 480} {
		if level := measure.LevelAt(pcm[2010*8:2490*8], 8000, hz); math.Abs(level+10) > 0.1 {
			t.Errorf("%v Hz: %.1f dBm0, want -10", hz, level)
		}
	}
	for _, bad := range [][2]string{{"440@-10", "30(.3/9.7/1)"}, {"440@-10;", "30(.3/9.7)"}, {"", "30(.3/9.7)"}, {"440@-10", ""}} {
		if _, err := parseCadence(bad[0], bad[1]); !errors.Is(err, ErrScriptSyntax) {
			t.Errorf("%q: error %v, want ErrScriptSyntax", bad, err)
		}
	}
}

func TestScriptRefusals(t *testing.T) {
	long := "350@-19;" + strings.Repeat("1", 120) + "(1/0/1)"
	tests := []struct {
		name, script string
		position     int
		reason       error
	}{
		{"misprint of a manual: no ';'", "600@-19*(.1/.1/1)", 8, ErrScriptSyntax},
		{"128 characters", long[:128], 128, ErrScriptTooLong},
		{"seven frequencies", "1@0,2@0,3@0,4@0,5@0,6@0,7@0;1(1/0/1)", 25, ErrScriptTooMany},
		{"seven segments", "1@0;1(1/0/1,1/0/1,1/0/1,1/0/1,1/0/1,1/0/1,1/0/1)", 43, ErrScriptTooMany},
		{"three sections", "1@0;1(1/0/1);1(1/0/1);1(1/0/1)", 23, ErrScriptTooMany},
		{"index not defined", "350@-19;1(1/0/2)", 15, ErrScriptIndex},
		{"second index not defined", "350@-19;1(1/0/1+2)", 17, ErrScriptIndex},
		{"no index", "350@-19;1(1/0/)", 15, ErrScriptSyntax},
		{"zero beside an index", "350@-19;1(1/0/0+1)", 16, ErrScriptSyntax},
		{"zero after an index", "350@-19;1(1/0/1+0)", 17, ErrScriptIndex},
		{"two-part segment", "350@-19;1(1/0)", 14, ErrScriptSyntax},
		{"no frequency", ";1(1/0/1)", 1, ErrScriptSyntax},
		{"frequency of zero", "0@-19;1(1/0/1)", 1, ErrScriptFrequency},
		{"frequency beyond the band", "4000@-19;1(1/0/1)", 1, ErrScriptFrequency},
		{"fraction of a hertz", "350.5@-19;1(1/0/1)", 4, ErrScriptSyntax},
		{"no level", "350;1(1/0/1)", 4, ErrScriptSyntax},
		{"empty level", "350@;1(1/0/1)", 5, ErrScriptSyntax},
		{"level with two decimals", "350@-19.25;1(1/0/1)", 5, ErrScriptLevel},
		{"level of a jet engine", "350@120;1(1/0/1)", 5, ErrScriptLevel},
		{"duration with four decimals", "350@-19;1(.1234/0/1)", 11, ErrScriptDuration},
		{"duration without digits", "350@-19;1(./0/1)", 11, ErrScriptSyntax},
		{"duration too long", "350@-19;1000000(1/0/1)", 9, ErrScriptDuration},
		{"negative duration", "350@-19;-1(1/0/1)", 9, ErrScriptSyntax},
		{"infinite off", "350@-19;1(1/*/1)", 13, ErrScriptSyntax},
		{"segments without any time", "350@-19;*(0/0/1)", 10, ErrScriptEmpty},
		{"no segments", "350@-19;1()", 11, ErrScriptSyntax},
		{"not closed", "350@-19;1(1/0/1", 16, ErrScriptSyntax},
		{"no section", "350@-19", 8, ErrScriptSyntax},
		{"section missing after ';'", "350@-19;1(1/0/1);", 18, ErrScriptSyntax},
		{"something behind", "350@-19;1(1/0/1) ", 17, ErrScriptSyntax},
		{"blank where none may be", "350 @-19;1(1/0/1)", 4, ErrScriptSyntax},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseToneScript(test.script)
			var fault *ScriptError
			if !errors.As(err, &fault) || !errors.Is(err, test.reason) || fault.Position != test.position {
				t.Fatalf("error %v; want %v at position %d", err, test.reason, test.position)
			}
			if !strings.Contains(err.Error(), fmt.Sprintf("position %d: ", test.position)) {
				t.Errorf("the text %q does not name the position", err)
			}
		})
	}
}

func TestScriptsAtTheLimits(t *testing.T) {
	for _, script := range []string{
		"1@0,2@0,3@0,4@0,5@0,6@0;1(1/0/1,1/0/2,1/0/3,1/0/4,1/0/5,1/0/6);1(1/0/1+2+3+4+5+6)",
		"350@-19 , 440@-19.5;30(.1/.1/1 ,.1/9.7/2)",
		"3999@+3;999999(*/0/1)",
		"350@-19,440@-19;" + strings.Repeat("0", 5) + "1(0.001/0.0/1" + strings.Repeat("+1", 46) + ")",
	} {
		if _, err := ParseToneScript(script); err != nil {
			t.Errorf("%q (%d): %v", script, len(script), err)
		}
	}
}

func FuzzToneScript(f *testing.F) {
	for _, t := range factoryTones {
		f.Add(t.Script)
	}
	f.Fuzz(func(t *testing.T, script string) {
		s, err := ParseToneScript(script)
		if err != nil {
			return
		}
		tone := NewTone(s, 8000)
		for pcm := make([]int16, 800); ; { // whatever is accepted plays, or ends
			if tone.Mix(pcm) || tone.at > 4000 {
				return
			}
		}
	})
}

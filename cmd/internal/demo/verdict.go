package demo

import (
	"fmt"
	"math"
	"strings"

	"star18/audio/measure"
	"star18/ua"
)

// Verdict is one promise, whether it held, and what was measured.
type Verdict struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Figure string `json:"figure"`
}

// finding collects one verdict from both ends: it holds if nothing is wrong.
type finding struct {
	name    string
	figures []string
	wrong   []string
}

func (f *finding) figure(format string, args ...any) {
	f.figures = append(f.figures, fmt.Sprintf(format, args...))
}

func (f *finding) fail(format string, args ...any) {
	f.wrong = append(f.wrong, fmt.Sprintf(format, args...))
}

// check keeps the figure, and says that it is wrong if it is.
func (f *finding) check(ok bool, format string, args ...any) {
	if ok {
		f.figure(format, args...)
		return
	}
	f.fail(format, args...)
}

func (f *finding) verdict() Verdict {
	if len(f.wrong) > 0 {
		return Verdict{f.name, false, strings.Join(append(f.wrong, f.figures...), "; ")}
	}
	return Verdict{f.name, true, strings.Join(f.figures, "; ")}
}

// verdicts judges a finished run, in the order of the call.
func (r *run) verdicts() []Verdict {
	all := []finding{
		r.judgeRegistered(), r.judgeAnswered(), r.judgeCertificates(), r.judgeSecured(),
		r.judgeSpeech(), r.judgeWire(), r.judgeTone(), r.judgeHangup(),
	}
	verdicts := make([]Verdict, len(all))
	for i := range all {
		verdicts[i] = all[i].verdict()
	}
	return verdicts
}

func (r *run) judgeRegistered() finding {
	f := finding{name: "registered"}
	for _, e := range r.ends() {
		switch facts := e.now(); {
		case facts.registered != nil:
			f.figure("%s in %d ms", e.name, facts.registeredIn.Milliseconds())
		case facts.failed != nil:
			f.fail("%s: %d %s", e.name, facts.failed.Status, facts.failed.Reason)
		default:
			f.fail("%s: no answer from the registrar", e.name)
		}
	}
	return f
}

func (r *run) judgeAnswered() finding {
	f := finding{name: "answered"}
	for _, e := range r.ends() {
		switch facts := e.now(); {
		case facts.answered != nil:
			f.figure("%s %s %d ms", e.name, facts.answered.Codec, facts.answered.Ptime)
		case facts.ended != nil:
			f.fail("%s: %s %d %s", e.name, facts.ended.Cause, facts.ended.Status, facts.ended.Detail)
		default:
			f.fail("%s: not answered", e.name)
		}
	}
	return f
}

// judgeCertificates: an end tells a name only after it verified signature and
// expiry, and the caller also the number.
func (r *run) judgeCertificates() finding {
	f := finding{name: "certificates verified"}
	want := map[*end]ua.Secured{
		r.caller: {Name: "$" + calleeName, Number: calleeUser, Proven: true},
		r.callee: {Name: "$" + callerName, Number: callerUser},
	}
	for _, e := range r.ends() {
		s := e.now().secured
		if s == nil {
			f.fail("%s: %s", e.name, e.whyNotSecured())
			continue
		}
		ok := s.Name == want[e].Name && s.Number == want[e].Number && s.Proven == want[e].Proven
		f.check(ok, "%s sees %s %s, %s", e.name, s.Name, s.Number, standing(s.Proven))
	}
	return f
}

func standing(proven bool) string {
	if proven {
		return "proven"
	}
	return "presented"
}

func (e *end) whyNotSecured() string {
	n := e.now().notSecured
	if n == nil {
		return "not secured, and no reason was told"
	}
	return fmt.Sprintf("not secured: %s %s", n.Reason, n.Detail)
}

func (r *run) judgeSecured() finding {
	f := finding{name: "secured"}
	for _, e := range r.ends() {
		if s := e.now().secured; s != nil {
			f.figure("%s %d ms after ACK", e.name, s.MS)
		} else {
			f.fail("%s: %s", e.name, e.whyNotSecured())
		}
	}
	return f
}

// settled is how long after the switch the last clear packet may still sound:
// the jitter buffer's depth, and the concealment's fade.
const settled = 200 * rate / 1000

// levelTolerance leaves room for gaps: what a busy machine sends too late is
// not heard, and counts as silence in the level.
const levelTolerance = 10 // dB

// judgeSpeech finds the other end's tone in what this end heard after the
// switch, when nothing unauthenticated is played any more.
func (r *run) judgeSpeech() finding {
	f := finding{name: "speech through SRTP"}
	for _, e := range r.ends() {
		facts := e.now()
		pcm := e.ear.heardFrom(facts.toneAt + settled)
		if !facts.tone || len(pcm) < rate {
			f.fail("%s: only %d ms heard after the switch", e.name, len(pcm)*1000/rate)
			continue
		}
		hz, level := measure.Dominant(pcm, rate), measure.LevelAt(pcm, rate, r.other(e).speak)
		ok := math.Abs(hz-r.other(e).speak) <= 5 && math.Abs(level-speechLevel) <= levelTolerance
		f.check(ok, "%s heard %.0f Hz at %.1f dBm0 for %.1f s", e.name, hz, level, float64(len(pcm))/rate)
	}
	return f
}

// hidden is how far below the noise of the ciphertext the tone must lie: found
// at its full level, the sound would not be encrypted, whatever its length.
const hidden = 20 // dB

func (r *run) judgeWire() finding {
	f := finding{name: "no clear packet after"}
	for _, e := range r.ends() {
		w := r.watch.of(e.name)
		f.check(w.protected > 0 && w.clearAfter == 0 && w.odd == 0,
			"%s sent %d clear, then %d protected, %d clear, %d other", e.name, w.clear, w.protected, w.clearAfter, w.odd)
		sound := decode(w.protectedSound)
		if len(sound) == 0 {
			continue
		}
		depth := measure.Level(sound) - measure.LevelAt(sound, rate, e.speak)
		f.check(depth >= hidden, "its %.0f Hz on the wire %.0f dB below the noise", e.speak, depth)
	}
	return f
}

// beepTolerance is three packets: the frame in which the tone begins, and the
// window of the measurement.
const beepTolerance = 60 // ms

// The first double beep of the secure tone (specification of the line, 2.1).
var beeps = []struct {
	hz       float64
	at, last int // ms
}{{397, 2000, 200}, {507, 2300, 100}}

func (r *run) judgeTone() finding {
	f := finding{name: "secure tone"}
	for _, e := range r.ends() {
		facts := e.now()
		if !facts.tone {
			f.fail("%s: no tone", e.name)
			continue
		}
		pcm := e.ear.heardFrom(facts.toneAt)
		for _, b := range beeps {
			found := measure.FindBursts(pcm, rate, b.hz)
			if len(found) == 0 {
				f.fail("%s: no %.0f Hz", e.name, b.hz)
				continue
			}
			at, last := found[0].StartMS, found[0].EndMS-found[0].StartMS
			ok := near(at, b.at) && near(last, b.last)
			f.check(ok, "%s %.0f Hz at %.2f s for %.2f s", e.name, b.hz, float64(at)/1000, float64(last)/1000)
		}
	}
	return f
}

func near(got, want int) bool { return got >= want-beepTolerance && got <= want+beepTolerance }

func (r *run) judgeHangup() finding {
	f := finding{name: "clean hang-up"}
	by := map[*end]ua.Party{r.caller: ua.Local, r.callee: ua.Remote}
	for _, e := range r.ends() {
		w, ended := r.watch.of(e.name), e.now().ended
		ok := ended != nil && ended.Cause == ua.CauseHangup && ended.By == by[e] && w.byeAccepted
		f.check(ok, "%s BYE 200", e.name)
		f.check(w.unregistered, "%s unregistered", e.name)
	}
	f.check(r.left <= 0, "%d goroutines left", max(r.left, 0))
	return f
}

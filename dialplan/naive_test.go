package dialplan

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A second matcher to hold the first one against: it reads no script, it backtracks through every
// way a sequence can take the keys, and it follows section 1.3 in its own words. It shares nothing
// with the automaton but the types of the result.

type naiveElement struct {
	kind    byte   // 'k' key, 's' send, ',' tone, 'P' pause, 'S', 'L'
	keys    string // of 'k'
	repeat  bool
	swallow bool
	text    string // of 's'
	seconds int    // of the timers
}

type naiveSequence struct {
	elements []naiveElement
	barred   bool
}

// naiveWay is one way to have taken all keys: where it stands, and what it has sent.
type naiveWay struct {
	at     int
	sent   string
	silent bool
}

// ways lists them in order of preference: a repeat goes on before it ends.
func (s naiveSequence) ways(keys string) (all []naiveWay, tone bool) {
	var walk func(way naiveWay, taken int)
	walk = func(way naiveWay, taken int) {
		if taken == len(keys) {
			all = append(all, way)
		}
		if way.at == len(s.elements) {
			return
		}
		e, next := s.elements[way.at], way
		next.at++
		switch e.kind {
		case 'k':
			if taken < len(keys) && strings.IndexByte(e.keys, keys[taken]) >= 0 {
				after := naiveWay{next.at, way.sent, false}
				if !e.swallow {
					after.sent += keys[taken : taken+1]
				}
				if e.repeat {
					after.at--
				}
				walk(after, taken+1)
			}
			if e.repeat {
				walk(next, taken)
			}
			return
		case 'P':
			if e.seconds > 0 {
				return
			}
			next.silent = true
		case 's':
			next.sent += e.text
		case ',':
			tone = tone || taken == len(keys)
		}
		walk(next, taken)
	}
	walk(naiveWay{}, 0)
	return all, tone
}

// timerAt is the last timer of that kind before a place.
func (s naiveSequence) timerAt(kind byte, at int) (time.Duration, bool) {
	for at--; at >= 0; at-- {
		if s.elements[at].kind == kind {
			return time.Duration(s.elements[at].seconds) * time.Second, true
		}
	}
	return 0, false
}

type naiveState struct {
	verdict
	sent string // or "barred"
	tone bool
}

func naiveMatch(plan []naiveSequence, keys string, short, long time.Duration) naiveState {
	var state naiveState
	var complete, more, barred, shortSet, longSet, silent bool
	due := time.Hour
	for _, s := range plan {
		ways, tone := s.ways(keys)
		state.tone = state.tone || tone
		for _, way := range ways {
			if way.at == len(s.elements) || s.elements[way.at].kind != 'k' && !(s.elements[way.at].kind == 'P' && s.elements[way.at].seconds > 0) {
				continue
			}
			more = true
			if s.elements[way.at].kind == 'P' {
				due = min(due, time.Duration(s.elements[way.at].seconds)*time.Second)
			}
		}
		long, longSet = s.firstLong(ways, long, longSet)
		way, done := s.finished(ways, keys)
		if !done {
			continue
		}
		if !complete {
			state.sent = way.sent
		}
		complete, barred, silent = true, barred || s.barred, silent || way.silent
		if wait, set := s.timerAt('S', way.at); set && !shortSet {
			short, shortSet = wait, true
		}
	}
	if barred {
		state.sent = "barred"
	}
	if silent {
		short = 0
	}
	switch {
	case complete && !more:
		state.outcome = OutcomeDial
	case complete:
		state.verdict = verdict{OutcomeWaitShort, min(short, due)}
	case more:
		state.verdict = verdict{OutcomeWaitLong, min(long, due)}
	default:
		state.outcome = OutcomeReject
	}
	return state
}

// firstLong is the override at the earliest place of the first sequence that wants more and has one.
func (s naiveSequence) firstLong(ways []naiveWay, long time.Duration, set bool) (time.Duration, bool) {
	for at := range s.elements {
		for _, way := range ways {
			if set || way.at != at || s.elements[at].kind != 'k' && !(s.elements[at].kind == 'P' && s.elements[at].seconds > 0) {
				continue
			}
			if wait, found := s.timerAt('L', at); found {
				long, set = wait, true
			}
		}
	}
	return long, set
}

// finished is the preferred way to the end, if it counts as complete.
func (s naiveSequence) finished(ways []naiveWay, keys string) (naiveWay, bool) {
	for _, way := range ways {
		if way.at == len(s.elements) {
			return way, s.barred && keys != "" || !s.barred && way.sent != ""
		}
	}
	return naiveWay{}, false
}

// taken are keys that take s to its end.
func (s naiveSequence) taken(r *rand.Rand) string {
	var keys []byte
	for _, e := range s.elements {
		times := 1
		if e.repeat {
			times = r.IntN(3)
		}
		for range times {
			if e.kind == 'k' {
				keys = append(keys, e.keys[r.IntN(len(e.keys))])
			}
		}
	}
	return string(keys)
}

// randomPlan is a plan and its script. Few different keys, so that sequences overlap.
func randomPlan(r *rand.Rand) ([]naiveSequence, string) {
	var plan []naiveSequence
	var texts []string
	for range 1 + r.IntN(4) {
		s, text := randomSequence(r)
		plan, texts = append(plan, s), append(texts, text)
	}
	return plan, "(" + strings.Join(texts, "|") + ")"
}

func randomSequence(r *rand.Rand) (naiveSequence, string) {
	var s naiveSequence
	var text strings.Builder
	for range r.IntN(6) {
		switch n := r.IntN(20); {
		case n < 13:
			text.WriteString(s.randomKey(r, false))
		case n < 16:
			text.WriteString(s.randomSubstitution(r))
		case n < 17:
			s.elements = append(s.elements, naiveElement{kind: ','})
			text.WriteString(",")
		default:
			kind, seconds := "SLP"[n-17], r.IntN(5)
			s.elements = append(s.elements, naiveElement{kind: kind, seconds: seconds})
			fmt.Fprintf(&text, "%c%d ", kind, seconds)
		}
		if r.IntN(8) == 0 {
			text.WriteString(" ")
		}
	}
	if s.barred = r.IntN(6) == 0; s.barred {
		text.WriteString("!")
	}
	return s, text.String()
}

func (s *naiveSequence) randomKey(r *rand.Rand, swallow bool) string {
	forms := [][2]string{{"1", "1"}, {"2", "2"}, {"*", "*"}, {"x", "0123456789"}, {"X", "0123456789"}, {"[12]", "12"}, {"[2-4*]", "234*"}, {"[x#]", "0123456789#"}}
	form := forms[r.IntN(len(forms))]
	e := naiveElement{kind: 'k', keys: form[1], swallow: swallow, repeat: r.IntN(3) == 0}
	s.elements = append(s.elements, e)
	if e.repeat {
		return form[0] + "."
	}
	return form[0]
}

func (s *naiveSequence) randomSubstitution(r *rand.Rand) string {
	text := "<"
	for range r.IntN(3) {
		if r.IntN(5) == 0 {
			s.elements = append(s.elements, naiveElement{kind: ','})
			text += ","
			continue
		}
		text += s.randomKey(r, true)
	}
	sent := []string{"", "9", "88", "joe"}[r.IntN(4)]
	if sent != "" {
		s.elements = append(s.elements, naiveElement{kind: 's', text: sent})
	}
	return text + ":" + sent + ">"
}

// randomKeys are any keys, or those that one sequence takes, more or less.
func randomKeys(r *rand.Rand, plan []naiveSequence) string {
	const alphabet = "111222234*#9"
	if r.IntN(3) > 0 {
		taken := plan[r.IntN(len(plan))].taken(r)
		if r.IntN(4) == 0 {
			taken += alphabet[r.IntN(len(alphabet)):][:1]
		}
		return taken[:max(len(taken)-r.IntN(8)/5, 0)]
	}
	keys := make([]byte, r.IntN(8))
	for i := range keys {
		keys[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(keys)
}

package dialplan

import (
	"math"
	"time"
)

// verdict is the state after a key: rules (a) to (d) of section 1.3.
type verdict struct {
	outcome Outcome
	wait    time.Duration
}

// candidate is a complete sequence and what it would send.
type candidate struct {
	*sequence
	thread thread
}

// decide is the four rules in words: complete means that a candidate would send something. A reject
// that waits is one that an emergency number may still follow; a speed dial key always waits for it.
func (m *matcher) decide() verdict {
	best, complete := m.best()
	more := m.more() || complete && best.kind == speedSequence && len(m.threads) > 0
	switch {
	case complete && !more:
		return verdict{outcome: OutcomeDial}
	case complete:
		return verdict{OutcomeWaitShort, m.remaining(m.shortTimer())}
	case more:
		return verdict{OutcomeWaitLong, m.remaining(m.longTimer())}
	case len(m.threads) > 0:
		return verdict{OutcomeReject, m.remaining(m.longTimer())}
	}
	return verdict{outcome: OutcomeReject}
}

// best is the complete candidate that counts: the best kind, a bar before a permit, then the first
// in plan order.
func (m *matcher) best() (candidate, bool) {
	found, at := candidate{}, int32(0)
	for _, t := range m.accepts {
		index := m.prog.ops[t.pc].seq
		seq := &m.prog.sequences[index]
		if !m.completes(seq, t) {
			continue
		}
		if found.sequence == nil || before(seq, index, found.sequence, at) {
			found, at = candidate{seq, t}, index
		}
	}
	return found, found.sequence != nil
}

func before(a *sequence, ai int32, b *sequence, bi int32) bool {
	switch {
	case a.kind != b.kind:
		return a.kind < b.kind
	case a.barred != b.barred:
		return a.barred
	}
	return ai < bi
}

// completes refuses what has nothing to send: an untouched "x." off-hook, the 9 of "<9,:>x.", and
// octets over 255.
func (m *matcher) completes(seq *sequence, t thread) bool {
	switch {
	case seq.barred:
		return len(m.keys) > 0
	case seq.kind == ipSequence:
		_, ok := parseIPKeys(string(m.keys))
		return ok
	}
	return m.length(t) > 0
}

// shortTimer is the Sn of the first complete candidate that carries one, else the line's. One that
// asked for silence and has had it waits no longer. An emergency number never waits longer than the
// factory's short timer, whatever the plan says.
func (m *matcher) shortTimer() time.Duration {
	first, timer := int32(math.MaxInt32), override{}
	for _, t := range m.accepts {
		o := &m.prog.ops[t.pc]
		if !m.completes(&m.prog.sequences[o.seq], t) {
			continue
		}
		if t.silent {
			return 0
		}
		if o.short.set && o.seq < first {
			first, timer = o.seq, o.short
		}
	}
	wait := timer.or(m.short)
	if m.forHelp() {
		wait = min(wait, factoryShortTimer)
	}
	return wait
}

// longTimer is the Ln of the first candidate that carries one, else the line's.
func (m *matcher) longTimer() time.Duration {
	first, timer := int32(math.MaxInt32), override{}
	consider := func(pc int32) {
		if o := &m.prog.ops[pc]; o.long.set && pc < first {
			first, timer = pc, o.long
		}
	}
	for _, t := range m.threads {
		consider(t.pc)
	}
	for _, w := range m.waiters {
		consider(w.pc)
	}
	return timer.or(m.long)
}

// remaining is how long to wait now: for the timer, or for the pause that ends before it.
func (m *matcher) remaining(timer time.Duration) time.Duration {
	until := timer
	for _, w := range m.waiters {
		until = min(until, w.due)
	}
	return max(until-m.elapsed, 0)
}

// timer is the interdigit timer that runs now.
func (m *matcher) timer() time.Duration {
	if _, complete := m.best(); complete {
		return m.shortTimer()
	}
	return m.longTimer()
}

// timeout says that the wait of decide has passed without a key. It tells whether it is time to
// resolve: the timer ran out, or the silence that a sequence asked for completed it.
func (m *matcher) timeout() bool {
	timer := m.timer()
	m.elapsed += m.remaining(timer)
	m.release(m.elapsed)
	return m.elapsed >= min(timer, m.timer())
}

// send says that no key will follow, which is as good as any silence: pauses pass, unless something
// is complete without them.
func (m *matcher) send() {
	if _, complete := m.best(); !complete {
		m.release(math.MaxInt64)
	}
}

// resolve is what the keys so far come to.
func (m *matcher) resolve() (candidate, error) {
	best, complete := m.best()
	switch {
	case complete && best.barred:
		return best, ErrBarred
	case complete:
		return best, nil
	case len(m.keys) == 0:
		return best, ErrNothingDialled
	case m.more():
		return best, ErrIncomplete
	}
	return best, ErrNotInPlan
}

// feed presses keys one after another without silence between them (1.3, en bloc): it never stops
// at an early match. A last '#' that no candidate wants is an explicit send, which it reports.
func (m *matcher) feed(keys string) (sent bool) {
	for i := range len(keys) {
		if i == len(keys)-1 && keys[i] == '#' && !m.wants(keyBit('#')) {
			return true
		}
		m.press(keys[i])
	}
	return false
}

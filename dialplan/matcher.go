package dialplan

import (
	"slices"
	"strings"
	"time"
)

// maxKeys bounds what one matching may take: the longest user part and a full IP dialling form.
const maxKeys = 96

// matcher is a nondeterministic automaton simulated on all its states at once (Thompson). A key
// visits each operation of the program at most once, so its cost is linear in the plan and never
// depends on what was dialled before. The rules of section 1.3 read the state in decide.go.
//
//	press ─▶ threads that take the key ─▶ add: through sends, tones and skips ─▶ threads  (want keys)
//	                                                                          ├▶ waiters  (want silence)
//	                                                                          └▶ accepts  (complete)
type matcher struct {
	prog        *program
	short, long time.Duration // timers where no sequence sets its own

	keys     []byte
	threads  []thread // in order of preference: plan order, then repeat before skip
	waiters  []waiter
	accepts  []thread
	tone     bool // a ',' was passed on the last key
	lost     int  // how many keys there were when no candidate was left; 0: one is
	elapsed  time.Duration
	segments []segment // what threads have sent so far; [0] is the empty one

	spare   []thread
	visited []uint32 // == step: reached on this key
	step    uint32
}

// thread is a live state: an operation, and what its way there sends: the segment, then every key
// from index on. Keys that are merely passed through cost nothing; only a substitution cuts.
type thread struct {
	pc      int32
	segment int32
	from    int32
	silent  bool // came here through a pause, without a key since
}

// waiter is a thread at a pause that ends when the silence has lasted until due.
type waiter struct {
	thread
	due time.Duration
}

// segment is parent's output, then keys[from:to], then text. size is the length of it all.
type segment struct {
	parent, from, to, size int32
	text                   string
}

func newMatcher(prog *program, short, long time.Duration) *matcher {
	m := &matcher{prog: prog, short: short, long: long, visited: make([]uint32, len(prog.ops))}
	m.reset()
	return m
}

// reset is off-hook: no key yet.
func (m *matcher) reset() {
	m.keys = m.keys[:0]
	m.segments = append(m.segments[:0], segment{})
	m.threads, m.lost = m.threads[:0], 0
	m.begin()
	for _, start := range m.prog.starts {
		m.add(thread{pc: start}, 0)
	}
}

// begin opens a new set of states.
func (m *matcher) begin() {
	m.step++
	m.waiters, m.accepts = m.waiters[:0], m.accepts[:0]
	m.tone, m.elapsed = false, 0
}

// press takes one key. Threads at a pause die: the silence that they want was broken.
func (m *matcher) press(key byte) {
	bit, index := keyBit(key), int32(len(m.keys))
	m.keys = append(m.keys, key)
	m.threads, m.spare = m.spare[:0], m.threads
	m.begin()
	for _, t := range m.spare {
		o := &m.prog.ops[t.pc]
		if o.keys&bit == 0 {
			continue
		}
		t.silent = false
		if o.swallow {
			t = m.swallow(t, index)
		}
		if !o.loop {
			t.pc++
		}
		m.add(t, 0)
	}
	if m.lost == 0 && !m.more() && len(m.accepts) == 0 {
		m.lost = len(m.keys)
	}
}

func (m *matcher) pressAll(keys string) {
	for i := range len(keys) {
		m.press(keys[i])
	}
}

// add follows t to the operations that want something. The first to reach an operation keeps it:
// threads come in order of preference, so a repeat takes as many keys as it can.
func (m *matcher) add(t thread, since time.Duration) {
	for ; m.visited[t.pc] != m.step; t.pc++ {
		m.visited[t.pc] = m.step
		o := &m.prog.ops[t.pc]
		switch o.kind {
		case opKey:
			m.threads = append(m.threads, t)
			if !o.skip {
				return
			}
		case opSend:
			t = m.cut(t, int32(len(m.keys)), o.text)
		case opTone:
			m.tone = true
		case opPause:
			if o.pause > 0 {
				m.waiters = append(m.waiters, waiter{t, since + o.pause})
				return
			}
			t.silent = true
		case opAccept:
			m.accepts = append(m.accepts, t)
			return
		}
	}
}

// swallow keeps the key at index out of what t sends.
func (m *matcher) swallow(t thread, index int32) thread {
	if t.from < index {
		t = m.cut(t, index, "")
	}
	t.from = index + 1
	return t
}

// cut closes what t sends before the key at index, followed by text.
func (m *matcher) cut(t thread, index int32, text string) thread {
	size := m.segments[t.segment].size + index - t.from + int32(len(text))
	m.segments = append(m.segments, segment{t.segment, t.from, index, size, text})
	t.segment, t.from = int32(len(m.segments)-1), index
	return t
}

// length is how much t sends, without building it.
func (m *matcher) length(t thread) int {
	return int(m.segments[t.segment].size) + len(m.keys) - int(t.from)
}

// sent is what t sends.
func (m *matcher) sent(t thread) string {
	pieces := []string{string(m.keys[t.from:])}
	for s := m.segments[t.segment]; s.size > 0; s = m.segments[s.parent] {
		pieces = append(pieces, s.text, string(m.keys[s.from:s.to]))
	}
	slices.Reverse(pieces)
	return strings.Join(pieces, "")
}

// release lets pass the pauses that silence of this length has ended.
func (m *matcher) release(silence time.Duration) {
	for i := 0; i < len(m.waiters); {
		w := m.waiters[i]
		if w.due > silence {
			i++
			continue
		}
		m.waiters = slices.Delete(m.waiters, i, i+1)
		w.pc, w.silent = w.pc+1, true
		m.add(w.thread, w.due)
	}
}

// more tells whether a candidate wants a further key or further silence. An emergency number that
// has begun is none.
func (m *matcher) more() bool {
	return len(m.waiters) > 0 || slices.ContainsFunc(m.threads, func(t thread) bool { return t.pc < m.prog.help })
}

// forHelp tells whether the keys are an emergency number, as typed.
func (m *matcher) forHelp() bool {
	return slices.ContainsFunc(m.accepts, func(t thread) bool { return t.pc >= m.prog.help })
}

// wants tells whether a candidate takes one of these keys next.
func (m *matcher) wants(keys keySet) bool {
	return slices.ContainsFunc(m.threads, func(t thread) bool { return m.prog.ops[t.pc].keys&keys != 0 })
}

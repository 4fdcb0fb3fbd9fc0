package dialplan

import "time"

const (
	maxPlan = 2048             // Str2048 on the SPA-3000 class (1.1)
	maxWait = 64 * time.Second // Interdigit timers are 0-64 s (1.2); taken for P as well
)

// parser walks the script once from left to right. It never looks back and keeps no stack: the
// language nests one level deep.
type parser struct {
	text string
	pos  int
	seq  int // the sequence being read, from 1; 0 before the parenthesis
	plan plan

	// Timers in force at this point of this sequence.
	short, long override
}

func parsePlan(text string) (*plan, error) {
	p := &parser{text: text}
	if len(text) > maxPlan {
		p.pos = maxPlan
		return nil, p.fail(maxPlan, text, ErrPlanTooLong)
	}
	if err := p.overrides(); err != nil {
		return nil, err
	}
	if err := p.sequences(); err != nil {
		return nil, err
	}
	if p.space(); !p.end() {
		return nil, p.failRest(p.pos, ErrTrailing)
	}
	return &p.plan, nil
}

// overrides reads "L:8,S:4," up to the opening parenthesis. A missing number leaves the line's
// timer alone; the 5 s that one manual gives for it are ignored (1.2).
func (p *parser) overrides() error {
	for {
		p.space()
		start, c := p.pos, p.peek()
		if c == '(' {
			return nil
		}
		if c != 'L' && c != 'S' {
			return p.failRest(start, ErrNoPlan)
		}
		p.pos++
		if !p.accept(':') {
			return p.fail(start, p.since(start), ErrOverride)
		}
		timer, err := p.optionalSeconds(start)
		if err != nil {
			return err
		}
		if !p.accept(',') {
			return p.fail(start, p.since(start), ErrOverride)
		}
		if c == 'L' {
			p.plan.long = timer
		} else {
			p.plan.short = timer
		}
	}
}

func (p *parser) sequences() error {
	open := p.pos
	p.pos++
	for p.seq = 1; ; p.seq++ {
		seq, err := p.sequence()
		if err != nil {
			return err
		}
		p.plan.sequences = append(p.plan.sequences, seq)
		switch {
		case p.end():
			return p.failRest(open, ErrNotClosed)
		case p.accept(')'):
			p.seq = 0
			return nil
		}
		p.pos++
	}
}

// sequence reads up to the '|' or ')' that ends it.
func (p *parser) sequence() (sequence, error) {
	p.short, p.long = override{}, override{}
	seq, start := sequence{kind: planSequence, number: p.seq}, p.pos
	for p.space(); !p.atSequenceEnd(); p.space() {
		if seq.barred {
			return seq, p.fail(p.pos, p.text[p.pos:p.pos+1], ErrAfterBar)
		}
		if err := p.element(&seq); err != nil {
			return seq, err
		}
	}
	seq.text = trimmed(Redact(p.since(start)))
	p.emit(&seq, op{kind: opAccept})
	return seq, nil
}

func (p *parser) atSequenceEnd() bool {
	return p.end() || p.peek() == '|' || p.peek() == ')'
}

// emit appends an operation with the timers in force here.
func (p *parser) emit(seq *sequence, o op) {
	o.short, o.long = p.short, p.long
	seq.ops = append(seq.ops, o)
}

func (p *parser) end() bool { return p.pos >= len(p.text) }

// peek is the next byte, 0 at the end; a NUL in the script is no element either.
func (p *parser) peek() byte {
	if p.end() {
		return 0
	}
	return p.text[p.pos]
}

func (p *parser) space() {
	for !p.end() && isSpace(p.text[p.pos]) {
		p.pos++
	}
}

// accept takes c, with white space before it, if it comes next.
func (p *parser) accept(c byte) bool {
	p.space()
	if p.peek() != c {
		return false
	}
	p.pos++
	return true
}

func (p *parser) since(start int) string { return p.text[start:p.pos] }

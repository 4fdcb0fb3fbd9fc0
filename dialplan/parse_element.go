package dialplan

import "time"

// element reads one element of a sequence.
func (p *parser) element(seq *sequence) error {
	switch c := p.peek(); c {
	case '!':
		p.pos++
		seq.barred = true
	case ',':
		p.pos++
		p.emit(seq, op{kind: opTone})
	case '<':
		return p.substitution(seq)
	case 'S', 'L', 'P':
		return p.timer(seq)
	case '.':
		return p.fail(p.pos, ".", ErrNothingToRepeat)
	default:
		return p.key(seq, false)
	}
	return nil
}

// key reads a key or set and the '.' after it.
func (p *parser) key(seq *sequence, swallow bool) error {
	keys, err := p.keys()
	if err != nil {
		return err
	}
	repeats := p.accept('.')
	p.emit(seq, op{kind: opKey, keys: keys, skip: repeats, loop: repeats, swallow: swallow})
	return nil
}

func (p *parser) keys() (keySet, error) {
	if p.peek() == '[' {
		return p.set()
	}
	keys := oneKey(p.peek())
	if keys == 0 {
		return 0, p.failKey()
	}
	p.pos++
	return keys, nil
}

// oneKey is what a single character stands for; 'X' is taken as 'x' (1.1).
func oneKey(c byte) keySet {
	if c == 'x' || c == 'X' {
		return digitKeys
	}
	return keyBit(c)
}

func (p *parser) set() (keySet, error) {
	start := p.pos
	p.pos++
	var keys keySet
	for !p.accept(']') {
		if p.end() || p.atSequenceEnd() {
			return 0, p.fail(start, p.since(start), ErrNotClosed)
		}
		more, err := p.setMember(start)
		if err != nil {
			return 0, err
		}
		keys |= more
	}
	if keys == 0 {
		return 0, p.fail(start, p.since(start), ErrEmptySet)
	}
	return keys, nil
}

// setMember reads a character or a range of digits of the set that opens at set.
func (p *parser) setMember(set int) (keySet, error) {
	start, from := p.pos, p.peek()
	keys := oneKey(from)
	if keys == 0 {
		return 0, p.failRune(ErrUnknownElement)
	}
	p.pos++
	if !p.accept('-') {
		return keys, nil
	}
	p.space()
	if p.atSequenceEnd() {
		return 0, p.fail(set, p.since(set), ErrNotClosed)
	}
	to := p.peek()
	p.pos++
	if !isDigit(from) || !isDigit(to) || to < from {
		return 0, p.fail(start, p.since(start), ErrRange)
	}
	return keyRange(from, to), nil
}

// timer reads S, L or P and its seconds. The manuals want a space, '<' or the end after the number;
// anything else that is no digit ends it here too, since nothing but a digit could continue it.
func (p *parser) timer(seq *sequence) error {
	start, letter := p.pos, p.peek()
	p.pos++
	timer, err := p.optionalSeconds(start)
	if err != nil {
		return err
	}
	if !timer.set {
		return p.fail(start, p.since(start), ErrSeconds)
	}
	switch letter {
	case 'S':
		p.short = timer
	case 'L':
		p.long = timer
	default:
		p.emit(seq, op{kind: opPause, pause: timer.wait})
	}
	return nil
}

// optionalSeconds reads the digits up to the first thing that is none; white space before them is
// ignored, white space after the first of them ends the number (1.1).
func (p *parser) optionalSeconds(start int) (override, error) {
	p.space()
	first, seconds := p.pos, 0
	for ; !p.end() && isDigit(p.peek()); p.pos++ {
		seconds = min(seconds*10+int(p.peek()-'0'), int(maxWait/time.Second)+1)
	}
	wait := time.Duration(seconds) * time.Second
	if wait > maxWait {
		return override{}, p.fail(start, p.since(start), ErrSeconds)
	}
	return override{set: p.pos > first, wait: wait}, nil
}

package dialplan

import "strings"

// substitution reads "<dialled:sent>". The dialled side is made of the same elements as a sequence
// and sends nothing itself; the sent side is text, with an optional route after '@'.
func (p *parser) substitution(seq *sequence) error {
	start := p.pos
	p.pos++
	if err := p.dialled(seq, start); err != nil {
		return err
	}
	from := p.pos
	length := strings.IndexByte(p.text[from:], '>')
	if length < 0 {
		p.pos = len(p.text)
		return p.fail(start, p.since(start), ErrNotClosed)
	}
	p.pos = from + length + 1
	if err := p.sent(seq, from, p.text[from:from+length]); err != nil {
		return err
	}
	seq.substs = append(seq.substs, Redact(p.since(start)))
	return nil
}

// dialled reads the swallowed keys and the tone after them, up to the colon.
func (p *parser) dialled(seq *sequence, start int) error {
	for !p.accept(':') {
		var err error
		switch c := p.peek(); {
		case p.atSequenceEnd() || c == '>':
			return p.fail(start, p.since(start), ErrNotClosed)
		case c == ',':
			err = p.element(seq)
		case c == '.':
			err = p.fail(p.pos, ".", ErrNothingToRepeat)
		default:
			err = p.key(seq, true)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sent reads the other side, which stands at column from.
func (p *parser) sent(seq *sequence, from int, text string) error {
	number, route, routed := strings.Cut(text, "@")
	number = withoutSpace(number)
	if !isUser(number) || standsForKeys(number) {
		return p.fail(from, number, ErrSent)
	}
	if number != "" {
		p.emit(seq, op{kind: opSend, text: number})
	}
	if !routed {
		return nil
	}
	if seq.route != nil {
		return p.fail(from, "@"+route, ErrTwoRoutes)
	}
	parsed, fault, err := parseRoute(withoutSpace(route))
	if err != nil {
		return p.fail(from+len(text)-len(route), fault, err)
	}
	seq.route = &parsed
	return nil
}

// standsForKeys tells a sent side that means "as dialled", like "1408xxx", from a name: an x there
// would be sent as the letter.
func standsForKeys(number string) bool {
	return strings.ContainsAny(number, "xX") && strings.Trim(number, keyAlphabet+"+xX") == ""
}

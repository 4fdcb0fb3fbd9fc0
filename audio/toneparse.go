package audio

import "strings"

// Ranges that the language leaves open; our own choices.
const (
	maxToneHz     = 3999   // below half of the lowest sample rate
	maxToneLevel  = 200    // tenths of a dBm
	minToneLevel  = -999   // tenths of a dBm
	maxToneLength = 999999 // seconds
)

// ParseToneScript reads a complete tone. The empty script is silence, which is
// how a tone is switched off.
func ParseToneScript(script string) (ToneScript, error) {
	if script == "" {
		return ToneScript{}, nil
	}
	p := scriptParser{text: script}
	tone := p.tone()
	return p.result(tone)
}

// parseCadence combines a FreqScript and a CadScript, which give a call-waiting
// or ring tone in two parameters: on/off pairs in which all frequencies sound.
func parseCadence(freqs, cadence string) (ToneScript, error) {
	f := scriptParser{text: freqs}
	tone := ToneScript{freqs: f.frequencies()}
	f.end()
	if _, err := f.result(tone); err != nil {
		return ToneScript{}, err
	}
	c := scriptParser{text: cadence, all: len(tone.freqs)}
	tone.sections = c.sections()
	c.end()
	return c.result(tone)
}

// scriptParser reads left to right. The first fault sticks; after it every
// step does nothing and every loop ends.
type scriptParser struct {
	text   string
	at     int
	all    int // frequencies of a CadScript, whose segments name none; else 0
	parts  int // frequencies that a segment may name
	failed *ScriptError
}

func (p *scriptParser) result(tone ToneScript) (ToneScript, error) {
	if p.failed != nil {
		return ToneScript{}, p.failed
	}
	return tone, nil
}

func (p *scriptParser) tone() ToneScript {
	var tone ToneScript
	tone.freqs = p.frequencies()
	p.parts = len(tone.freqs)
	p.expect(';', "';' after the frequencies")
	tone.sections = p.sections()
	p.end()
	return tone
}

func (p *scriptParser) frequencies() []frequency {
	p.checkLength()
	var list []frequency
	for more := true; more; more = p.separator() {
		p.limit(len(list), maxFrequencies, "frequency")
		var f frequency
		f.hz = p.hertz()
		p.expect('@', "'@' after the frequency")
		f.dbm0 = p.level()
		list = append(list, f)
	}
	return list
}

func (p *scriptParser) sections() []section {
	p.checkLength()
	var list []section
	for more := true; more; more = p.accept(';') {
		p.limit(len(list), maxSections, "section")
		list = append(list, p.section())
	}
	return list
}

func (p *scriptParser) section() section {
	s := section{total: p.duration(true)}
	start := p.at
	p.expect('(', "'(' after the duration of the section")
	var length int64
	for more := true; more; more = p.separator() {
		p.limit(len(s.segments), maxSegments, "segment")
		g := p.segment()
		length |= g.on | g.off
		s.segments = append(s.segments, g)
	}
	p.expect(')', "')' after the segments")
	if length == 0 {
		p.fail(start, "segments of the section", ErrScriptEmpty)
	}
	return s
}

func (p *scriptParser) segment() segment {
	g := segment{on: p.duration(true)}
	p.expect('/', "'/' after the on time")
	g.off = p.duration(false)
	if p.all > 0 {
		g.parts = make([]bool, p.all)
		for i := range g.parts {
			g.parts[i] = true
		}
		return g
	}
	p.expect('/', "'/' after the off time")
	g.parts = p.indices()
	return g
}

// indices reads "1+2", or "0" for none.
func (p *scriptParser) indices() []bool {
	parts := make([]bool, p.parts)
	if p.peek() == '0' {
		p.at++
		return parts
	}
	for more := true; more; more = p.accept('+') {
		start := p.at
		n, digits := p.number(2)
		switch {
		case digits == 0:
			p.fail(start, "index of a frequency", ErrScriptSyntax)
		case n < 1 || n > p.parts:
			p.fail(start, "index of a frequency", ErrScriptIndex)
		default:
			parts[n-1] = true
		}
	}
	return parts
}

func (p *scriptParser) hertz() int {
	start := p.at
	hz, digits := p.number(5)
	if digits == 0 {
		p.fail(start, "frequency in Hz", ErrScriptSyntax)
	} else if hz < 1 || hz > maxToneHz {
		p.fail(start, "frequency in Hz", ErrScriptFrequency)
	}
	return hz
}

func (p *scriptParser) level() float64 {
	start := p.at
	negative := p.accept('-')
	if !negative {
		p.accept('+')
	}
	tenths, ok := p.decimal(3, 1)
	if !ok {
		p.fail(start, "level in dBm", ErrScriptSyntax)
	}
	if negative {
		tenths = -tenths
	}
	if tenths < minToneLevel || tenths > maxToneLevel || isDigit(p.peek()) {
		p.fail(start, "level in dBm", ErrScriptLevel)
	}
	return float64(tenths) / 10
}

// duration reads seconds into milliseconds, or "*" where it may stand.
func (p *scriptParser) duration(star bool) int64 {
	if star && p.accept('*') {
		return infinite
	}
	start := p.at
	ms, ok := p.decimal(6, 3)
	if !ok {
		p.fail(start, "duration in seconds", ErrScriptSyntax)
	}
	if ms > maxToneLength*1000 || isDigit(p.peek()) {
		p.fail(start, "duration in seconds", ErrScriptDuration)
	}
	return int64(ms)
}

// decimal reads digits with or without a point, scaled by 10^places. A digit
// beyond the limits is left for the caller to see.
func (p *scriptParser) decimal(digits, places int) (value int, ok bool) {
	value, whole := p.number(digits)
	fraction := 0
	if !isDigit(p.peek()) && p.accept('.') {
		var f int
		f, fraction = p.number(places)
		if fraction == 0 {
			return 0, false
		}
		for range fraction {
			value *= 10
		}
		value += f
	}
	for range places - fraction {
		value *= 10
	}
	return value, whole+fraction > 0
}

// number reads at most so many digits.
func (p *scriptParser) number(limit int) (value, digits int) {
	for digits < limit && isDigit(p.peek()) {
		value = value*10 + int(p.text[p.at]-'0')
		p.at++
		digits++
	}
	return value, digits
}

// separator accepts a ',' with the blanks that factory defaults have around it.
func (p *scriptParser) separator() bool {
	rest := strings.TrimLeft(p.text[p.at:], " ")
	if p.failed != nil || !strings.HasPrefix(rest, ",") {
		return false
	}
	rest = strings.TrimLeft(rest[1:], " ")
	p.at = len(p.text) - len(rest)
	return true
}

func (p *scriptParser) peek() byte {
	if p.failed != nil || p.at >= len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *scriptParser) accept(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.at++
	return true
}

func (p *scriptParser) expect(c byte, what string) {
	if !p.accept(c) {
		p.fail(p.at, what, ErrScriptSyntax)
	}
}

func (p *scriptParser) end() {
	if p.at < len(p.text) {
		p.fail(p.at, "end of the script", ErrScriptSyntax)
	}
}

func (p *scriptParser) limit(have, most int, what string) {
	if have >= most {
		p.fail(p.at, what, ErrScriptTooMany)
	}
}

func (p *scriptParser) checkLength() {
	if len(p.text) > maxScriptLength {
		p.fail(maxScriptLength, "end of the script", ErrScriptTooLong)
	}
}

func (p *scriptParser) fail(at int, what string, reason error) {
	if p.failed == nil {
		p.failed = &ScriptError{Position: at + 1, Detail: what, Reason: reason}
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

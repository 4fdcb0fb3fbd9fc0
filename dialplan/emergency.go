package dialplan

import (
	"fmt"
	"slices"
	"strings"
)

// emergencyNumbers look like a call for help whatever the plan says: 911, the GSM number 112, and
// 999. No code may begin like one.
var emergencyNumbers = []string{"911", "112", "999"}

func isEmergency(number string) bool { return slices.Contains(emergencyNumbers, number) }

// emergencySequences are appended to every plan, so that none of the numbers is ever incomplete, nor
// behind what the plan dials for an outside line. Their first keys are no candidates of section 1.3:
// what a plan dials or rejects at once, it still does.
func emergencySequences(plan []sequence) []sequence {
	var out []sequence
	for _, number := range emergencyNumbers {
		out = append(out, literal(emergencySequence, number))
	}
	seen := map[string]bool{}
	for _, seq := range plan {
		prefix := seq.outsideLine()
		if text := keysOf(prefix); len(prefix) > 0 && !seen[text] {
			seen[text] = true
			out = append(out, behind(prefix, seq.route)...)
		}
	}
	return out
}

// outsideLine is what stands before a first ',' if that is single keys alone: "<9,:>" or "9,".
func (s *sequence) outsideLine() []op {
	for i, o := range s.ops {
		switch {
		case o.kind == opTone:
			return s.ops[:i]
		case o.kind != opKey || o.skip || keysOf(s.ops[i:i+1]) == "":
			return nil
		}
	}
	return nil
}

// keysOf spells operations that take one key each, "" if one takes several.
func keysOf(ops []op) string {
	var text []byte
	for _, o := range ops {
		at := slices.IndexFunc([]byte(keyAlphabet), func(key byte) bool { return keyBit(key) == o.keys })
		if at < 0 {
			return ""
		}
		text = append(text, keyAlphabet[at])
	}
	return string(text)
}

// behind is each emergency number after prefix, sent as the plan sends what follows it.
func behind(prefix []op, route *Route) []sequence {
	var out []sequence
	for _, number := range emergencyNumbers {
		seq := literal(emergencySequence, number)
		seq.ops = append(slices.Clone(prefix), seq.ops...)
		seq.text, seq.route = keysOf(prefix)+number, route
		out = append(out, seq)
	}
	return out
}

// emergencyAfterCodes finds an emergency number behind what looks like star codes: '*' or '#', and
// two digits or none. Only what is about to be rejected is searched, so a server's own codes are safe.
func emergencyAfterCodes(text string) (string, bool) {
	keys := withoutSeparators(text)
	if end := len(keys) - 1; end > 0 && keys[end] == '#' {
		keys = keys[:end]
	}
	for len(keys) > 3 && (keys[0] == '*' || keys[0] == '#') {
		if keys = keys[1:]; len(keys) > 3 && isDigit(keys[0]) && isDigit(keys[1]) {
			keys = keys[2:]
		}
	}
	return keys, isEmergency(keys)
}

// emergencyWarnings tells of sequences that are obeyed although they stand before a call for help.
func emergencyWarnings(p *plan) []Warning {
	var all []Warning
	m := newMatcher(newProgram(p.sequences), 0, 0)
	for _, number := range emergencyNumbers {
		m.reset()
		for i := range len(number) {
			m.press(number[i])
			if best, complete := m.best(); complete {
				if text := m.hinders(best, number, i+1); text != "" {
					all = append(all, Warning{WarnEmergency, best.number, fmt.Sprintf("%q %s", best.text, text)})
					break
				}
			}
		}
	}
	return all
}

// hinders says what a complete candidate does to an emergency number of which so many keys were taken.
func (m *matcher) hinders(best candidate, number string, taken int) string {
	sent := m.sent(best.thread)
	switch {
	case taken < len(number) && m.more():
		return ""
	case taken < len(number):
		return fmt.Sprintf("is complete at %s: key by key, %s cannot be dialled", number[:taken], number)
	case best.barred:
		return "bars " + number
	case isEmergency(sent), strings.HasSuffix(sent, number):
		return ""
	}
	return fmt.Sprintf("sends %s when %s is dialled", sent, number)
}

package dialplan

import "slices"

// emergencyNumbers look like a call for help whatever the plan says: 911, the GSM number 112, and
// 999. They are appended to every plan, so that none is ever incomplete, and no code may begin one.
var emergencyNumbers = []string{"911", "112", "999"}

func isEmergency(number string) bool { return slices.Contains(emergencyNumbers, number) }

func emergencySequences() []sequence {
	var out []sequence
	for _, number := range emergencyNumbers {
		out = append(out, literal(emergencySequence, number))
	}
	return out
}

// emergencyAfterCodes finds an emergency number behind what look like star codes that are not
// configured. Only what is about to be rejected is searched, so a server's own codes are safe.
func emergencyAfterCodes(rest string) (string, bool) {
	keys := withoutSeparators(rest)
	for len(keys) > 3 && (keys[0] == '*' || keys[0] == '#') && isDigit(keys[1]) && isDigit(keys[2]) {
		keys = keys[3:]
	}
	if end := len(keys) - 1; end > 0 && keys[end] == '#' {
		keys = keys[:end]
	}
	return keys, isEmergency(keys)
}

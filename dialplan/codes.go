package dialplan

import (
	"errors"
	"strings"
)

// Codes is the star code of each service. A service without one, or with an empty one, is off here
// and its code goes to the plan like any other keys.
type Codes map[Service]string

const (
	maxCode = 7 // ActCode (1.5)
	// The factory's own "*0172616" has eight characters, so the codec prefixes get one more.
	maxCodecCode = 8
)

// FactoryCodes are the defaults of section 3.
func FactoryCodes() Codes {
	codes := Codes{}
	for _, s := range allServices() {
		codes[s] = s.info().factory
	}
	return codes
}

// check reports every fault of the table at once.
func (c Codes) check() error {
	var faults []error
	for s := range c {
		if s == noService || s >= endOfServices {
			faults = append(faults, ErrUnknownService)
		}
	}
	owner := map[string]Service{}
	for _, s := range allServices() {
		code := c[s]
		if code == "" {
			continue
		}
		if err := checkCode(s, code); err != nil {
			faults = append(faults, &CodeError{Service: s, Code: code, Reason: err})
		}
		if other, taken := owner[code]; taken {
			faults = append(faults, &CodeError{Service: other, Other: s, Code: code, Reason: ErrCodeDuplicate})
		}
		owner[code] = s
	}
	return errors.Join(faults...)
}

func checkCode(s Service, code string) error {
	limit := maxCode
	if _, _, codec := s.codecOf(); codec {
		limit = maxCodecCode
	}
	switch {
	case len(code) > limit:
		return ErrCodeLength
	case strings.Trim(code, keyAlphabet) != "":
		return ErrCodeCharacter
	}
	for _, number := range emergencyNumbers {
		if strings.HasPrefix(number, code) {
			return ErrCodeEmergency
		}
	}
	return nil
}

// prefix is the longest configured code that text begins with (1.5, en-bloc precedence).
func (c Codes) prefix(text string) (Service, Code) {
	found, longest := noService, ""
	for s, code := range c {
		if len(code) > len(longest) && strings.HasPrefix(text, code) {
			found, longest = s, code
		}
	}
	return found, Code(longest)
}

// sequences is the table as the end of a plan (fact 1).
func (c Codes) sequences() []sequence {
	var out []sequence
	for _, s := range allServices() {
		if c[s] == "" {
			continue
		}
		seq := literal(codeSequence, c[s])
		seq.service = s
		out = append(out, seq)
	}
	return out
}

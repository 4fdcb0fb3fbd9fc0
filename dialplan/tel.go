package dialplan

import (
	"cmp"
	"fmt"
	"strings"
)

// parseTel takes a telephone URI (RFC 3966). Its number, global or local, goes out as it is, without
// the separators that are for the eye. Parameters that change who is meant are refused by name; others
// are ignored, as section 3 asks, unless they call themselves mandatory ("m-").
func parseTel(body string) (target, error) {
	number, parameters, _ := strings.Cut(body, ";")
	if strings.ContainsAny(body, "?") {
		return target{}, ErrURIParameters
	}
	for parameter := range strings.SplitSeq(parameters, ";") {
		if err := telParameter(parameter); err != nil {
			return target{}, err
		}
	}
	if t, ok := parseE164(number); ok {
		return t, nil
	}
	keys, ok := numberKeys(number)
	if !ok || keys == "" || len(keys) > maxNumber {
		return target{}, notNumber(number)
	}
	return target{number: keys}, nil
}

func telParameter(parameter string) error {
	name, value, _ := strings.Cut(parameter, "=")
	switch name = strings.ToLower(name); {
	case name == "phone-context":
		return fmt.Errorf("%w (phone-context=%s): write the number as it is dialled from everywhere, with + first", ErrTelContext, value)
	case name == "ext":
		return fmt.Errorf("%w: call the number and press %s then", ErrTelExtension, value)
	case name == "isub", strings.HasPrefix(name, "m-"):
		return fmt.Errorf("%w: %s", ErrTelParameter, name)
	}
	return nil
}

// notNumber names what keeps s from being a telephone number.
func notNumber(s string) error {
	fault := badCharacter(s, func(r rune) bool { return strings.ContainsRune(keyAlphabet+"+"+separators, r) }, ErrURI)
	return cmp.Or(fault, ErrURI)
}

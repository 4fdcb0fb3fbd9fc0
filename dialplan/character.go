package dialplan

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CharacterError is a character that cannot be dialled and where it stands, from 1.
type CharacterError struct {
	Character rune // utf8.RuneError for what is no UTF-8
	Position  int
	Reason    error
}

func (e *CharacterError) Error() string {
	return fmt.Sprintf("%v: %s at character %d", e.Reason, runeWords(e.Character), e.Position)
}

func (e *CharacterError) Unwrap() error { return e.Reason }

// runeWords shows a character that must not reach a terminal as its number.
func runeWords(r rune) string {
	switch {
	case r == utf8.RuneError:
		return "a byte that is no UTF-8"
	case !unicode.IsPrint(r):
		return fmt.Sprintf("%U", r)
	}
	return fmt.Sprintf("%q", r)
}

// badCharacter finds the first character that is not allowed.
func badCharacter(s string, allowed func(rune) bool, reason error) error {
	position := 0
	for _, r := range s {
		position++
		if r == utf8.RuneError || !allowed(r) {
			return &CharacterError{r, position, reason}
		}
	}
	return nil
}

// notUser names what keeps s from being a number or the user of an address.
func notUser(s string, reason error) error {
	fault := badCharacter(s, func(r rune) bool {
		return r < utf8.RuneSelf && (isAlphanumeric(byte(r)) || strings.ContainsRune(userMarks, r))
	}, reason)
	if fault == nil {
		return reason
	}
	return fault
}

func tooLong(most int) error { return fmt.Errorf("%w: at most %d characters", ErrTooLong, most) }

// checkTyped refuses what no dial string holds, before anything looks at it: control characters
// above all, also in the name of a contact.
func checkTyped(input string) error {
	if len(input) > maxTyped {
		return tooLong(maxTyped)
	}
	return badCharacter(input, func(r rune) bool { return !unicode.IsControl(r) }, ErrCharacter)
}

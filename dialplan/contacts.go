package dialplan

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Contact is a name that can be dialled. Dial is a dial string and may begin with star codes
// (fact 2: directory entries may).
type Contact struct {
	Name string
	Dial string
}

// contactBook finds contacts by what their names begin with.
type contactBook []contactEntry

type contactEntry struct {
	key string // the name as it is compared
	Contact
}

func newContactBook(contacts []Contact) contactBook {
	var book contactBook
	for _, c := range contacts {
		book = append(book, contactEntry{contactKey(c.Name), c})
	}
	slices.SortFunc(book, func(a, b contactEntry) int { return cmp.Compare(a.key, b.key) })
	return book
}

// maxCandidates keeps the error of an ambiguous name on one line.
const maxCandidates = 5

// find takes a whole name, or the beginning of just one. A name that is whole never is ambiguous:
// "Ann" is Ann although there is an Anna.
func (b contactBook) find(text string) (Contact, bool, error) {
	key := contactKey(text)
	if key == "" || !strings.ContainsFunc(key, unicode.IsLetter) {
		return Contact{}, false, nil
	}
	first, _ := slices.BinarySearchFunc(b, key, func(e contactEntry, key string) int { return cmp.Compare(e.key, key) })
	var fits []string
	for i := first; i < len(b) && strings.HasPrefix(b[i].key, key); i++ {
		if b[i].key == key {
			return b[i].Contact, true, nil
		}
		fits = append(fits, b[i].Name)
	}
	switch {
	case len(fits) == 0:
		return Contact{}, false, nil
	case len(fits) == 1:
		return b[first].Contact, true, nil
	}
	return Contact{}, false, &AmbiguousError{Typed: text, Fits: fits}
}

// Names: the text is a contact, or the beginning of some.
func (d *Dialer) Names(text string) bool {
	_, found, ambiguous := d.contacts.find(text)
	return found || ambiguous != nil
}

// AmbiguousError is the beginning of several names.
type AmbiguousError struct {
	Typed string
	Fits  []string // in alphabetical order
}

func (e *AmbiguousError) Error() string {
	shown, more := e.Fits, ""
	if len(shown) > maxCandidates {
		shown, more = shown[:maxCandidates], fmt.Sprintf(" and %d more", len(e.Fits)-maxCandidates)
	}
	return fmt.Sprintf("%q may be %s%s", e.Typed, strings.Join(shown, ", "), more)
}

func (e *AmbiguousError) Unwrap() error { return ErrAmbiguous }

// checkContacts wants a letter in each name: a name of digits would shadow a number.
func (c *Config) checkContacts() error {
	var faults []error
	seen := map[string]bool{}
	for _, contact := range c.Contacts {
		name := contactKey(contact.Name)
		if !strings.ContainsFunc(name, unicode.IsLetter) || checkTyped(name) != nil || seen[name] {
			faults = append(faults, &EntryError{ContactEntry, contact.Name, ErrContactName})
		}
		seen[name] = true
		faults = append(faults, checkStored(ContactEntry, contact.Name, contact.Dial))
	}
	return errors.Join(faults...)
}

// contactKey makes names that look alike one.
func contactKey(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

package sdes

import (
	"fmt"
	"strconv"
)

// NewOffer makes one attribute for each suite, in order of preference, tags
// counted from 1. Each has a key of its own: an answer with one suite leaves the
// key of the other unused.
func NewOffer(suites ...Suite) []Attribute {
	var offer []Attribute
	for i, s := range suites {
		offer = append(offer, Attribute{Tag: strconv.Itoa(i + 1), Suite: s, Key: NewKey()})
	}
	return offer
}

// Choose takes the first usable attribute of an offer: its order is the
// offerer's preference (RFC 4568 7.1.2). If none is, the error has
// ErrNoneUsable and why the preferred one is not.
func Choose(offer []string) (Attribute, error) {
	var reason error
	for i, value := range offer {
		a, err := Parse(value)
		if err == nil && repeated(a.Tag, i, offer) {
			err = ErrTag
		}
		if err == nil {
			return a, nil
		}
		if reason == nil {
			reason = err
		}
	}
	if reason == nil {
		return Attribute{}, ErrNoneUsable
	}
	return Attribute{}, fmt.Errorf("%w: %w", ErrNoneUsable, reason)
}

// repeated reports whether another attribute has this tag: an answer to it would
// be for nobody can say which.
func repeated(tag string, at int, offer []string) bool {
	for i, value := range offer {
		if other, err := Parse(value); i != at && err == nil && other.Tag == tag {
			return true
		}
	}
	return false
}

// Answer is our attribute in answer to an offered one: the same tag and suite,
// and the key of what we send.
func (a Attribute) Answer(key Key) Attribute {
	return Attribute{Tag: a.Tag, Suite: a.Suite, Key: key}
}

// Match reads the answer to our offer and gives our attribute and theirs. The
// answer must repeat the tag and the suite of one that we offered (RFC 4568
// 7.1.3). One with our own key comes from a mirror: its packets would be ours.
func Match(offer []Attribute, answer []string) (ours, theirs Attribute, err error) {
	if len(answer) != 1 {
		return ours, theirs, ErrOneAnswer
	}
	if theirs, err = Parse(answer[0]); err != nil {
		return ours, Attribute{}, err
	}
	found := false
	for _, a := range offer {
		if a.Key.Equal(theirs.Key) {
			return Attribute{}, Attribute{}, ErrOwnKey
		}
		if a.Tag == theirs.Tag && a.Suite == theirs.Suite {
			ours, found = a, true
		}
	}
	if !found {
		return Attribute{}, Attribute{}, ErrNotOffered
	}
	return ours, theirs, nil
}

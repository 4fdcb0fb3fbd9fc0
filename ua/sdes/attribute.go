package sdes

import (
	"fmt"
	"strings"
)

// Attribute is one usable a=crypto attribute.
type Attribute struct {
	Tag   string // up to nine digits, kept as written: an answer repeats it
	Suite Suite
	Key   Key // of what the end sends that wrote the attribute
}

// maxTag is the length of the longest tag (RFC 4568 9.1).
const maxTag = 9

// Parse reads what follows "a=crypto:".
func Parse(value string) (Attribute, error) {
	f := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(f) < 3 || len(f[0]) > maxTag || !digits(f[0]) {
		return Attribute{}, ErrSyntax
	}
	suite, ok := parseSuite(f[1])
	if !ok {
		return Attribute{}, ErrSuite
	}
	key, err := parseKeyParams(f[2])
	if err != nil {
		return Attribute{}, err
	}
	if err := checkParameters(f[3:]); err != nil {
		return Attribute{}, err
	}
	return Attribute{Tag: f[0], Suite: suite, Key: key}, nil
}

// parseKeyParams reads "inline:<key||salt>[|<lifetime>][|<MKI>:<length>]".
// Several keys are told apart by their MKI, which is not spoken here.
func parseKeyParams(text string) (Key, error) {
	if strings.Contains(text, ";") {
		return Key{}, ErrKeys
	}
	method, info, ok := strings.Cut(text, ":")
	if !ok {
		return Key{}, ErrSyntax
	}
	if !strings.EqualFold(method, "inline") {
		return Key{}, ErrKeyMethod
	}
	parts := strings.Split(info, "|")
	key, err := decodeKey(parts[0])
	if err != nil {
		return Key{}, err
	}
	return key, checkKeyInfo(parts[1:])
}

// Wire is the attribute as it goes into a description, with its key.
func (a Attribute) Wire() string {
	return a.Tag + " " + a.Suite.String() + " inline:" + a.Key.encode()
}

// String is the attribute as it may be shown.
func (a Attribute) String() string { return a.Tag + " " + a.Suite.String() + " inline:" + hidden }

// Format implements fmt.Formatter: no verb shows more than String.
func (a Attribute) Format(f fmt.State, _ rune) { fmt.Fprint(f, a.String()) }

func digits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

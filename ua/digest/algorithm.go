package digest

import "strings"

// Algorithm is a hash of the digest scheme, under its registered name.
type Algorithm string

const (
	SHA256    Algorithm = "SHA-256"
	SHA512256 Algorithm = "SHA-512-256"
	MD5       Algorithm = "MD5" // also meant by a challenge that names none
)

func (a Algorithm) String() string { return string(a) }

// preference is the order in which we answer, strongest known peer support first.
var preference = []Algorithm{SHA256, SHA512256, MD5}

// algorithmOf reads a challenge's parameter; rank is its place in preference.
func algorithmOf(name string) (a Algorithm, rank int, ok bool) {
	if name == "" {
		name = string(MD5)
	}
	for i, a := range preference {
		if strings.EqualFold(name, string(a)) {
			return a, i, true
		}
	}
	return "", 0, false
}

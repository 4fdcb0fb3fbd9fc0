package sdes

import "strings"

// Suite is a crypto suite of RFC 4568 6.2. Both encrypt with AES-CM and 128
// bits, and differ in the length of the HMAC-SHA1 tag.
type Suite string

// The suites that are spoken here.
const (
	SHA1_80 Suite = "AES_CM_128_HMAC_SHA1_80"
	SHA1_32 Suite = "AES_CM_128_HMAC_SHA1_32"
)

func (s Suite) String() string { return string(s) }

// parseSuite compares without case, as ABNF strings are compared.
func parseSuite(text string) (Suite, bool) {
	for _, s := range []Suite{SHA1_80, SHA1_32} {
		if strings.EqualFold(text, string(s)) {
			return s, true
		}
	}
	return "", false
}

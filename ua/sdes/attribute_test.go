package sdes

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// The keys of the examples in RFC 4568. They are text in disguise: what base64
// hides is written beside each, by hand, and is the oracle for key and salt.
const (
	rfcSam  = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz" // "YS___semctl () {" + "\t220;}\n}\nunles"
	rfcJill = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR" // "=-n@%^x!Bjufr9)?" + ",#5h\`=&]{qiPQ"
	rfcOld  = "YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2" // "aBCdefghiJKLmoPQ" + "rsTuVwyz123456"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		value        string
		tag          string
		suite        Suite
		master, salt string
	}{
		{"1 AES_CM_128_HMAC_SHA1_80 inline:" + rfcSam, "1", SHA1_80, "YS___semctl () {", "\t220;}\n}\nunles"},
		{"2 AES_CM_128_HMAC_SHA1_32 inline:" + rfcJill + "|2^20", "2", SHA1_32, "=-n@%^x!Bjufr9)?", ",#5h\\`=&]{qiPQ"},
		{"1 AES_CM_128_HMAC_SHA1_80 inline:" + rfcOld + "|1066", "1", SHA1_80, "aBCdefghiJKLmoPQ", "rsTuVwyz123456"},
		{"007 aes_cm_128_hmac_sha1_80 INLINE:" + rfcOld, "007", SHA1_80, "aBCdefghiJKLmoPQ", "rsTuVwyz123456"},
		{"999999999\tAES_CM_128_HMAC_SHA1_32 \t inline:" + rfcOld + " WSH=128 -MAYBE", "999999999", SHA1_32, "aBCdefghiJKLmoPQ", "rsTuVwyz123456"},
		{"1 AES_CM_128_HMAC_SHA1_80 inline:" + rfcOld + "|2^48", "1", SHA1_80, "aBCdefghiJKLmoPQ", "rsTuVwyz123456"},
		{"1 AES_CM_128_HMAC_SHA1_80 inline:" + rfcOld + "|281474976710656", "1", SHA1_80, "aBCdefghiJKLmoPQ", "rsTuVwyz123456"},
	} {
		a, err := Parse(tt.value)
		if err != nil {
			t.Errorf("%q: %v", tt.value, err)
			continue
		}
		master, salt := a.Key.Master(), a.Key.Salt()
		if a.Tag != tt.tag || a.Suite != tt.suite || string(master[:]) != tt.master || string(salt[:]) != tt.salt {
			t.Errorf("%q: tag %s, suite %s, key %q, salt %q", tt.value, a.Tag, a.Suite, master, salt)
		}
	}
}

func TestRefusals(t *testing.T) {
	const head, key = "1 AES_CM_128_HMAC_SHA1_80 ", "inline:" + rfcSam
	for _, tt := range []struct {
		name, value string
		reason      error
	}{
		{"empty", "", ErrSyntax},
		{"no key", "1 AES_CM_128_HMAC_SHA1_80", ErrSyntax},
		{"tag no number", "x AES_CM_128_HMAC_SHA1_80 " + key, ErrSyntax},
		{"tag negative", "-1 AES_CM_128_HMAC_SHA1_80 " + key, ErrSyntax},
		{"tag of ten digits", "1234567890 AES_CM_128_HMAC_SHA1_80 " + key, ErrSyntax},
		{"suite of RFC 4568 that is not spoken", "1 F8_128_HMAC_SHA1_80 " + key, ErrSuite},
		{"suite of RFC 6188", "1 AES_256_CM_HMAC_SHA1_80 " + key, ErrSuite},
		{"another key method", head + "mikey:" + rfcSam, ErrKeyMethod},
		{"no key method", head + rfcSam, ErrSyntax},
		{"empty key", head + "inline:", ErrKeyLength},
		{"not base64", head + "inline:" + strings.Repeat("!", 40), ErrSyntax},
		{"one octet short", head + "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGU=", ErrKeyLength},
		{"one octet long", head + "inline:" + rfcSam + "WQ==", ErrKeyLength},
		{"a 256-bit key", head + "inline:" + rfcSam + rfcSam[:24], ErrKeyLength},
		{"two keys", head + key + "|2^20|1:4;" + key + "|2^20|2:4", ErrKeys},
		{"two keys, with a space", head + key + "|2^20|1:4; " + key + "|2^20|2:4", ErrKeys},
		{"lifetime and MKI, as the RFC's example", head + key + "|2^20|1:4", ErrMKI},
		{"MKI alone", head + key + "|1066:4", ErrMKI},
		{"MKI of 128 octets", head + key + "|1:128", ErrMKI},
		{"MKI of no octets", head + key + "|1:0", ErrSyntax},
		{"MKI of 129 octets", head + key + "|1:129", ErrSyntax},
		{"MKI without a length", head + key + "|2^20|1:", ErrSyntax},
		{"MKI before lifetime", head + key + "|1:4|2^20", ErrSyntax},
		{"three fields", head + key + "|2^20|1:4|7", ErrSyntax},
		{"empty lifetime", head + key + "|", ErrSyntax},
		{"no lifetime", head + key + "|0", ErrLifetime},
		{"lifetime beyond RFC 3711", head + key + "|2^49", ErrLifetime},
		{"lifetime beyond RFC 3711 in digits", head + key + "|281474976710657", ErrLifetime},
		{"lifetime beyond a word", head + key + "|99999999999999999999", ErrLifetime},
		{"key derivation rate", head + key + " KDR=1", ErrParameter},
		{"clear RTP", head + key + " UNENCRYPTED_SRTP", ErrParameter},
		{"clear RTCP", head + key + " UNENCRYPTED_SRTCP", ErrParameter},
		{"no authentication", head + key + " UNAUTHENTICATED_SRTP", ErrParameter},
		{"FEC, as the RFC's example", head + key + " FEC_ORDER=FEC_SRTP", ErrParameter},
		{"small window", head + key + " WSH=63", ErrParameter},
		{"window no number", head + key + " WSH=many", ErrParameter},
		{"unknown", head + key + " TOMORROW=1", ErrParameter},
		{"a dash alone", head + key + " -", ErrParameter},
		{"unknown behind one that may be ignored", head + key + " -MAYBE MUST", ErrParameter},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := Parse(tt.value)
			if !errors.Is(err, tt.reason) {
				t.Fatalf("%v, %v; want %v", a, err, tt.reason)
			}
			if leaks(err.Error(), rfcSam) {
				t.Errorf("the error shows the key: %v", err)
			}
		})
	}
}

// Every strict start of an attribute is refused: nothing is read from half a key.
func TestEveryPrefix(t *testing.T) {
	const whole = "1 AES_CM_128_HMAC_SHA1_80 inline:" + rfcSam
	for i := range len(whole) {
		if a, err := Parse(whole[:i]); err == nil {
			t.Errorf("%d octets: %v", i, a)
		}
	}
}

func TestWire(t *testing.T) {
	const value = "1 AES_CM_128_HMAC_SHA1_80 inline:" + rfcJill
	a, err := Parse(value + "|2^31 WSH=64")
	if err != nil || a.Wire() != value {
		t.Errorf("%q, %v", a.Wire(), err)
	}
}

// leaks: eight characters or octets of a key in a row are no accident.
func leaks(text, key string) bool {
	raw, _ := decodeKey(key)
	b := raw.bytes()
	decimal := strings.Trim(fmt.Sprint(b[:8]), "[]")
	for _, spelling := range []string{key[:8], string(b[:8]), fmt.Sprintf("%x", b[:8]), decimal, strings.ReplaceAll(decimal, " ", ",")} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(spelling)) {
			return true
		}
	}
	return false
}

// However a key is printed, alone or inside something, it is not seen.
func TestKeysAreHidden(t *testing.T) {
	a, err := Parse("1 AES_CM_128_HMAC_SHA1_80 inline:" + rfcSam)
	if err != nil {
		t.Fatal(err)
	}
	if !leaks(a.Wire(), rfcSam) {
		t.Fatal("the test would not see a key")
	}
	type holder struct {
		inside Attribute
		key    *Key
	}
	var text strings.Builder
	for _, v := range []any{a, &a, a.Key, &a.Key, []Attribute{a}, holder{a, &a.Key}, map[string]Key{"k": a.Key}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p"} {
			fmt.Fprintf(&text, verb+"\n", v)
		}
		if j, err := json.Marshal(v); err == nil {
			text.Write(j)
		}
		slog.New(slog.NewTextHandler(&text, nil)).Info("m", "v", v)
		slog.New(slog.NewJSONHandler(&text, nil)).Info("m", "v", v)
	}
	if leaks(text.String(), rfcSam) {
		t.Errorf("a printer shows the key:\n%s", text.String())
	}
	if !strings.Contains(text.String(), hidden) {
		t.Error("nothing says that something is hidden")
	}
}

// FuzzParse: nothing panics, and what was read is written as it is read again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + rfcSam + "|2^20|1:4 FEC_ORDER=FEC_SRTP",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + rfcJill + "|2^20|1:32",
		"2 AES_CM_128_HMAC_SHA1_32 inline:" + rfcOld + "|1066:4",
		"3 F8_128_HMAC_SHA1_80 inline:" + rfcOld + "|2^20|1:4; inline:" + rfcSam + "|2^20|2:4",
		"1 AES_CM_128_HMAC_SHA1_32 inline:" + rfcJill + " KDR=1 UNENCRYPTED_SRTCP -X WSH=64",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		a, err := Parse(value)
		if err != nil {
			return
		}
		b, err := Parse(a.Wire())
		if err != nil || b.Tag != a.Tag || b.Suite != a.Suite || !b.Key.Equal(a.Key) {
			t.Errorf("%q is read as %v, then %v, %v", value, a, b, err)
		}
		if _, err := Choose([]string{value}); err != nil {
			t.Errorf("%q is read and not chosen: %v", value, err)
		}
	})
}

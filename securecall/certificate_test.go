package securecall

import (
	"errors"
	"strings"
	"testing"
	"time"

	"star18/securecall/published"
)

func vendorCertificate(t testing.TB) (MiniCertificate, CA) {
	t.Helper()
	c, ca, err := DecodeMiniCertificate(published.MiniCertificate())
	if err != nil {
		t.Fatal(err)
	}
	return c, ca
}

// Oracle: a certificate has 252 bytes, no more and no fewer.
func TestCertificateLength(t *testing.T) {
	c, _ := vendorCertificate(t)
	for n := range c {
		if _, err := ParseMiniCertificate(c[:n]); !errors.Is(err, BadLength) {
			t.Fatalf("prefix of %d bytes: %v, want bad_length", n, err)
		}
	}
	if _, err := ParseMiniCertificate(append(c[:], 0)); !errors.Is(err, BadLength) {
		t.Error("a byte too many was accepted")
	}
	if got, err := ParseMiniCertificate(c[:]); err != nil || got != c {
		t.Errorf("whole certificate: %v", err)
	}
}

// Oracle: the signature covers every bit but its own, and the signature is
// deterministic, so no other one is valid either.
func TestEveryFlippedBitIsRefused(t *testing.T) {
	c, ca := vendorCertificate(t)
	for bit := range 8 * len(c) {
		bad := c
		bad[bit/8] ^= 1 << (bit % 8)
		if err := bad.Verify(ca, testNow, UTC); !errors.Is(err, BadSignature) {
			t.Fatalf("bit %d of byte %d flipped: %v, want bad_signature", bit%8, bit/8, err)
		}
	}
}

func TestOtherCAIsRefused(t *testing.T) {
	c, _ := vendorCertificate(t)
	key, err := privateCA()
	if err != nil {
		t.Fatal(err)
	}
	for name, ca := range map[string]CA{"another CA": key.CA(), "no CA": {}} {
		if err := c.Verify(ca, testNow, UTC); !errors.Is(err, BadSignature) {
			t.Errorf("%s: %v, want bad_signature", name, err)
		}
	}
}

// Oracle: secure-call rule "equals exactly", on fields laid out by hand.
func TestHasUserID(t *testing.T) {
	field := func(s string) (c MiniCertificate) {
		copy(c[userIDOffset:expiryOffset], s)
		return c
	}
	for _, tc := range []struct {
		field, id string
		want      bool
	}{
		{"14085551234", "14085551234", true},
		{"1234567890123456", "1234567890123456", true},
		{"14085551234", "1408555123", false},
		{"1408555123", "14085551234", false},
		{"1234567890123456", "12345678901234567", false},
		{"joe", "Joe", false},
		{"joe", "joe\x00", true}, // the same field; no SIP user part has a NUL
		{"joe\x00x", "joe", false},
		{"joe\x00x", "joe\x00x", true},
		{"joe ", "joe", false},
		{"", "", false},
		{"", "joe", false},
	} {
		if got := field(tc.field).HasUserID(tc.id); got != tc.want {
			t.Errorf("field %q, id %q: %v, want %v", tc.field, tc.id, got, tc.want)
		}
	}
}

// A name comes from whoever the CA signed for, and ends on a terminal.
func TestNamesAreSafeToPrint(t *testing.T) {
	for in, want := range map[string]string{
		"Joe Smith":             "Joe Smith",
		"Zoë 松":                 "Zoë 松",
		"a\x1b[2Jb":             "a\uFFFD[2Jb",
		"a\r\nb\tc":             "a\uFFFD\uFFFDb\uFFFDc",
		"a\xff\xfeb":            "a\uFFFD\uFFFDb",
		"a\u202eb":              "a\uFFFDb", // right-to-left override
		"a\u2028b":              "a\uFFFDb",
		"a\u0085b":              "a\uFFFDb",
		"Joe\x00<script>":       "Joe",
		strings.Repeat("x", 32): strings.Repeat("x", 32),
	} {
		var c MiniCertificate
		copy(c[:nameLen], in)
		if got := c.Name(); got != want {
			t.Errorf("%q reads %q, want %q", in, got, want)
		}
	}
}

func TestVerifyNamesItsReason(t *testing.T) {
	key, err := privateCA()
	if err != nil {
		t.Fatal(err)
	}
	good := issue(t, "Bob", "14085550002").Certificate
	signed := func(expiry string, modulus []byte) MiniCertificate {
		c, err := key.sign(Request{Name: "Bob", UserID: "1", Expiry: Expiry([]byte(expiry))}, modulus)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	odd, even, short := good.modulus(), change(good.modulus(), 63, 0xfe), change(good.modulus(), 0, 0x7f)
	for name, tc := range map[string]struct {
		c    MiniCertificate
		want Reason
	}{
		"in the past":       {signed("000000010125", odd), Expired},
		"this second":       {signed("030405010226", odd), Expired},
		"30th of February":  {signed("000000023034", odd), Expired},
		"letters":           {signed("ABCDEFGHIJKL", odd), Expired},
		"NULs":              {signed(strings.Repeat("\x00", 12), odd), Expired},
		"even modulus":      {signed("000000010134", even), BadKeyBlock},
		"511-bit modulus":   {signed("000000010134", short), BadKeyBlock},
		"modulus of zeros":  {signed("000000010134", make([]byte, blockLen)), BadKeyBlock},
		"modulus of one":    {signed("000000010134", append(make([]byte, blockLen-1), 1)), BadKeyBlock},
		"expired and even":  {signed("000000010125", even), Expired},
		"signature and all": {MiniCertificate{}, BadSignature},
	} {
		if err := tc.c.Verify(key.CA(), testNow, UTC); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
	}
	next := signed("030406010226", odd)
	if err := next.Verify(key.CA(), testNow, UTC); err != nil {
		t.Errorf("valid for another second: %v", err)
	}
}

// change returns a copy of b whose byte at i has been masked.
func change(b []byte, i int, mask byte) []byte {
	out := append([]byte(nil), b...)
	out[i] &= mask
	return out
}

func TestExpiryZoneDecides(t *testing.T) {
	defer func(l *time.Location) { time.Local = l }(time.Local)
	time.Local = time.FixedZone("west", -5*3600)
	c, ca := vendorCertificate(t) // 2034-01-01 00:00:00
	at := time.Date(2034, 1, 1, 4, 59, 59, 0, time.UTC)
	if err := c.Verify(ca, at, Local); err != nil {
		t.Errorf("local zone: %v", err)
	}
	if err := c.Verify(ca, at, UTC); !errors.Is(err, Expired) {
		t.Errorf("utc: %v, want expired", err)
	}
}

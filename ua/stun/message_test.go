package stun

import (
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// RFC 5769 sections 2.2 and 2.3: answers of IPv4 and IPv6.
const (
	rfcID   = "b7e7a701bc34d686fa87dfae"
	rfcIPv4 = "0101003c2112a442b7e7a701bc34d686fa87dfae" +
		"8022000b7465737420766563746f7220" + "002000080001a147e112a643" +
		"000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7" + "80280004c07d4c96"
	rfcIPv6 = "010100482112a442b7e7a701bc34d686fa87dfae" +
		"8022000b7465737420766563746f7220" + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9" +
		"00080014a382954e4be67bf11784c97c8292c275bfe3ed41" + "80280004c8fb0b4c"
)

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectors(t *testing.T) {
	tx := id(unhex(t, rfcID))
	for text, want := range map[string]string{
		rfcIPv4: "192.0.2.1:32853",
		rfcIPv6: "[2001:db8:1234:5678:11:2233:4455:6677]:32853",
		// MAPPED-ADDRESS of an older server, with its SOURCE- and CHANGED-ADDRESS.
		"01010024" + rfcIPv4[8:40] + "000100080001c350c6336401" + "00040008000113c4c0000201" + "00050008000113c4c0000202": "198.51.100.1:50000",
	} {
		got, err := parse(unhex(t, text), tx)
		if err != nil || got != netip.MustParseAddrPort(want) {
			t.Errorf("%v, %v; want %s", got, err, want)
		}
	}
	if got := hex.EncodeToString(request(tx)); got != "000100002112a442"+rfcID {
		t.Errorf("request %s", got)
	}
}

func TestRefused(t *testing.T) {
	tx := id(unhex(t, rfcID))
	head := func(kind, length string) string { return kind + length + rfcIPv4[8:40] }
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"empty":                {"", ErrNotOurs},
		"RTP":                  {"80000001000000a0deadbeef" + strings.Repeat("ff", 160), ErrNotOurs},
		"another transaction":  {strings.Replace(rfcIPv4, rfcID, "00"+rfcID[2:], 1), ErrNotOurs},
		"a request":            {head("0001", "0000"), ErrNotOurs},
		"an error":             {head("0111", "000c") + "000900080000041400000000", ErrRefused},
		"no address":           {head("0101", "0000"), ErrMalformed},
		"a length too long":    {head("0101", "0004"), ErrMalformed},
		"an odd length":        {head("0101", "0002") + "0000", ErrMalformed},
		"an attribute too far": {head("0101", "0004") + "00200008", ErrMalformed},
		"port 0":               {head("0101", "000c") + "002000080001" + "2112" + "e112a643", ErrMalformed},
		"address 0.0.0.0":      {head("0101", "000c") + "002000080001a147" + "2112a442", ErrMalformed},
		"an unknown family":    {head("0101", "000c") + "002000080003a147e112a643", ErrMalformed},
		"a broken fingerprint": {rfcIPv4[:len(rfcIPv4)-2] + "97", ErrMalformed},
	} {
		if got, err := parse(unhex(t, c.text), tx); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, c.want)
		}
	}
	for n := range len(rfcIPv4) / 2 {
		if got, err := parse(unhex(t, rfcIPv4[:2*n]), tx); err == nil {
			t.Errorf("the first %d bytes are read as %v", n, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	tx := id(unhex(f, rfcID))
	f.Add(unhex(f, rfcIPv4))
	f.Add(unhex(f, rfcIPv6))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := parse(data, tx)
		if err == nil && (got.Port() == 0 || !got.Addr().IsValid() || got.Addr().IsUnspecified()) {
			t.Errorf("%v is no address", got)
		}
		if err != nil && got.IsValid() {
			t.Errorf("%v beside %v", got, err)
		}
	})
}

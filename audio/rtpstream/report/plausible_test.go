package report

import (
	"testing"

	"github.com/pion/rtcp"
)

// The oracle for what is a compound is the library that writes it; the broken ones
// are made by hand after RFC 3550 appendix A.2.
func TestPlausible(t *testing.T) {
	good, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 7}, rtcp.NewCNAMESourceDescription(7, "name")})
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int, v byte) []byte {
		b := append([]byte(nil), good...)
		b[at] = v
		return b
	}
	for _, c := range []struct {
		name          string
		packet        []byte
		begins, whole bool
	}{
		{"a report and a name", good, true, true},
		{"nothing", nil, false, false},
		{"seven octets", good[:7], false, false},
		{"version 1", change(0, 0x40), false, false},
		{"padding in the first", change(0, 0xa0), false, false},
		{"a name first", change(1, 202), false, false},
		{"a BYE first", change(1, 203), false, false},
		{"the first longer than all", change(3, 200), true, false},
		{"the second cut", good[:len(good)-1], true, false},
		{"octets behind the last", append(append([]byte(nil), good...), 0x80), true, false},
		{"noise behind the first", append(append([]byte(nil), good[:8]...), 1, 2, 3, 4, 5, 6, 7, 8), true, false},
	} {
		if got := Begins(c.packet); got != c.begins {
			t.Errorf("%s: begins %v", c.name, got)
		}
		if got := Plausible(c.packet); got != c.whole {
			t.Errorf("%s: plausible %v", c.name, got)
		}
	}
}

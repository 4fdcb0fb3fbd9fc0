package reliable

import "testing"

// Whatever a peer writes is read without a fault, and what was read is written
// so that it reads the same.
func FuzzParseAck(f *testing.F) {
	for _, seed := range []string{"776656 1 INVITE", "0 1 INVITE", "1 2", "", "4294967295 4294967295 x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAck(text)
		if err != nil {
			return
		}
		if again, err := ParseAck(a.String()); err != nil || again != a {
			t.Errorf("%q reads as %+v, which reads as %+v %v", text, a, again, err)
		}
	})
}

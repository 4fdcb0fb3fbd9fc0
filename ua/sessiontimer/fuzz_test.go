package sessiontimer

import "testing"

// Whatever a peer writes is read without a fault, and what was read is written
// so that it reads the same.
func FuzzParseExpires(f *testing.F) {
	for _, seed := range []string{"1800", "90;refresher=uac", " 4000 ; x ; refresher = UAS", "", ";;", "1800;refresher", "18446744073709551616"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseExpires(text)
		if err != nil || e == (Expires{}) {
			return
		}
		if again, err := ParseExpires(e.String()); err != nil || again != e {
			t.Errorf("%q reads as %+v, which reads as %+v %v", text, e, again, err)
		}
	})
}

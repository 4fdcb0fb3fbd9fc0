package securecall

import "testing"

// What a call costs: the slowest step, a Final, must stay far below the 20 ms
// of a packet even on a small machine.

func BenchmarkCalleeHello(b *testing.B) {
	body := aliceHello(b, aliceSSRC)
	for b.Loop() {
		if a := bobAnswers(b, nil).Receive("", body, atCallee); a.Refusal != nil {
			b.Fatal(a.Refusal)
		}
	}
}

func BenchmarkOpenFinal(b *testing.B) {
	id := bob(b)
	msg, err := DecodeBody(finalFor(b, "key", Split))
	if err != nil {
		b.Fatal(err)
	}
	f, err := ParseFinal(msg)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if got, err := id.open(f); err != nil || got.failed != 0 {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyCertificate(b *testing.B) {
	c, ca := vendorCertificate(b)
	for b.Loop() {
		if err := c.Verify(ca, testNow, UTC); err != nil {
			b.Fatal(err)
		}
	}
}

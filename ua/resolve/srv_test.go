package resolve

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/miekg/dns"
)

// RFC 2782: within a priority, a record comes first as often as its weight is
// part of the sum. The bounds are four standard deviations of the binomial
// distribution; the seed is fixed, so the outcome is too.
func TestWeights(t *testing.T) {
	const draws = 20000
	weights := []uint16{60, 20, 10, 10}
	var records []*dns.SRV
	for i, w := range weights {
		records = append(records, &dns.SRV{Priority: 10, Weight: w, Port: uint16(i + 1)})
	}
	random := rand.New(rand.NewPCG(1, 2)).IntN
	first := map[uint16]int{}
	for range draws {
		first[order(records, random)[0].Port]++
	}
	for i, w := range weights {
		// A number from 0 to the sum, both included: the first record of the
		// running sum has one chance more than its weight, as the RFC has it.
		p := float64(w) / 101
		if i == 2 {
			p = 11.0 / 101
		}
		mean, dev := p*draws, math.Sqrt(p*(1-p)*draws)
		if got := float64(first[uint16(i+1)]); math.Abs(got-mean) > 4*dev {
			t.Errorf("weight %d came first %v times of %d, want %.0f ± %.0f", w, got, draws, mean, 4*dev)
		}
	}
}

// Weight 0 has a small chance beside others, and priorities come before weights.
func TestPriorityAndZeroWeight(t *testing.T) {
	records := []*dns.SRV{
		{Priority: 20, Weight: 65535, Port: 3}, {Priority: 10, Weight: 9, Port: 2}, {Priority: 10, Weight: 0, Port: 1},
	}
	random := rand.New(rand.NewPCG(3, 4)).IntN
	first := map[uint16]int{}
	const draws = 10000
	for range draws {
		got := order(records, random)
		if len(got) != 3 || got[2].Port != 3 {
			t.Fatalf("priority 20 is not last: %v", got)
		}
		first[got[0].Port]++
	}
	p := 0.1
	if got, dev := float64(first[1]), math.Sqrt(p*(1-p)*draws); math.Abs(got-p*draws) > 4*dev {
		t.Errorf("weight 0 beside 9 came first %v times of %d, want %v", got, draws, p*draws)
	}
}

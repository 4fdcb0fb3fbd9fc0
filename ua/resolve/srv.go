package resolve

import (
	"cmp"
	"slices"

	"github.com/miekg/dns"
)

// order sorts SRV records as they are to be tried: by priority, and within one
// by chance according to the weights (RFC 2782, "Weight"). random gives a number
// in [0,n).
func order(records []*dns.SRV, random func(n int) int) []*dns.SRV {
	left := slices.Clone(records)
	// Weight 0 first, so that such a record has a small chance beside others.
	slices.SortStableFunc(left, func(a, b *dns.SRV) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Weight, b.Weight))
	})
	out := make([]*dns.SRV, 0, len(left))
	for len(left) > 0 {
		group := 1
		for group < len(left) && left[group].Priority == left[0].Priority {
			group++
		}
		i := draw(left[:group], random)
		out = append(out, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return out
}

// draw takes one record of a priority.
func draw(group []*dns.SRV, random func(n int) int) int {
	sum := 0
	for _, r := range group {
		sum += int(r.Weight)
	}
	at, running := random(sum+1), 0
	for i, r := range group {
		if running += int(r.Weight); running >= at {
			return i
		}
	}
	return len(group) - 1
}

package memnet

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"
)

// Filter decides the fate of one packet. It runs on the sender's goroutine,
// several at a time, and must not keep data.
type Filter func(from, to netip.AddrPort, data []byte) Verdict

// Verdict is what happens to one packet; the zero value delivers it at once.
type Verdict struct {
	Drop   bool
	Delay  time.Duration // a packet delayed more than the next one is reordered
	Copies int           // further copies, delivered together with the packet
}

// Chain asks every filter: the packet is dropped if one says so, delays and
// copies add up.
func Chain(filters ...Filter) Filter {
	return func(from, to netip.AddrPort, data []byte) Verdict {
		var sum Verdict
		for _, f := range filters {
			v := f(from, to, data)
			sum.Drop = sum.Drop || v.Drop
			sum.Delay += v.Delay
			sum.Copies += v.Copies
		}
		return sum
	}
}

// Lose drops each packet with the given probability.
func Lose(seed uint64, probability float64) Filter {
	draw := dice(seed)
	return func(_, _ netip.AddrPort, _ []byte) Verdict {
		return Verdict{Drop: draw() < probability}
	}
}

// Duplicate delivers each packet twice with the given probability.
func Duplicate(seed uint64, probability float64) Filter {
	draw := dice(seed)
	return func(_, _ netip.AddrPort, _ []byte) Verdict {
		if draw() < probability {
			return Verdict{Copies: 1}
		}
		return Verdict{}
	}
}

// Delay holds every packet back by between least and most, evenly spread. A
// spread wider than the distance of two packets reorders them.
func Delay(seed uint64, least, most time.Duration) Filter {
	draw := dice(seed)
	return func(_, _ netip.AddrPort, _ []byte) Verdict {
		return Verdict{Delay: least + time.Duration(draw()*float64(most-least))}
	}
}

// dice draws numbers from 0 to 1, the same for the same seed. Several senders
// may share it.
func dice(seed uint64) func() float64 {
	rnd := rand.New(rand.NewPCG(seed, 0))
	var mu sync.Mutex
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return rnd.Float64()
	}
}

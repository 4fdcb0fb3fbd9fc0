package decode

import (
	"fmt"
	"math/bits"
	"time"

	"star18/securecall"
)

// mediaLimit is how long agreed keys wait for a packet under them, and how
// long a secured call may hear others (specification, section 5).
const mediaLimit = 5 * time.Second

// judgeMedia looks whether the keys were used.
func (c *Call) judgeMedia(final *Step) Verdict {
	if len(c.Streams) == 0 {
		return Verdict{State: Agreed, Why: "the final was accepted; there is no RTP of this call in the file"}
	}
	for _, side := range []Side{Callee, Caller} {
		if v, bad := c.downgraded(side); bad {
			return v
		}
	}
	for _, side := range []Side{Callee, Caller} {
		if c.protectedBy(side) {
			continue
		}
		if c.lastMedia().Sub(final.At) >= mediaLimit {
			return clear(securecall.NoMedia, 0, fmt.Sprintf("the final was accepted, but no protected packet of the %s is in the %.0f s after it", side, c.lastMedia().Sub(final.At).Seconds()))
		}
		return Verdict{State: Agreed, Why: fmt.Sprintf("the final was accepted; the file ends before protected packets of the %s", side)}
	}
	if final.Answer == nil {
		return Verdict{State: Secured, Why: "the answer to the final is not in the file, but both sides send protected packets"}
	}
	return Verdict{State: Secured, Why: "the final was accepted and both sides send protected packets"}
}

func (c *Call) protectedBy(side Side) bool {
	for _, s := range c.Streams {
		if s.Side == side && s.Protected >= 0 {
			return true
		}
	}
	return false
}

func (c *Call) downgraded(side Side) (Verdict, bool) {
	for _, s := range c.Streams {
		if s.Side != side || s.Back < 0 {
			continue
		}
		at := s.Packets[s.Back].At
		if last := s.Packets[len(s.Packets)-1].At; last.Sub(at) >= mediaLimit {
			v := clear(securecall.MediaDowngraded, 0, fmt.Sprintf("from packet %d on the %s sends unprotected packets again", s.Back+1, side))
			v.State = Lost
			return v, true
		}
	}
	return Verdict{}, false
}

func (c *Call) lastMedia() (last time.Time) {
	for _, s := range c.Streams {
		if at := s.Packets[len(s.Packets)-1].At; at.After(last) {
			last = at
		}
	}
	return last
}

func swap(v uint32) uint32 { return bits.ReverseBytes32(v) }

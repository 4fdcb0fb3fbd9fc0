package report

import (
	"io"
	"net/netip"
	"slices"
	"time"

	"star18/cmd/internal/capture"
	"star18/cmd/internal/explain/decode"
	"star18/cmd/internal/ladder"
)

// Places of the ladder. The addresses of a file are replaced by these: a side
// may have several, and a text has none.
var places = map[ladder.Side]netip.AddrPort{
	ladder.Caller: netip.MustParseAddrPort("192.0.2.1:1"),
	ladder.Proxy:  netip.MustParseAddrPort("192.0.2.2:1"),
	ladder.Callee: netip.MustParseAddrPort("192.0.2.3:1"),
}

// drawLadder draws a call with the ladder of the demo.
func drawLadder(w io.Writer, c *decode.Call, start time.Time) {
	l := ladder.New(w, start)
	for side, a := range places {
		l.Assign(a, side)
	}
	h := hostsOf(c)
	var all []capture.Datagram
	for _, m := range c.Messages {
		from, to := h.place(m)
		all = append(all, capture.Datagram{Time: m.At, From: places[from], To: places[to], Data: m.Raw})
	}
	for _, s := range c.Streams {
		all = append(all, marks(s)...)
	}
	slices.SortStableFunc(all, func(a, b capture.Datagram) int { return a.Time.Compare(b.Time) })
	for i := range all {
		l.Add(&all[i])
	}
}

// Lengths by which the ladder tells clear from protected packets: those of
// G.711 at 20 ms. What a stream's packets are has been found out already, so
// each mark gets the length that says so.
const (
	clearLength     = 12 + 160
	protectedLength = clearLength + 10
)

// marks stand for the packets of a stream: the first clear one and the first
// protected one.
func marks(s *decode.Stream) []capture.Datagram {
	from, to := places[ladder.Caller], places[ladder.Callee]
	if s.Side == decode.Callee {
		from, to = to, from
	}
	mark := func(i, length int) capture.Datagram {
		data := make([]byte, length)
		data[0] = 2 << 6
		return capture.Datagram{Time: s.Packets[i].At, From: from, To: to, Data: data}
	}
	var out []capture.Datagram
	if s.Protected != 0 {
		out = append(out, mark(0, clearLength))
	}
	if s.Protected >= 0 {
		out = append(out, mark(s.Protected, protectedLength))
	}
	return out
}

// hosts are the addresses of the two ends, as far as they are known.
type hosts struct {
	call           *decode.Call
	caller, callee netip.AddrPort
}

// hostsOf follows the first INVITE from end to end: it starts at the caller,
// and the callee is where it is not sent on from.
func hostsOf(c *decode.Call) hosts {
	h := hosts{call: c}
	for _, m := range c.Messages {
		if !m.Request() || m.Method != "INVITE" || m.ToTag != "" {
			continue
		}
		if !h.caller.IsValid() {
			h.caller = m.From
		}
		if m.To != h.caller {
			h.callee = m.To
		}
	}
	return h
}

func (h hosts) place(m *decode.Message) (from, to ladder.Side) {
	sender, receiver := ladder.Caller, ladder.Callee
	if h.call.Sender(m) == decode.Callee {
		sender, receiver = receiver, sender
	}
	if !h.caller.IsValid() || !m.From.IsValid() || !m.To.IsValid() {
		return sender, receiver
	}
	return h.side(m.From), h.side(m.To)
}

func (h hosts) side(a netip.AddrPort) ladder.Side {
	switch a {
	case h.caller:
		return ladder.Caller
	case h.callee:
		return ladder.Callee
	}
	return ladder.Proxy
}

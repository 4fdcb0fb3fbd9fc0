package rtpstream

import "testing"

const (
	testPT   = 0
	peerSSRC = 0x1111
	ourSSRC  = 0x2222
)

// speechHeader is a packet of the peer's clear stream.
var speechHeader = header{pt: testPT, ssrc: peerSSRC, size: fixedHeader}

// with changes a copy of the peer's header.
func with(change func(h *header)) header {
	h := speechHeader
	change(&h)
	return h
}

var (
	running = clearStream{heard: true, ssrc: peerSSRC, size: 160}

	inClear    = view{stage: stageClear, clear: running}
	inWindow   = view{stage: stageWindow, clear: running}
	windowOver = view{stage: stageWindow, clear: running, limited: true}
	inSecured  = view{stage: stageSecured, clear: running}
	nothingYet = view{stage: stageWindow}
)

func owned(v view, o ownership) view {
	v.owner = o
	return v
}

// The expected verdicts are those of the rules in words: clear plays without
// keys only; every packet is tried once there are keys; one of our own is
// dropped first.
func TestArriving(t *testing.T) {
	dtmf := with(func(h *header) { h.pt = 101 })
	rtcp := with(func(h *header) { h.marker, h.pt = true, 72 }) // sender report
	for _, c := range []struct {
		name string
		h    header
		size int
		v    view
		want verdict
	}{
		{"clear, speech", speechHeader, 160, inClear, play},
		{"clear, other length", speechHeader, 240, inClear, play},
		{"clear, another SSRC", with(func(h *header) { h.ssrc++ }), 160, inClear, play},
		{"clear, nothing heard before", speechHeader, 160, view{stage: stageClear}, play},
		{"clear, telephone event", dtmf, 4, inClear, ignore},
		{"clear, keepalive", speechHeader, 0, inClear, ignore},
		{"clear, rtcp", rtcp, 60, inClear, ignore},
		{"clear, our SSRC", speechHeader, 160, owned(inClear, oursNow), reflected},
		{"clear, our SSRC of before", speechHeader, 160, owned(inClear, oursBefore), reflected},

		{"window, speech", speechHeader, 170, inWindow, try},
		{"window over, speech", speechHeader, 170, windowOver, try},
		{"window, telephone event", dtmf, 14, inWindow, try},
		{"window, rtcp", rtcp, 60, inWindow, ignore},
		{"window, our SSRC", speechHeader, 170, owned(inWindow, oursNow), reflected},
		{"window, SSRC that we left to the peer", speechHeader, 170, owned(inWindow, oursBefore), try},

		{"secured, speech", speechHeader, 170, inSecured, try},
		{"secured, rtcp", rtcp, 60, inSecured, ignore},
		{"secured, our SSRC", speechHeader, 170, owned(inSecured, oursNow), reflected},
		{"secured, SSRC that we left to the peer", speechHeader, 170, owned(inSecured, oursBefore), try},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := arriving(c.h, c.size, c.v); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestUnauthenticated(t *testing.T) {
	for _, c := range []struct {
		name string
		h    header
		size int
		v    view
		want verdict
	}{
		{"window, the stream before", speechHeader, 160, inWindow, play},
		{"window, other length", speechHeader, 170, inWindow, refuseForged},
		{"window, other SSRC", with(func(h *header) { h.ssrc++ }), 160, inWindow, refuseForged},
		{"window, other payload type", with(func(h *header) { h.pt++ }), 160, inWindow, refuseForged},
		{"window, nothing heard before", speechHeader, 160, nothingYet, refuseForged},
		{"window, nothing heard before, no size", with(func(h *header) { h.ssrc = 0 }), 0, nothingYet, refuseForged},
		{"window, SSRC that we left to the peer", speechHeader, 160, owned(inWindow, oursBefore), reflected},
		{"window over, the stream before", speechHeader, 160, windowOver, refuseClear},
		{"window over, other length", speechHeader, 170, windowOver, refuseForged},
		{"secured, the stream before", speechHeader, 160, inSecured, refuseClear},
		{"secured, other length", speechHeader, 170, inSecured, refuseForged},
		{"secured, SSRC that we left to the peer", speechHeader, 160, owned(inSecured, oursBefore), reflected},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := unauthenticated(c.h, c.size, c.v); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// Beyond the table: whatever the header says, no unauthenticated packet plays
// outside the window, and none with an SSRC of ours anywhere.
func TestNothingUnauthenticatedPlaysOutsideTheWindow(t *testing.T) {
	for _, v := range []view{windowOver, inSecured, owned(inWindow, oursNow), owned(inWindow, oursBefore), nothingYet} {
		for pt := range uint8(128) {
			for _, ssrc := range []uint32{0, peerSSRC, ourSSRC} {
				for _, size := range []int{0, 1, 160, 170, 240} {
					h := header{pt: pt, ssrc: ssrc, size: fixedHeader}
					if unauthenticated(h, size, v) == play {
						t.Fatalf("%+v of %d octets plays under %+v", h, size, v)
					}
				}
			}
		}
	}
}

func TestVerdictsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for v := play; v <= refuseForged; v++ {
		if s := v.String(); s == "" || seen[s] {
			t.Errorf("verdict %d is called %q", v, s)
		} else {
			seen[s] = true
		}
	}
}

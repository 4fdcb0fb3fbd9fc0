package ua

import (
	"math"
	"time"

	"star18/audio/quality"
	"star18/audio/rtpstream"
	"star18/ua/sdp"
)

// judgement estimates what somebody here would say of the sound (E-model, ITU-T
// G.107). It looks at a stream's counters each second; the zero value has heard
// nothing. Owned by the call's goroutine.
type judgement struct {
	seconds int
	past    [opinionSeconds]heard // ring
	total   heard
	counted heard         // the stream's counters, when last looked at
	depth   float64       // of the jitter buffer, mean in ms
	rtt     time.Duration // the peer's latest word
}

const (
	// opinionSeconds is how far back an opinion looks: at 20 ms a packet, one
	// that is missing is 0.4 % then.
	opinionSeconds = 5
	// cardDelay is what sound cards add at both ends, which no peer tells.
	cardDelay = 25 * time.Millisecond
	// depthWeight smooths the depth, of which each look is a sample.
	depthWeight = 0.2
)

// heard counts packets by what became of them at their turn.
type heard struct {
	played, missing, runs uint64
}

func (h heard) since(o heard) heard {
	return heard{h.played - min(o.played, h.played), h.missing - min(o.missing, h.missing), h.runs - min(o.runs, h.runs)}
}

func (h heard) and(o heard) heard {
	return heard{h.played + o.played, h.missing + o.missing, h.runs + o.runs}
}

// hear takes the counters of this second. What comes and goes on hold is
// nobody's opinion.
func (j *judgement) hear(s rtpstream.Stats, onHold bool) {
	j.past[j.seconds%opinionSeconds] = j.total
	unplayed, found := s.Playout.Late+s.Playout.Dropped, s.Playout.Corrected
	counted := heard{
		played:  s.Playout.Received - min(unplayed, s.Playout.Received) + found,
		missing: s.Playout.Lost + unplayed - min(found, s.Playout.Lost+unplayed),
		runs:    s.Playout.Gaps,
	}
	if !onHold {
		j.total = j.total.and(counted.since(j.counted))
	}
	j.counted = counted
	if j.seconds++; j.seconds == 1 {
		j.depth = s.Playout.DepthMS
	}
	j.depth += depthWeight * (s.Playout.DepthMS - j.depth)
	j.rtt = s.Remote.RTT
}

// now is the opinion of the last seconds, 0 if nothing was heard in them.
func (j *judgement) now(a sdp.Negotiated) float64 {
	if j.seconds == 0 {
		return 0
	}
	return j.opinion(j.total.since(j.past[j.seconds%opinionSeconds]), a)
}

// whole is the opinion of the call so far.
func (j *judgement) whole(a sdp.Negotiated) float64 { return j.opinion(j.total, a) }

func (j *judgement) opinion(h heard, a sdp.Negotiated) float64 {
	if h.played == 0 {
		return 0
	}
	packets := h.played + h.missing
	p := quality.Path{
		Delay: j.delay(a),
		Loss:  float64(h.missing) / float64(packets),
		Burst: quality.BurstRatio(h.missing, h.runs, packets),
		Codec: quality.Codec(a.Codec.Name),
	}
	return math.Round(100*p.MOS()) / 100
}

// delay is from mouth to ear: half of the round trip is the network's.
func (j *judgement) delay(a sdp.Negotiated) time.Duration {
	return j.rtt/2 + a.Ptime + time.Duration(j.depth*float64(time.Millisecond)) + cardDelay
}

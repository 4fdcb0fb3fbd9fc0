package ua

import (
	"testing"
	"time"

	"star18/audio"
	"star18/audio/rtpstream"
	"star18/audio/rtpstream/report"
	"star18/ua/sdp"
)

var plainG711 = sdp.Negotiated{Codec: sdp.Codec{Name: "PCMU"}, Ptime: 20 * time.Millisecond}

// The bounds are G.107's: R 93.2 is an opinion of 4.41, and G.711 with
// concealment loses 3.6 of R by one per cent.
func TestOpinion(t *testing.T) {
	for _, tt := range []struct {
		lost        uint64
		rtt         time.Duration
		least, most float64
	}{
		{0, 0, 4.3, 4.41},
		{10, 40 * time.Millisecond, 4.1, 4.35}, // 1 %
		{53, 40 * time.Millisecond, 3.4, 3.9},  // 5 %
		{250, 40 * time.Millisecond, 1.9, 2.7}, // 20 %
		{0, 600 * time.Millisecond, 3.1, 3.5},
		{5000, 2 * time.Second, 1, 1.1},
	} {
		var l judgement
		s := rtpstream.Stats{Remote: report.View{RTT: tt.rtt}}
		s.Playout = audio.PlayoutStats{Received: 1000, Lost: tt.lost, Gaps: tt.lost, DepthMS: 20}
		l.hear(s, false)
		if got := l.whole(plainG711); got < tt.least || got > tt.most || got != l.now(plainG711) {
			t.Errorf("%d lost, %v: %v", tt.lost, tt.rtt, got)
		}
	}
	if got := (&judgement{}).whole(plainG711) + (&judgement{}).now(plainG711); got != 0 {
		t.Errorf("silence is rated %v", got)
	}
}

// Trouble that is over is forgotten after five seconds, and not by the call.
func TestOpinionLooksBackFiveSeconds(t *testing.T) {
	var l judgement
	s := audio.PlayoutStats{DepthMS: 20}
	second := func(lost uint64) (now, whole float64) {
		s.Received, s.Lost, s.Gaps = s.Received+50-lost, s.Lost+lost, s.Gaps+lost
		l.hear(rtpstream.Stats{Playout: s}, false)
		return l.now(plainG711), l.whole(plainG711)
	}
	best, _ := second(0)
	worst, _ := second(10)
	var now, whole float64
	for range opinionSeconds {
		now, whole = second(0)
	}
	if worst > best-0.5 || now != best || whole >= best {
		t.Errorf("before %v, in trouble %v, after it %v, of the call %v", best, worst, now, whole)
	}
}

// On hold the other side sends nothing, and what is left of it is not played: that is
// no loss that anybody hears.
func TestOpinionRestsOnHold(t *testing.T) {
	var l judgement
	s := audio.PlayoutStats{Received: 50, DepthMS: 20}
	l.hear(rtpstream.Stats{Playout: s}, false)
	before := l.now(plainG711)
	for range opinionSeconds {
		s.Received, s.Dropped, s.Lost, s.Gaps = s.Received+2, s.Dropped+2, s.Lost+1, s.Gaps+1
		l.hear(rtpstream.Stats{Playout: s}, true)
	}
	if got := l.whole(plainG711); got != before || l.now(plainG711) != 0 {
		t.Errorf("%v before, %v after and %v now", before, got, l.now(plainG711))
	}
}

// Losses in a row sound worse than as many apart.
func TestOpinionKnowsBursts(t *testing.T) {
	apart, row := judgement{}, judgement{}
	apart.hear(rtpstream.Stats{Playout: audio.PlayoutStats{Received: 900, Lost: 100, Gaps: 100}}, false)
	row.hear(rtpstream.Stats{Playout: audio.PlayoutStats{Received: 900, Lost: 100, Gaps: 20}}, false)
	if a, r := apart.whole(plainG711), row.whole(plainG711); r >= a {
		t.Errorf("apart %v, in a row %v", a, r)
	}
}

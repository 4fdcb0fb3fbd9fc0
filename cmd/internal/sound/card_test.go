package sound

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/portaudio"
)

// A card that runs from the start is no news, nor is one whose buffer becomes longer;
// one that is lost is, and so is its return.
func TestWhatOfACardIsNews(t *testing.T) {
	lost, short := errors.New("unplugged"), fmt.Errorf("card: %w", portaudio.ErrTooShort)
	for _, c := range []struct {
		name    string
		changes []audio.DeviceChange
		want    string
	}{
		{"runs", []audio.DeviceChange{{State: audio.DeviceRunning}}, ""},
		{"breaks up", []audio.DeviceChange{{State: audio.DeviceRunning}, {State: audio.DeviceLost, Reason: short}, {State: audio.DeviceRunning}}, ""},
		{"is pulled and comes back", []audio.DeviceChange{{State: audio.DeviceRunning}, {State: audio.DeviceLost, Reason: lost},
			{State: audio.DeviceStandIn, Reason: lost}, {State: audio.DeviceRunning}}, " lost stand_in running"},
		{"is missing, then breaks up", []audio.DeviceChange{{State: audio.DeviceStandIn, Reason: lost},
			{State: audio.DeviceLost, Reason: short}, {State: audio.DeviceStandIn, Reason: lost}}, " stand_in"},
		{"is missing, then is another", []audio.DeviceChange{{State: audio.DeviceStandIn, Input: "one", Reason: lost},
			{State: audio.DeviceStandIn, Input: "two", Reason: lost}, {State: audio.DeviceRunning}, {State: audio.DeviceRunning}}, " stand_in stand_in running"},
	} {
		got := ""
		told := telling{o: &Opener{OnChange: func(c audio.DeviceChange) { got += " " + string(c.State) }}}
		for _, change := range c.changes {
			told.change(change)
		}
		if got != c.want {
			t.Errorf("a card that %s: told%s, want%s", c.name, got, c.want)
		}
	}
}

// A card that breaks up and does not come back is lost; one that never came is told
// of by the watch.
func TestLostWhileItsBufferBecomesLonger(t *testing.T) {
	var got []audio.DeviceChange
	told := telling{o: &Opener{OnChange: func(c audio.DeviceChange) { got = append(got, c) }}}
	gone := errors.New("no card")
	told.failed(gone)
	told.change(audio.DeviceChange{State: audio.DeviceRunning})
	told.change(audio.DeviceChange{State: audio.DeviceLost, Reason: portaudio.ErrTooShort})
	if len(got) != 0 {
		t.Fatalf("told %v", got)
	}
	told.failed(gone)
	told.failed(gone)
	told.change(audio.DeviceChange{State: audio.DeviceRunning})
	if len(got) != 2 || got[0].State != audio.DeviceLost || got[0].Reason != gone || got[1].State != audio.DeviceRunning {
		t.Errorf("told %v, want that it is lost and that it runs", got)
	}
}

// What one call has learnt of a card, the next one knows; other cards are others.
// A call an hour later tries with less.
func TestLadder(t *testing.T) {
	var o Opener
	one, other := portaudio.Config{Input: "one"}, portaudio.Config{Input: "other"}
	var got []time.Duration
	now := time.Unix(1000, 0)
	for range 6 {
		o.ladder(one).begin(now)
		got = append(got, o.ladder(one).latency())
		o.ladder(one).climb(now)
	}
	ms := time.Millisecond
	if want := []time.Duration{10 * ms, 20 * ms, 40 * ms, 80 * ms, 80 * ms, 80 * ms}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("buffers of %v, want %v", got, want)
	}
	if got := o.ladder(other).latency(); got != portaudio.LeastLatency {
		t.Errorf("another card begins with %v", got)
	}
	got = nil
	for _, minutes := range []time.Duration{59, 60, 61, 119, 120, 180, 500} {
		o.ladder(one).begin(now.Add(minutes * time.Minute))
		got = append(got, o.ladder(one).latency())
	}
	if want := []time.Duration{80 * ms, 40 * ms, 40 * ms, 40 * ms, 20 * ms, 10 * ms, 10 * ms}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("later, buffers of %v, want %v", got, want)
	}
}

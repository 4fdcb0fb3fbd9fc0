package ua

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"star18/audio/rtpstream"
)

// only keeps the events of these names.
func (e *end) only(names ...string) []Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []Event
	for _, ev := range e.events {
		if slices.Contains(names, ev.EventName()) {
			out = append(out, ev)
		}
	}
	return out
}

// A peer that answers and sends nothing, then one packet, then nothing: each is
// told once. The oracle is the clock of the bubble.
func TestNoAudioIsTold(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, nil)
		media, err := r.net.Listen(netip.AddrPortFrom(p.at.Addr(), 20000))
		if err != nil {
			t.Fatal(err)
		}
		out := r.place(false)
		p.answerCall("a", "")
		news := func() []Event { return r.caller.only("no_audio", "audio_arrived") }
		time.Sleep(4 * time.Second)
		if got := news(); len(got) != 0 {
			t.Errorf("after 4 s: %+v", got)
		}
		time.Sleep(6 * time.Second)
		if got := news(); len(got) != 1 || got[0] != (NoAudio{Seconds: 5}) {
			t.Errorf("after 10 s: %+v", got)
		}
		packet := append([]byte{0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9}, make([]byte, 160)...)
		if _, err := media.WriteToUDPAddrPort(packet, netip.AddrPortFrom(callerAddr.Addr(), out.media.port)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if got := news(); len(got) != 2 || got[1] != (AudioArrived{Seconds: 10}) {
			t.Errorf("after a packet: %+v", got)
		}
		time.Sleep(7 * time.Second)
		if got := news(); len(got) != 2 {
			t.Errorf("after a pause of 9 s: %+v", got)
		}
		time.Sleep(3 * time.Second)
		if got := news(); len(got) != 3 || !got[2].(NoAudio).Ever {
			t.Errorf("when it ended: %+v", got)
		}
		out.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		<-out.Done()
		media.Close()
		p.end(r)
		r.close()
	})
}

// Two telephones that hear each other, and one that is held, are told nothing.
func TestNoAudioIsNotToldOnHold(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(false)
		time.Sleep(8 * time.Second)
		if err := out.Hold(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		if err := out.Resume(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(8 * time.Second)
		for _, e := range []*end{r.caller, r.callee} {
			if got := e.only("no_audio", "audio_arrived"); len(got) != 0 {
				t.Errorf("%s: %+v", e.user, got)
			}
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// Packets that arrive and cannot be played are counted beside the silence.
func TestNoAudioCountsTheRefused(t *testing.T) {
	begin := time.Unix(0, 0)
	h := hearing{since: begin}
	if ev := h.second(begin.Add(4*time.Second), rtpstream.Stats{Strange: 40}); ev != nil {
		t.Errorf("too early: %+v", ev)
	}
	if ev := h.second(begin.Add(5*time.Second), rtpstream.Stats{Strange: 50}); ev != (NoAudio{Seconds: 5, Rejected: 50}) {
		t.Errorf("%+v", ev)
	}
	if ev := h.second(begin.Add(6*time.Second), rtpstream.Stats{Strange: 60}); ev != nil {
		t.Errorf("told twice: %+v", ev)
	}
}

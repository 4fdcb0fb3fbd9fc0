package echo

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio"
	"star18/audio/rtpstream"
	"star18/audio/rtpstream/memnet"
)

// room is a device whose microphone hears its loudspeaker after some time, with
// half of its strength, beside a tone.
type room struct {
	audio.Device // the tone, and the pace
	mu           sync.Mutex
	air          []int16
	deaf         bool
}

func newRoom(late time.Duration) *room {
	return &room{Device: audio.NewToneSource(8000, 1000, -30), air: make([]int16, int(late.Milliseconds())*8)}
}

func (r *room) ReadFrame(pcm []int16) error {
	if err := r.Device.ReadFrame(pcm); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n := min(len(pcm), len(r.air))
	for i, v := range r.air[:n] {
		if !r.deaf {
			pcm[i] += v / 2
		}
	}
	r.air = r.air[n:]
	return nil
}

func (r *room) WriteFrame(pcm []int16) error {
	r.mu.Lock()
	r.air = append(r.air, pcm...)
	r.mu.Unlock()
	return r.Device.WriteFrame(pcm)
}

func network(late time.Duration) func() (a, b rtpstream.Conn, err error) {
	return func() (a, b rtpstream.Conn, err error) {
		n := memnet.New()
		n.SetFilter(func(_, _ netip.AddrPort, _ []byte) memnet.Verdict { return memnet.Verdict{Delay: late} })
		if a, err = n.Listen(netip.MustParseAddrPort("192.0.2.1:4000")); err == nil {
			b, err = n.Listen(netip.MustParseAddrPort("192.0.2.2:4000"))
		}
		return a, b, err
	}
}

func run(t *testing.T, d audio.Device, late time.Duration) (Report, int) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 8500*time.Millisecond)
	defer stop()
	told := 0
	r, err := Run(ctx, Config{
		Device: d, Codec: "PCMU", Ptime: 20 * time.Millisecond, sockets: network(late),
		Card:     func() (in, out time.Duration) { return 11 * time.Millisecond, 22 * time.Millisecond },
		OnSecond: func(Report) { told++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	return r, told
}

// The oracle is the delay that the test puts in: the network's is part of the
// path, the room's is the device's, and neither of the other.
func TestDelaysAreMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plain, told := run(t, newRoom(60*time.Millisecond), 0)
		if !plain.Found || plain.Path < 20*time.Millisecond || plain.Path > 120*time.Millisecond || plain.Lost != 0 || told != 8 {
			t.Fatalf("%+v, told %d times", plain, told)
		}
		if d := plain.Device - 60*time.Millisecond; !plain.Heard || d.Abs() > 45*time.Millisecond || plain.Total != plain.Path+plain.Device {
			t.Errorf("the room: %+v", plain)
		}
		far, _ := run(t, newRoom(60*time.Millisecond), 50*time.Millisecond)
		if d := far.Path - plain.Path - 50*time.Millisecond; d.Abs() > 21*time.Millisecond {
			t.Errorf("a network of 50 ms: %v, without it %v", far.Path, plain.Path)
		}
		if d := far.Device - plain.Device; d.Abs() > 21*time.Millisecond {
			t.Errorf("the room changed from %v to %v", plain.Device, far.Device)
		}
	})
}

// A headset, which no microphone hears: the card's part is what the library says.
func TestBudgetWithoutAir(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newRoom(0)
		d.deaf = true
		r, _ := run(t, d, 0)
		if r.Heard || !r.Found || r.Total != r.Path+33*time.Millisecond || r.Packet != 20*time.Millisecond {
			t.Errorf("%+v", r)
		}
		if r.Sent.RMS < -38 || r.Sent.RMS > -30 || r.Played.RMS < -38 {
			t.Errorf("levels %+v %+v", r.Sent, r.Played)
		}
	})
}

// What is heard went through SRTP.
func TestProtected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := audio.NewSilence(8000)
		l, err := newLoop(Config{Device: d, Codec: "PCMA", Ptime: 20 * time.Millisecond, sockets: network(0)})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if s := l.hears.Stats(); s.ReceivedProtected.Packets < 45 || s.ReceivedClear.Packets != 0 || s.Rejected() != 0 {
			t.Errorf("%+v", s)
		}
		l.close()
		d.Close()
	})
}

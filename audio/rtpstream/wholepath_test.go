package rtpstream

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
)

// instant is a device that hears a tone and has no pace: the test gives it.
type instant struct {
	rate     int
	captured int
	pauses   bool    // every second half of a second is silent
	last     []int16 // what was played last, a second of it at most
}

func (d *instant) Rate() int { return d.rate }

func (d *instant) ReadFrame(pcm []int16) error {
	for i := range pcm {
		pcm[i] = 0
		if !d.pauses || d.captured/(d.rate/2)%2 == 0 {
			pcm[i] = sineAtRate(aliceHz, d.captured, d.rate)
		}
		d.captured++
	}
	return nil
}

func (d *instant) WriteFrame(pcm []int16) error {
	if len(d.last)+len(pcm) > cap(d.last) {
		d.last = d.last[:copy(d.last, d.last[len(pcm):])]
	}
	d.last = append(d.last, pcm...)
	return nil
}

func (d *instant) Close() error { return nil }

func sineAtRate(hz float64, n, at int) int16 { return sine(hz*rate/float64(at), n) }

// network says what becomes of the n-th packet.
type network func(n int) (lost, held, twice bool)

func steady(int) (lost, held, twice bool) { return }

// poor loses one packet in ten, alone and in bursts, and has others overtaken and
// doubled.
func poor(n int) (lost, held, twice bool) {
	return n%30 >= 27 || n%50 == 9, n%17 == 3, n%13 == 5
}

// way is all that a frame passes from one device to another, without goroutines:
//
//	device > switch > booth > encode > protect > fake socket > network
//	  > authenticate > jitter buffer > decode > conceal > tone > booth > switch > device
type way struct {
	from, to   *Stream
	microphone *instant
	speaker    *instant
	wire       *sinkConn
	net        network
	held       []byte
	n          int
	now        time.Time
}

// equipped is a stream whose device has everything around it that a call puts
// there, recording included.
func equipped(t *testing.T, f Format, conn Conn, device *instant, ssrc uint32) *Stream {
	t.Helper()
	sw := audio.NewSwitch(device.rate)
	sw.Set(audio.Share(device))
	booth := audio.NewBooth(sw)
	recorder, err := audio.NewRecorder(filepath.Join(t.TempDir(), "call.wav"), device.rate, false)
	must(t, err)
	t.Cleanup(func() { recorder.Close() })
	booth.Record(recorder)
	c := testConfig(t, conn, booth)
	c.Codec, c.SendPT, c.RecvPT, c.Ptime = f.Codec, f.SendPT, f.RecvPT, f.Ptime
	c.Remote, c.SSRC = bobAddr, ssrc
	s, err := New(c)
	must(t, err)
	return s
}

func newWay(t *testing.T, codec string, at int, net network) *way {
	w := &way{
		microphone: &instant{rate: at}, speaker: &instant{rate: at, last: make([]int16, 0, at)},
		wire: &sinkConn{}, net: net, held: make([]byte, 0, 2048), now: time.Now(),
	}
	w.from = equipped(t, format(t, codec, 20*time.Millisecond), w.wire, w.microphone, 0xa11ce)
	w.to = equipped(t, format(t, codec, 20*time.Millisecond), &sinkConn{}, w.speaker, 0xb0b)
	tone, err := audio.ParseToneScript("350@-60,440@-60;*(*/0/1+2)")
	must(t, err)
	w.to.PlayTone(audio.NewTone(tone, at))
	return w
}

// step is 20 ms.
func (w *way) step() {
	w.wire.last = nil
	_ = w.from.device.ReadFrame(w.from.send.format.pcm)
	w.from.send.frame(w.now)
	lost, held, twice := w.net(w.n)
	switch {
	case lost || len(w.wire.last) == 0:
	case held:
		w.held = append(w.held[:0], w.wire.last...)
	default:
		w.arrive(w.wire.last)
		if twice {
			w.arrive(w.wire.last)
		}
		if len(w.held) > 0 {
			w.arrive(w.held)
			w.held = w.held[:0]
		}
	}
	w.to.play.frame(w.now)
	_ = w.to.device.WriteFrame(w.to.play.pcm)
	w.n++
	w.now = w.now.Add(20 * time.Millisecond)
}

func (w *way) arrive(packet []byte) { w.to.receive.handle(packet, aliceAddr, w.now) }

// mustAllocateNothing runs the way for 20 s, and then proves that the sound took it.
func (w *way) mustAllocateNothing(t *testing.T, protected bool) {
	t.Helper()
	const runs = 1000
	for range 100 {
		w.step() // what grows at the beginning has grown
	}
	if n := testing.AllocsPerRun(runs, w.step); n != 0 {
		t.Errorf("%v allocations in 20 ms", n)
	}
	s := w.to.Stats()
	arrived, other := s.ReceivedClear.Packets, s.ReceivedProtected.Packets
	if protected {
		arrived, other = other, arrived
	}
	if arrived < runs*8/10 || other != 0 || s.Rejected() > s.Replayed {
		t.Errorf("the packets went another way: %+v", s)
	}
	poor := s.Playout.Lost > 0
	if poor != (s.Playout.Concealed > 0) {
		t.Errorf("%d lost, %d made up", s.Playout.Lost, s.Playout.Concealed)
	}
	level, least := measure.LevelAt(w.speaker.last, w.speaker.rate, aliceHz), toneDBm0-1.0
	if poor {
		least -= 3
	}
	if level < least {
		t.Errorf("heard at %.1f dBm0, want %.1f", level, toneDBm0)
	}
}

// From the microphone to the loudspeaker nothing allocates: in clear and with
// every transform, with every codec, at the rate of the codec and of a card, on a
// good network and on a poor one.
func TestTheWholeWayAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool drop what it keeps")
	}
	nets := map[string]network{"steady": steady, "poor": poor}
	for name, net := range nets {
		for _, codec := range []string{"PCMU", "PCMA", "G722", "G726-32", "AAL2-G726-32", "L16/16000"} {
			for _, at := range []int{format(t, codec, 20*time.Millisecond).Codec.Rate(), 48000} {
				t.Run(fmt.Sprintf("%s, clear, %s at %d", name, codec, at), func(t *testing.T) {
					newWay(t, codec, at, net).mustAllocateNothing(t, false)
				})
			}
		}
		eachTransform(t, func(t *testing.T, k Keys) {
			t.Run(name, func(t *testing.T) {
				w := newWay(t, "PCMU", rate, net)
				must(t, w.from.ProtectSend(k))
				must(t, w.to.ArmReceive(k))
				w.mustAllocateNothing(t, true)
			})
		})
	}
}

// Nor does silence that is not sent, and the comfort noise in its place.
func TestSilenceAllocatesNothing(t *testing.T) {
	const runs = 1000
	w := newWay(t, "PCMU", rate, steady)
	f := format(t, "PCMU", 20*time.Millisecond)
	f.NoiseSendPT = staticNoise
	must(t, w.from.Renegotiate(f))
	w.from.send.format = w.from.outgoing.Load()
	w.microphone.pauses = true
	for range 100 {
		w.step()
	}
	if n := testing.AllocsPerRun(runs, w.step); n != 0 {
		t.Errorf("%v allocations in 20 ms", n)
	}
	if s := w.to.Stats(); s.ReceivedClear.Packets < runs/2 || s.ReceivedClear.Packets > runs*9/10 || s.Refused.String() != "" {
		t.Errorf("half of the time nothing is said, and %d of %d packets came, refused %q", s.ReceivedClear.Packets, w.n, s.Refused)
	}
}

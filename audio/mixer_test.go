package audio

import (
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/measure"
)

// heardBy is what a device played.
type heardBy struct {
	Device
	mu  sync.Mutex
	pcm []int16
}

func (h *heardBy) WriteFrame(pcm []int16) error {
	h.mu.Lock()
	h.pcm = append(h.pcm, pcm...)
	h.mu.Unlock()
	return h.Device.WriteFrame(pcm)
}

func (h *heardBy) lastSecond() []int16 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]int16(nil), h.pcm[max(0, len(h.pcm)-8000):]...)
}

// party is a call in a conference: it says a tone in frames of its own length
// and keeps what it hears.
type party struct {
	port  Device
	hz    float64
	mu    sync.Mutex
	heard []int16
	tasks sync.WaitGroup
}

func newParty(port Device, hz float64, frame int) *party {
	p := &party{port: port, hz: hz}
	p.tasks.Go(func() {
		for n := 0; ; {
			pcm := make([]int16, frame)
			for i := range pcm {
				pcm[i] = int16(5000 * math.Sin(2*math.Pi*hz*float64(n)/8000))
				n++
			}
			if p.port.WriteFrame(pcm) != nil {
				return
			}
		}
	})
	p.tasks.Go(func() {
		pcm := make([]int16, frame)
		for p.port.ReadFrame(pcm) == nil {
			p.mu.Lock()
			p.heard = append(p.heard, pcm...)
			p.mu.Unlock()
		}
	})
	return p
}

func (p *party) lastSecond() []int16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]int16(nil), p.heard[max(0, len(p.heard)-8000):]...)
}

func (p *party) leave() {
	p.port.Close()
	p.tasks.Wait()
}

// checkHears: these tones at the level at which they were said, those not at all.
func checkHears(t *testing.T, who string, pcm []int16, said, not []float64) {
	t.Helper()
	if len(pcm) < 8000 {
		t.Fatalf("%s heard %d samples", who, len(pcm))
	}
	for _, hz := range said {
		if got := measure.LevelAt(pcm, 8000, hz); math.Abs(got-measure.LevelAt(sine(hz), 8000, hz)) > 0.3 {
			t.Errorf("%s hears %v Hz at %.1f dBm0", who, hz, got)
		}
	}
	for _, hz := range not {
		if got := measure.LevelAt(pcm, 8000, hz); got > -50 {
			t.Errorf("%s hears %v Hz at %.1f dBm0 and should not", who, hz, got)
		}
	}
}

func sine(hz float64) []int16 {
	pcm := make([]int16, 8000)
	for i := range pcm {
		pcm[i] = int16(5000 * math.Sin(2*math.Pi*hz*float64(i)/8000))
	}
	return pcm
}

// Each party hears the other two and not itself, whatever its packet time; who
// leaves is not heard any more, and the others go on.
func TestConferenceOfThree(t *testing.T) {
	for _, frames := range [][2]int{{160, 160}, {240, 80}, {160, 480}, {1280, 160}} {
		synctest.Test(t, func(t *testing.T) {
			here := &heardBy{Device: NewToneSource(8000, 300, -13.12)} // the level of the parties
			m := NewMixer(here)
			var running sync.WaitGroup
			running.Go(m.Run)
			a, b := newParty(m.Join(), 620, frames[0]), newParty(m.Join(), 1010, frames[1])
			time.Sleep(3 * time.Second)
			checkHears(t, "the first party", a.lastSecond(), []float64{300, 1010}, []float64{620})
			checkHears(t, "the second party", b.lastSecond(), []float64{300, 620}, []float64{1010})
			checkHears(t, "the device", here.lastSecond(), []float64{620, 1010}, []float64{300})
			a.leave()
			time.Sleep(2 * time.Second)
			checkHears(t, "who stayed", b.lastSecond(), []float64{300}, []float64{620, 1010})
			checkHears(t, "the device", here.lastSecond(), []float64{1010}, []float64{300, 620})
			m.Close()
			running.Wait()
			b.tasks.Wait()
		})
	}
}

// A tone is for the real device alone: a party would take it for the speaker's.
func TestConferenceToneIsLocal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here := &heardBy{Device: NewSilence(8000)}
		m := NewMixer(here)
		var running sync.WaitGroup
		running.Go(m.Run)
		a := newParty(m.Join(), 620, frame20)
		m.PlayTone(NewTone(mustParse(t, "350@-10;*(*/0/1)"), 8000))
		time.Sleep(2 * time.Second)
		if got := measure.LevelAt(here.lastSecond(), 8000, 350); got < -10.3 {
			t.Errorf("the tone has %.1f dBm0", got)
		}
		checkHears(t, "the party", a.lastSecond(), nil, []float64{350})
		m.Close()
		running.Wait()
		a.tasks.Wait()
		if err := a.port.ReadFrame(make([]int16, frame20)); !errors.Is(err, ErrClosed) {
			t.Errorf("a port after the end: %v", err)
		}
	})
}

// Two loud voices saturate where they are heard together, and nowhere else: the
// sum is not cut before a party's own voice is taken out of it.
func TestConferenceSaturatesLast(t *testing.T) {
	m := NewMixer(NewSilence(8000))
	a, b := m.Join().(*mixerPort), m.Join().(*mixerPort)
	loud := make([]int16, m.quantum)
	for i := range loud {
		loud[i] = 30000
	}
	a.voice.put(loud, 1000)
	b.voice.put(loud, 1000)
	m.mix()
	got := make([]int16, m.quantum)
	if a.ear.take(got); got[0] != 30000 {
		t.Errorf("a party hears %d, want 30000", got[0])
	}
	if m.speaker.take(got); got[0] != 32767 {
		t.Errorf("the device plays %d, want 32767", got[0])
	}
}

// A call that stops for a second hears the present when it goes on, and the
// others hear silence in its place.
func TestConferenceDropsOldSound(t *testing.T) {
	m := NewMixer(NewSilence(8000))
	p := m.Join().(*mixerPort)
	p.frame.Store(frame20)
	for n := range 100 {
		for i := range m.microphone {
			m.microphone[i] = int16(n)
		}
		m.mix()
	}
	if got := p.ear.level(); got > frame20+2*m.quantum {
		t.Errorf("%d samples wait", got)
	}
	pcm := make([]int16, frame20)
	if p.ear.take(pcm); pcm[0] < 96 {
		t.Errorf("the oldest sample is of quantum %d of 100", pcm[0])
	}
}

func TestMixingDoesNotAllocate(t *testing.T) {
	m := NewMixer(NewSilence(8000))
	p, q := m.Join().(*mixerPort), m.Join().(*mixerPort)
	said, heard := make([]int16, m.quantum), make([]int16, m.quantum)
	if n := testing.AllocsPerRun(100, func() {
		p.voice.put(said, 1000)
		q.voice.put(said, 1000)
		m.mix()
		p.ear.take(heard)
		m.speaker.take(heard)
		if p.voice.await(func(level int) bool { return level < m.quantum }, p.closed, m.stop) != nil {
			t.Error("closed")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

package ua

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"star18/audio"
)

// Desk is the one place to speak from, of a line or of several (Config.Desk): the
// sound device and the calls that have it. One call has it directly, several of a
// conference through a mixer; every other call speaks and hears silence.
//
//	call 1 ─ Switch ──────────────────────▶ device       one call
//	call 1 ─ Switch ─ port ┐
//	call 2 ─ Switch ─ port ┴ mixer ─ Switch ▶ device     a conference
//	call 3 ─ Switch ─ silence                            on hold
//
// The device is opened for the first call and closed after the last.
type Desk struct {
	chime      chime
	conference conferences
	wg         sync.WaitGroup // the device and the tones

	mu     sync.Mutex // never held across I/O
	from   *Line      // whose device it is: the first one's
	lines  int
	calls  []*Call // of all lines, in the order in which they began
	number int     // of the last call
	seat   *seat
	active []*media // who has the sound
	room   *room    // of a conference
}

// NewDesk is for lines that one person uses: their calls share the device that the
// first of them opens, put each other on hold, wait for each other, and are
// numbered together.
func NewDesk() *Desk {
	d := &Desk{}
	d.chime.desk = d
	return d
}

// admit takes a line, before it can have calls.
func (d *Desk) admit(l *Line) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.from == nil {
		d.from = l
	}
	d.lines++
}

// dismiss ends what a line without calls still plays; the last line waits for the
// device.
func (d *Desk) dismiss() {
	d.chime.silence()
	d.mu.Lock()
	d.lines--
	last := d.lines == 0
	d.mu.Unlock()
	if last {
		d.wg.Wait()
	}
}

// name gives a call the next number, and enter makes it one that others find.
func (d *Desk) name(c *Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.number++
	c.number, c.id = d.number, fmt.Sprintf("c%d", d.number)
}

func (d *Desk) enter(c *Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, c)
	slices.SortFunc(d.calls, func(a, b *Call) int { return cmp.Compare(a.number, b.number) })
}

func (d *Desk) forget(c *Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = slices.DeleteFunc(d.calls, func(o *Call) bool { return o == c })
}

// all are the calls of all lines.
func (d *Desk) all() []*Call {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.calls)
}

// Calls are the calls of all lines in the order in which they began; it never waits.
func (d *Desk) Calls() []CallInfo {
	var out []CallInfo
	for _, c := range d.all() {
		out = append(out, c.Info())
	}
	return out
}

// Call finds a call of any line by its id; nil if it has ended.
func (d *Desk) Call(id string) *Call {
	for _, c := range d.all() {
		if c.id == id {
			return c
		}
	}
	return nil
}

// several: there is more than one call.
func (d *Desk) several() bool { return len(d.all()) > 1 }

// leave takes a call's sound away for good.
func (d *Desk) leave(m *media) {
	d.release(m)
	d.mu.Lock()
	defer d.mu.Unlock()
	m.device.Close()
	m.gone = true
	d.rise(m.seat)
}

// take gives the sound to this call alone and returns who had it before; false
// if the call has it already, alone or in a conference.
func (d *Desk) take(m *media) (taken bool, before []*media) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m.gone || slices.Contains(d.active, m) {
		return false, nil
	}
	before = d.active
	d.give(m)
	return true, before
}

// release takes the sound from a call; the others of a conference keep it.
func (d *Desk) release(m *media) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.give(slices.DeleteFunc(slices.Clone(d.active), func(o *media) bool { return o == m })...)
}

// join gives the sound to all of these; false if one has left for good.
func (d *Desk) join(all []*media) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range all {
		if m.gone {
			return false
		}
	}
	d.give(all...)
	return true
}

// give lets exactly these calls have the sound. The lock is held.
func (d *Desk) give(to ...*media) {
	for _, m := range d.active {
		if !slices.Contains(to, m) {
			m.device.Set(nil)
			d.room.remove(m)
		}
	}
	d.active = to
	if len(to) > 0 {
		d.chime.silence()
	}
	if len(to) < 2 {
		for _, m := range to {
			m.device.Set(m.seat.sound())
		}
		d.room.close()
		d.room = nil
		return
	}
	if d.room == nil {
		d.room = d.open(to[0].seat)
	}
	for _, m := range to {
		d.room.add(m)
	}
}

// has: this call has the sound, alone or with others.
func (d *Desk) has(m *media) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Contains(d.active, m)
}

// speakers are the calls that have the sound.
func (d *Desk) speakers() []*media {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.active)
}

// members are the calls of the conference; nil without one.
func (d *Desk) members() []*media {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.room == nil {
		return nil
	}
	return slices.Clone(d.active)
}

// playTone plays a tone to the user, and in a conference to nobody else; nil ends
// the one that plays.
func (d *Desk) playTone(m *media, t *audio.Tone) {
	d.mu.Lock()
	room := d.room
	member := room != nil && room.ports[m] != nil
	d.mu.Unlock()
	if member {
		room.mixer.PlayTone(t)
		return
	}
	m.stream.PlayTone(t)
}

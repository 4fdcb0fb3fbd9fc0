package ua

import "star18/audio"

// room is a conference's mixer, and the port of each member.
type room struct {
	mixer *audio.Mixer
	ports map[*media]audio.Device
}

// open begins a conference at this device.
func (d *Desk) open(s *seat) *room {
	own := audio.NewSwitch(s.rate)
	own.Set(s.sound())
	mixer := audio.NewMixer(own)
	d.wg.Go(mixer.Run)
	return &room{mixer: mixer, ports: map[*media]audio.Device{}}
}

func (r *room) add(m *media) {
	if r.ports[m] == nil {
		r.ports[m] = r.mixer.Join()
		m.device.Set(r.ports[m])
	}
}

func (r *room) remove(m *media) {
	if r != nil && r.ports[m] != nil {
		r.ports[m].Close()
		delete(r.ports, m)
	}
}

func (r *room) close() {
	if r != nil {
		r.mixer.Close()
	}
}

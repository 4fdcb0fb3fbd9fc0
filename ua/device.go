package ua

import (
	"errors"
	"time"

	"star18/audio"
)

// deviceLimit is how long an answer waits for the sound device. It opens while
// the phone rings; one that has not opened by then is left behind, and the call
// goes on with silence.
const deviceLimit = time.Second

var errSlowDevice = errors.New("the sound device did not open in time")

// open begins to open the sound device, and to ask where the socket is seen; both
// may take their time.
func (m *media) open() {
	if m.seat != nil {
		return
	}
	m.mapping = m.line.findMapping(m.conn)
	m.device = audio.NewSwitch(m.line.rate)
	m.booth = audio.NewBooth(m.device)
	if count := m.line.desk.from.cfg.DeviceCounts; count != nil {
		m.cardBefore = count()
	}
	m.seat = m.line.desk.sit(m.line.rate)
	s := m.seat
	m.line.wg.Go(func() {
		select {
		case <-s.ready:
			m.call.post(func() { m.deviceOpened(s.err) })
		case <-m.call.done:
		}
	})
	m.call.after(deviceLimit, func() { m.deviceOpened(errSlowDevice) })
}

// deviceOpened runs what waits for the device. One that is missing or slow is
// told once.
func (m *media) deviceOpened(err error) {
	if m.opened {
		return
	}
	m.opened = true
	if err != nil {
		m.call.emit(DeviceFault{State: audio.DeviceLost, Fault: err.Error(), Using: "silence"})
	}
	waiting := m.waiting
	m.waiting = nil
	for _, fn := range waiting {
		fn()
	}
}

// whenOpen runs fn once the device is open or given up.
func (m *media) whenOpen(fn func()) {
	if m.opened {
		fn()
		return
	}
	m.waiting = append(m.waiting, fn)
}

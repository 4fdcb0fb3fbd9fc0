package ua

import (
	"errors"
	"fmt"
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
	if m.opening {
		return
	}
	m.opening = true
	m.mapping = m.line.findMapping(m.conn)
	codec, _ := audio.NewCodec(m.line.cfg.Codecs[0])
	rate := codec.Rate()
	m.line.wg.Go(func() { m.keepDevice(rate) })
	m.call.after(deviceLimit, func() { m.deviceOpened(nil, errSlowDevice, rate) })
}

// keepDevice opens the device and closes it when the call has ended. A driver
// that never returns keeps its goroutine, but not the line.
func (m *media) keepDevice(rate int) {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		dev, err := m.line.cfg.OpenDevice(rate)
		m.call.post(func() { m.deviceOpened(dev, err, rate) })
		// A call that has ended takes no posts: its device is closed here.
		<-m.call.done
		if dev != nil {
			dev.Close()
		}
	}()
	<-m.call.done
	select {
	case <-gone:
	case <-time.After(deviceLimit):
		m.line.log.Warn("the sound device is stuck", "call", m.call.id)
	}
}

func (m *media) deviceOpened(dev audio.Device, err error, rate int) {
	if m.opened {
		return
	}
	m.opened = true
	if err != nil || dev == nil {
		m.call.emit(DeviceFault{Fault: fmt.Sprint(err), Using: "silence"})
		dev = audio.NewSilence(rate)
	}
	m.device = dev
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

package ua

// Muted: the microphone of a call is off; Unmuted: it is on again.
type (
	Muted   struct{}
	Unmuted struct{}
)

// EventName implements Event.
func (Muted) EventName() string { return "muted" }

// EventName implements Event.
func (Unmuted) EventName() string { return "unmuted" }

// Mute sends silence in place of the microphone, or ends that. It holds through
// hold and resume; the other side is not told.
func (c *Call) Mute(on bool) {
	c.post(func() {
		if c.media.muted == on {
			return
		}
		c.media.muted = on
		c.media.mute()
		if on {
			c.emit(Muted{})
			return
		}
		c.emit(Unmuted{})
	})
}

// mute: whoever holds a call does not expect to be overheard. SDP's sendonly
// means that we may send music, not the microphone.
func (m *media) mute() {
	held := m.heldByUs()
	if m.booth != nil {
		m.booth.Mute(m.muted || held)
	}
	if m.stream != nil {
		m.stream.SetMute(held)
	}
}

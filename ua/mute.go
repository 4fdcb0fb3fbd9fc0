package ua

// Mute sends silence in place of the microphone, or ends that. It holds through
// hold and resume; the other side is not told.
func (c *Call) Mute(on bool) {
	c.post(func() {
		c.media.muted = on
		c.media.mute()
	})
}

// mute: whoever holds a call does not expect to be overheard. SDP's sendonly
// means that we may send music, not the microphone.
func (m *media) mute() {
	if m.stream != nil {
		m.stream.SetMute(m.muted || m.heldByUs())
	}
}

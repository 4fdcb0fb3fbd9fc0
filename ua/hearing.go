package ua

import (
	"time"

	"star18/audio/rtpstream"
)

// NoAudio: the call is up and nothing of the other side has arrived for Seconds.
// Told once, until AudioArrived. Rejected packets came meanwhile and could not be
// played: from a stranger, or without the call's keys.
type NoAudio struct {
	Seconds  int    `json:"seconds"`
	Ever     bool   `json:"ever"` // it was heard before, in this call
	Rejected uint64 `json:"rejected"`
}

// AudioArrived ends what NoAudio told; Seconds is how long it was.
type AudioArrived struct {
	Seconds int `json:"seconds"`
}

// EventName implements Event.
func (NoAudio) EventName() string      { return "no_audio" }
func (AudioArrived) EventName() string { return "audio_arrived" }

// Our own choices. A telephone sends its first packet within some hundredths of a
// second, and after five who hears nothing begins to say "hello?". One that was
// heard may have suppressed a silence without having said that it would.
const (
	deafLimit  = 5 * time.Second
	pauseLimit = 10 * time.Second
)

// hearing notices that nothing arrives. Owned by the call's goroutine.
type hearing struct {
	since   time.Time // of the last change, or when there could be a first packet
	packets uint64    // that had arrived then
	refused uint64
	told    bool
}

// second judges the counts of a stream; nil if there is nothing to tell.
func (h *hearing) second(now time.Time, s rtpstream.Stats) Event {
	packets := s.ReceivedClear.Packets + s.ReceivedProtected.Packets
	silence := int(now.Sub(h.since) / time.Second)
	switch {
	case packets != h.packets:
		told := h.told
		*h = hearing{since: now, packets: packets, refused: s.Rejected()}
		if told {
			return AudioArrived{silence}
		}
	case !h.told && now.Sub(h.since) >= h.limit():
		h.told = true
		return NoAudio{Seconds: silence, Ever: packets > 0, Rejected: s.Rejected() - h.refused}
	}
	return nil
}

func (h *hearing) limit() time.Duration {
	if h.packets > 0 {
		return pauseLimit
	}
	return deafLimit
}

// expectsAudio: packets should arrive now. Who holds, or suppresses silence, may
// send none.
func (c *Call) expectsAudio() bool {
	a := c.media.agreed
	paused := a.NoiseRecvPT != 0 && c.hearing.packets > 0
	return c.state == up && !c.onHold() && !paused
}

// onHold: by whomever, so that nothing is expected of the other side.
func (c *Call) onHold() bool {
	return !c.media.agreed.Direction.Receives() || c.heldByPeer || c.parked
}

// tellHearing is called each second while the call is up.
func (c *Call) tellHearing(s rtpstream.Stats) {
	if c.hearing.since.IsZero() {
		c.hearing.since = c.answeredAt
	}
	if !c.expectsAudio() {
		c.hearing.since = time.Now() // and patience begins anew
		return
	}
	if ev := c.hearing.second(time.Now(), s); ev != nil {
		c.emit(ev)
	}
}

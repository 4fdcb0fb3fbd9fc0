package rtpstream

import (
	"context"
	"errors"
	"slices"
)

// Reasons why ChangeSSRC refuses.
var (
	ErrSSRCUsed  = errors.New("ssrc was used in this call")
	ErrProtected = errors.New("stream is protected")
)

// ownSSRCs are the SSRCs that we send and have sent with. A value never
// changes; a change of SSRC publishes a new one.
type ownSSRCs struct {
	current uint32
	before  []uint32
}

func (o *ownSSRCs) owner(ssrc uint32) ownership {
	switch {
	case ssrc == o.current:
		return oursNow
	case slices.Contains(o.before, ssrc):
		return oursBefore
	}
	return notOurs
}

// ssrcChange asks the send goroutine for a new SSRC.
type ssrcChange struct {
	ssrc uint32
	done chan struct{} // closed after the first packet with it
}

// SSRC is the one that packets go out with.
func (s *Stream) SSRC() uint32 { return s.ssrc.Load() }

// RemoteSSRC is that of the last clear packet that was played, or of the last
// authentic one.
func (s *Stream) RemoteSSRC() (ssrc uint32, ok bool) {
	v := s.remoteSSRC.Load()
	return uint32(v), v>>32 != 0
}

// setRemoteSSRC keeps the number and the fact that there is one in one word.
func (s *Stream) setRemoteSSRC(ssrc uint32) { s.remoteSSRC.Store(1<<32 | uint64(ssrc)) }

// ChangeSSRC goes on sending under another SSRC, with the sequence continued,
// and returns after the first packet with it was written. A stream that does
// not send now (hold) has changed when it returns.
//
// A protected stream keeps its SSRC: sequence and rollover counter belong to
// it. An SSRC that either side has used is refused, since it would use a
// keystream twice.
func (s *Stream) ChangeSSRC(ctx context.Context, ssrc uint32) error {
	select {
	case s.changing <- struct{}{}: // one change at a time
		defer func() { <-s.changing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	change, err := s.requestSSRC(ssrc)
	if err != nil {
		return err
	}
	select {
	case <-change.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.sent: // the device is gone
		return ErrClosed
	case <-s.stop:
		return ErrClosed
	}
}

// requestSSRC publishes the change: first to the receive goroutine, which must
// know the SSRC as ours before a packet with it can come back.
func (s *Stream) requestSSRC(ssrc uint32) (*ssrcChange, error) {
	s.control.Lock()
	defer s.control.Unlock()
	own := s.own.Load()
	remote, heard := s.RemoteSSRC()
	switch {
	case s.sendKeys.Load() != nil:
		return nil, ErrProtected
	case own.owner(ssrc) != notOurs, heard && ssrc == remote:
		return nil, ErrSSRCUsed
	}
	before := append(slices.Clone(own.before), own.current)
	s.own.Store(&ownSSRCs{current: ssrc, before: before})
	change := &ssrcChange{ssrc: ssrc, done: make(chan struct{})}
	s.change.Store(change)
	return change, nil
}

package decrypt

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"star18/audio"
	"star18/audio/wav"
	"star18/cmd/internal/codecs"
	"star18/cmd/internal/explain/decode"
)

// rate of the recording, and the longest that it may become: times in a file
// are what a stranger wrote.
const (
	rate     = 8000
	longest  = 2 * time.Hour
	maxDrift = rate / 2 // by how much RTP time may differ from the clock

	longestPacket = 800 // ms: two bits a sample in a whole datagram
)

// ErrNoSound is the end of a recording without anything in it.
var ErrNoSound = errors.New("no stream that could be decoded")

// piece is decoded sound at its place.
type piece struct {
	at  int // samples from the start
	pcm []int16
}

// WriteWAV writes what both sides said, the caller on the left. Streams in a
// codec that is not known here are left out; their names are returned.
func (o *Opened) WriteWAV(path string) (left []string, err error) {
	var sound [2][]piece
	for _, s := range o.Streams {
		pieces, err := s.decode(o.start)
		if err != nil {
			left = append(left, fmt.Sprintf("%s's stream: %v", s.Side, err))
			continue
		}
		side := 0
		if s.Side == decode.Callee {
			side = 1
		}
		sound[side] = append(sound[side], pieces...)
	}
	if len(sound[0])+len(sound[1]) == 0 {
		return left, ErrNoSound
	}
	w, err := wav.Create(path, rate, 2)
	if err != nil {
		return left, err
	}
	return left, errors.Join(write(w, sound), w.Close())
}

// decode places packets by their RTP time, and by the clock where that makes
// no sense: after a new start of the sender, or in a file made up.
func (s *Stream) decode(start time.Time) ([]piece, error) {
	name := s.Codec
	if s.Clock > 0 {
		name += "/" + strconv.Itoa(s.Clock)
	}
	codec, err := codecs.New(name)
	if err != nil {
		return nil, err
	}
	down, err := audio.NewResampler(codec.Rate(), rate)
	if err != nil {
		return nil, err
	}
	down.Prime()
	sound := make([]int16, longestPacket*codec.Rate()/1000)
	var out []piece
	base, first := 0, uint32(0)
	for i, p := range s.packets {
		clock := int(min(max(p.At.Sub(start), 0), longest) * rate / time.Second)
		at := base + int(int64(int32(p.Timestamp()-first))*rate/int64(codec.ClockRate()))
		if i == 0 || at < clock-maxDrift || at > clock+maxDrift {
			base, first, at = clock, p.Timestamp(), clock
		}
		n, err := codec.Decode(sound, p.payload)
		if err == nil && at >= 0 {
			pcm := make([]int16, n*rate/codec.Rate())
			n, _ = down.Process(pcm, sound[:n])
			out = append(out, piece{at, pcm[:n]})
		}
	}
	return out, nil
}

// block is how much is written at a time.
const block = rate

// write lays the pieces over silence, second by second.
func write(w *wav.Writer, sound [2][]piece) error {
	end := 0
	for side := range sound {
		slices.SortStableFunc(sound[side], func(a, b piece) int { return a.at - b.at })
		for _, p := range sound[side] {
			end = max(end, p.at+len(p.pcm))
		}
	}
	var next [2]int
	both := make([]int16, 2*block)
	for from := 0; from < end; from += block {
		clear(both)
		for side := range sound {
			next[side] = lay(both, side, sound[side], next[side], from)
		}
		if err := w.Write(both[:2*min(block, end-from)]); err != nil {
			return err
		}
	}
	return nil
}

// lay puts what falls into this second into one channel. A piece that reaches
// into the next second is looked at again there.
func lay(both []int16, channel int, pieces []piece, next, from int) int {
	keep := -1
	for ; next < len(pieces) && pieces[next].at < from+block; next++ {
		p := pieces[next]
		for i, v := range p.pcm {
			if at := p.at + i - from; at >= 0 && at < block {
				both[2*at+channel] = v
			}
		}
		if p.at+len(p.pcm) > from+block && keep < 0 {
			keep = next
		}
	}
	if keep >= 0 {
		return keep
	}
	return next
}

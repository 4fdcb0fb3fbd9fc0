package securecall

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"math/bits"
	"slices"
	"time"
)

// Streams is what the owner of a call knows of its RTP streams when a message
// arrives.
type Streams struct {
	OwnSSRC   uint32
	PeerSSRC  uint32   // of the peer's running stream, if PeerKnown
	PeerKnown bool     // a packet of the peer has arrived
	Used      []uint32 // every other SSRC seen or sent in this call
}

// collides tells whether the peer would encrypt under our SSRC, which with one
// key for both directions means the same keystream twice. If its word matches
// no stream its byte order is a guess, so both readings count.
func (s Streams) collides(ssrcWord uint32, o Order, matched bool) bool {
	if s.PeerKnown && s.PeerSSRC == s.OwnSSRC {
		return true
	}
	return o.word(ssrcWord) == s.OwnSSRC || !matched && o.other().word(ssrcWord) == s.OwnSSRC
}

// freshSSRC draws one that nobody in this call has used or announced.
func (s Streams) freshSSRC(ssrcWord uint32, random io.Reader) (uint32, error) {
	taken := append([]uint32{0, s.OwnSSRC, s.PeerSSRC, ssrcWord, bits.ReverseBytes32(ssrcWord)}, s.Used...)
	var b [4]byte
	for range maxDraws {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, err
		}
		if v := binary.BigEndian.Uint32(b[:]); !slices.Contains(taken, v) {
			return v, nil
		}
	}
	return 0, errDraws
}

// orRealRandom and orRealClock are what a nil field of a Config means.
func orRealRandom(r io.Reader) io.Reader {
	if r == nil {
		return rand.Reader
	}
	return r
}

func orRealClock(now func() time.Time) func() time.Time {
	if now == nil {
		return time.Now
	}
	return now
}

package rtpstream

import (
	"errors"
	"fmt"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// sealer encrypts and authenticates the packets that we send. It is told the
// rollover counter and remembers no sequence: that belongs to the stream, which
// may change its transform and must never take an index twice.
type sealer interface {
	// seal returns packet as SRTP, in dst if that has room.
	seal(dst, packet []byte, ssrc, roc uint32) ([]byte, error)
}

// opener authenticates and decrypts what we receive. Positions and replay are
// kept in tracks, for the same reason.
type opener interface {
	// authentic checks the tag alone. It touches no state and allocates
	// nothing, whatever the packet is.
	authentic(packet []byte, roc uint32) bool
	// open returns the packet decrypted, in dst if that has room, unless its
	// tag is wrong. The SSRC has authenticated before, under any transform.
	open(dst, packet []byte, ssrc, roc uint32) ([]byte, error)
	// tagSize is what a packet has after its payload.
	tagSize() int
}

// replayWindow is the window of RFC 3711 section 3.3.2, at its least size.
const replayWindow = 64

var (
	errForged    = errors.New("srtp tag is wrong")
	errNoRTCPKey = errors.New("no srtcp key")
)

// library is the SRTP library with the session keys of one direction and one
// transform. Its own window and its own guess of the rollover counter are not
// used: they would settle on the number of a forged packet, since it has no
// check of a tag that leaves its state alone, and without a tag on any packet.
type library struct {
	ctx    *srtp.Context
	header rtp.Header // reused: the library parses into it
}

func newLibrary(k *Keys, r recipe) (library, error) {
	options := []srtp.ContextOption{srtp.SRTPNoReplayProtection()}
	if r.outer {
		options = append(options, srtp.SRTPAuthenticationTagLength(0))
	}
	ctx, err := srtp.CreateContext(k.Master[:], k.Salt[:], r.profile, options...)
	if err != nil {
		return library{}, fmt.Errorf("srtp context: %w", err)
	}
	return library{ctx: ctx}, nil
}

func (l *library) seal(dst, packet []byte, ssrc, roc uint32) ([]byte, error) {
	l.ctx.SetROC(ssrc, roc)
	return l.ctx.EncryptRTP(dst, packet, &l.header)
}

// open sets the rollover counter each time: a forged packet far ahead must not
// leave its own one behind.
func (l *library) open(dst, packet []byte, ssrc, roc uint32) ([]byte, error) {
	l.ctx.SetROC(ssrc, roc)
	return l.ctx.DecryptRTP(dst, packet, &l.header)
}

// inner is a transform whose tag the library makes and checks. Only authentic
// is ours.
type inner struct {
	library
	tagger
}

// outer is a transform whose tag is ours, around a packet that the library
// encrypts without one.
type outer struct {
	library
	tagger
}

func (o *outer) seal(dst, packet []byte, ssrc, roc uint32) ([]byte, error) {
	sealed, err := o.library.seal(dst, packet, ssrc, roc)
	if err != nil {
		return nil, err
	}
	return append(sealed, o.tag(sealed, roc)...), nil
}

func (o *outer) open(dst, packet []byte, ssrc, roc uint32) ([]byte, error) {
	if !o.authentic(packet, roc) {
		return nil, errForged
	}
	return o.library.open(dst, packet[:len(packet)-o.size], ssrc, roc)
}

// cipher is a transform in one direction.
type cipher interface {
	sealer
	opener
}

func newCipher(k *Keys, t Transform) (cipher, error) {
	r, err := t.recipe()
	if err != nil {
		return nil, err
	}
	l, err := newLibrary(k, r)
	if err != nil {
		return nil, err
	}
	if r.outer {
		return &outer{l, newTagger(k, r)}, nil
	}
	return &inner{l, newTagger(k, r)}, nil
}

package ua

import (
	"errors"
	"fmt"

	"star18/audio/rtpstream"
	"star18/securecall"
	"star18/ua/sdes"
	"star18/ua/sdp"
)

// The reasons for which keys in SDP do not come to an agreement, beside those of
// ua/sdes.
var (
	errPlainAnswer = errors.New("keys were offered, and the answer is plain RTP")
	errPlainOffer  = errors.New("a call with keys does not go back to plain RTP")
	errLateKeys    = errors.New("a call that began in plain RTP does not take keys in SDP")
)

// keying is what a stream with keys in SDP has beyond a plain one: the
// attributes that we offered, and the pair that was agreed. nil is plain RTP.
// It holds no state of the stream, so an agreement that fails costs nothing.
type keying struct {
	offered      []sdes.Attribute
	ours, theirs sdes.Attribute // each the key of what that end sends
}

// newKeying is for a call that we place: both suites, the longer tag first.
func newKeying() *keying { return &keying{offered: sdes.NewOffer(sdes.SHA1_80, sdes.SHA1_32)} }

func (k *keying) agreed() bool { return k != nil && k.ours.Tag != "" }

// offer is what our next offer carries. Once there is an agreement it is offered
// unchanged, which keeps the keys (RFC 4568 7.1.4).
func (k *keying) offer() []sdp.Crypto {
	if k == nil {
		return nil
	}
	if k.agreed() {
		k.offered = []sdes.Attribute{k.ours}
	}
	var out []sdp.Crypto
	for _, a := range k.offered {
		out = append(out, sdp.NewCrypto(a.Wire()))
	}
	return out
}

// match takes the answer to our offer.
func (k *keying) match(answer *sdp.Session) error {
	if k == nil {
		return nil
	}
	ours, theirs, err := sdes.Match(k.offered, values(answer.Crypto))
	if err == nil {
		k.ours, k.theirs = ours, theirs
	}
	return err
}

// take chooses from the peer's offer; k is left as it is. What has not changed
// keeps our key too. A peer with a new key may have begun anew altogether, so it
// gets a new one of ours.
func (k *keying) take(offer *sdp.Session) (*keying, error) {
	theirs, err := sdes.Choose(values(offer.Crypto))
	if err != nil {
		return nil, err
	}
	if k.agreed() {
		if theirs.Key.Equal(k.ours.Key) {
			return nil, sdes.ErrOwnKey
		}
		if theirs.Suite == k.theirs.Suite && theirs.Key.Equal(k.theirs.Key) {
			return &keying{ours: theirs.Answer(k.ours.Key), theirs: theirs}, nil
		}
	}
	return &keying{ours: theirs.Answer(sdes.NewKey()), theirs: theirs}, nil
}

// answer is what our answer carries.
func (k *keying) answer() []sdp.Crypto {
	if k == nil {
		return nil
	}
	return []sdp.Crypto{sdp.NewCrypto(k.ours.Wire())}
}

func values(list []sdp.Crypto) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.Value())
	}
	return out
}

// protection is what the stream runs on; nil begins in clear.
func (k *keying) protection() *rtpstream.Protection {
	if !k.agreed() {
		return nil
	}
	return &rtpstream.Protection{Send: attributeKeys(k.ours), Receive: attributeKeys(k.theirs)}
}

func attributeKeys(a sdes.Attribute) rtpstream.Keys {
	transform := rtpstream.HMACSHA1_80
	if a.Suite == sdes.SHA1_32 {
		transform = rtpstream.HMACSHA1_32
	}
	return rtpstream.Keys{Master: a.Key.Master(), Salt: a.Key.Salt(), Transforms: []rtpstream.Transform{transform}}
}

// keyingFor is what the peer's offer asks of the stream. A change of the
// description never leads back to clear.
func (m *media) keyingFor(offer *sdp.Session) (*keying, error) {
	switch {
	case offer.Profile.Keyed():
		return m.keying.take(offer)
	case m.keying != nil:
		return nil, errPlainOffer
	}
	return nil, nil
}

// rekey goes over to the keys of k, if they are others than before. A key that
// the call has given up is refused, and nothing has changed then.
func (m *media) rekey(k *keying) error {
	if k == nil || m.stream == nil {
		return nil
	}
	return m.stream.Rekey(*k.protection())
}

// goPlain gives up the keys that we offered and that the peer does not take.
func (m *media) goPlain() {
	plain := *m.offered
	plain.Profile, plain.Crypto = sdp.AVP, nil
	plain.Origin.Version++
	m.keying, m.offered, m.described = nil, &plain, &plain
}

// agreeInClear is agree for the answer of a whole call: one in clear to our keys
// is taken too, as long as nothing was protected yet. The stage says so.
func (m *media) agreeInClear(body []byte) error {
	err := m.agree(body)
	if !errors.Is(err, errPlainAnswer) || m.keying.agreed() || m.line.cfg.Secure.Require {
		return err
	}
	m.goPlain()
	return m.agree(body)
}

// mixed names the mistake of an answer whose kind is not that of our offer.
func (m *media) mixed(answer *sdp.Session, err error) error {
	switch {
	case m.keying != nil && answer.Profile.Plain():
		return errPlainAnswer
	case m.keying == nil && answer.Profile.Keyed():
		return fmt.Errorf("%w: %w", securecall.SDESPeer, err)
	}
	return err
}

package decrypt

import (
	"errors"
	"fmt"
	"time"

	"star18/audio/rtpstream"
	"star18/cmd/internal/explain/decode"
	"star18/securecall"
)

// Reasons why a call is not opened.
var (
	ErrNoFinal   = errors.New("there is no final to open in this call")
	ErrRemoved   = errors.New("a transcript does not hold what is sealed in a final; use a capture")
	ErrOtherKey  = errors.New("the final was not sealed to this key")
	ErrNotOpened = errors.New("the final does not open with this key")
)

// Key is a callee's certificate and private key.
type Key struct {
	MiniCertificate, PrivateKey string
	Zone                        securecall.Zone
}

// Opened is a call whose key is known.
type Opened struct {
	Final     *decode.Step
	Padding   securecall.Padding
	SaltBytes int
	Streams   []*Stream
	session   *session
	start     time.Time // of the first packet of either side
}

// Stream is what became of one stream.
type Stream struct {
	*decode.Stream
	Transform     rtpstream.Transform // that authenticated; empty if none did
	Clear         int
	Authenticated int
	Failed        int
	packets       []played
}

// Open tries each Final of the call, the last first: of two, the second is the
// one that was accepted.
func Open(c *decode.Call, k Key) (*Opened, error) {
	err := ErrNoFinal
	for i := len(c.Steps) - 1; i >= 0; i-- {
		s := c.Steps[i]
		if s.Final == nil {
			continue
		}
		if s.Final.Removed {
			return nil, ErrRemoved
		}
		var opened *Opened
		if opened, err = k.open(s); err == nil {
			opened.take(c.Streams)
			return opened, nil
		}
	}
	return nil, errors.Join(err, otherKey(c, k))
}

// otherKey adds whose key would have been the right one.
func otherKey(c *decode.Call, k Key) error {
	own, _, err := securecall.DecodeMiniCertificate(k.MiniCertificate)
	if err != nil {
		return nil
	}
	for _, s := range c.Steps {
		if s.Hello != nil && s.By == decode.Callee && s.Hello.Certificate != own {
			return fmt.Errorf("%w: the callee showed the certificate of %q, %s", ErrOtherKey, s.Hello.Certificate.Name(), s.Hello.Certificate.UserID())
		}
	}
	return nil
}

// open lets a callee's machine of our own read the Final. It wants a Hello
// first, and any that it trusts will do: whose Hello it was does not matter to
// the key.
func (k Key) open(final *decode.Step) (*Opened, error) {
	id, err := securecall.NewIdentity(k.MiniCertificate, k.PrivateKey, k.Zone, final.At)
	if err != nil {
		return nil, err
	}
	machine := securecall.NewCallee(securecall.CalleeConfig{
		Identity: id, Service: true, Wire: securecall.DefaultWire(),
		Replay: securecall.NewMemoryReplay(), Now: func() time.Time { return final.At },
	})
	hello := securecall.Hello{SSRC: 1, Certificate: id.Certificate()}.Bytes()
	machine.Receive("", securecall.EncodeBody(hello), securecall.Streams{OwnSSRC: 2})
	answer := machine.Receive("", securecall.EncodeBody(final.Final.Message), securecall.Streams{OwnSSRC: 2})
	if answer.Keys == nil {
		return nil, ErrNotOpened
	}
	session, err := newSession(*answer.Keys)
	if err != nil {
		return nil, err
	}
	seen := machine.Observed()
	last := seen[len(seen)-1]
	return &Opened{Final: final, Padding: last.Padding, SaltBytes: last.SaltBytes, session: session}, nil
}

func (o *Opened) take(streams []*decode.Stream) {
	for _, s := range streams {
		if first := s.Packets[0].At; o.start.IsZero() || first.Before(o.start) {
			o.start = first
		}
		o.Streams = append(o.Streams, o.session.stream(s))
	}
}

package ua

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"star18/ua/digest"
	"star18/ua/sdp"
)

// codecWish refuses a codec that was asked for and cannot be offered: a call that
// silently sounds otherwise than was dialled is worse than none.
func (l *Line) codecWish(t Target) error {
	for _, name := range []string{t.PreferCodec, t.OnlyCodec} {
		if name == "" {
			continue
		}
		if _, ok := l.spoken(name); !ok {
			return fmt.Errorf("%w: %s, beside %s", ErrNoCodec, name, strings.Join(l.cfg.Codecs, ", "))
		}
	}
	return nil
}

// spoken is what an offer says of a codec that a call asks for: one of the line's,
// or another whose sound the line's device has the rate for.
func (l *Line) spoken(name string) (sdp.Codec, bool) {
	if at := slices.IndexFunc(l.formats, named(name)); at >= 0 {
		return l.formats[at], true
	}
	codec, err := l.cfg.NewCodec(name)
	if err != nil || codec.Rate() > l.rate {
		return sdp.Codec{}, false
	}
	return formatOf(codec), true
}

func named(name string) func(sdp.Codec) bool {
	return func(c sdp.Codec) bool { return strings.EqualFold(c.Name, name) }
}

// wished brings what the line offers into the order that this call asks for. Of
// what is no codec, telephone events, a lone codec keeps those of its clock.
func (c *Call) wished(offered []sdp.Codec) []sdp.Codec {
	name := cmp.Or(c.target.OnlyCodec, c.target.PreferCodec)
	if name == "" {
		return offered
	}
	first, ok := c.line.spoken(name)
	if !ok {
		return offered // was refused before the call
	}
	rest := slices.DeleteFunc(offered, func(o sdp.Codec) bool {
		if c.target.OnlyCodec == "" {
			return named(name)(o)
		}
		return !named(sdp.TelephoneEvent)(o) || o.ClockRate != first.ClockRate
	})
	return append([]sdp.Codec{first}, rest...)
}

// credentials answer the challenges to a call's requests.
func (c *Call) credentials() digest.Credentials {
	if c.target.Credentials.User != "" {
		return c.target.Credentials
	}
	return c.line.credentials()
}

func (l *Line) credentials() digest.Credentials {
	return digest.Credentials{User: l.cfg.AuthUser, Password: l.cfg.Password}
}

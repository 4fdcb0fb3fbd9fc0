package ua

import (
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
		if name != "" && !slices.ContainsFunc(l.cfg.Codecs, func(c string) bool { return strings.EqualFold(c, name) }) {
			return fmt.Errorf("%w: %s, of %s", ErrNoCodec, name, strings.Join(l.cfg.Codecs, ", "))
		}
	}
	return nil
}

// codecs brings what a line offers into the order that this call asks for. What
// is no codec, telephone events and the like, stays where it is.
func (t Target) codecs(offered []sdp.Codec) []sdp.Codec {
	is := func(name string) func(sdp.Codec) bool {
		return func(c sdp.Codec) bool { return strings.EqualFold(c.Name, name) }
	}
	if t.OnlyCodec != "" {
		return slices.DeleteFunc(offered, func(c sdp.Codec) bool {
			return !is(t.OnlyCodec)(c) && !is(sdp.TelephoneEvent)(c)
		})
	}
	if at := slices.IndexFunc(offered, is(t.PreferCodec)); at > 0 && t.PreferCodec != "" {
		first := offered[at]
		return slices.Insert(slices.Delete(offered, at, at+1), 0, first)
	}
	return offered
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

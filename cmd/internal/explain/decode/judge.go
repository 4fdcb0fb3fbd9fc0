package decode

import (
	"bytes"
	"fmt"
	"time"

	"star18/securecall"
)

// judgeHello is the callee's part: what it thinks of a Caller Hello.
func (c *Call) judgeHello(s *Step) (Verdict, bool) {
	status := answered(s)
	switch {
	case s.Answer == nil:
		return c.silence(s, "hello"), true
	case s.Answer.Accepted():
		return Verdict{}, false
	case s.Fault != "":
		return clear(s.Fault, status, unreadable(s)), true
	case status == 415:
		return clear(securecall.ServiceOff, status, "415 means that the callee has no usable certificate and key, or that its secure call service is off"), true
	}
	if v, bad := c.certificate(s.Hello, Caller, status); bad {
		return v, true
	}
	return clear(securecall.PeerRefused, status, fmt.Sprintf("the hello was refused with %d %s, and nothing in it looks wrong from here", status, s.Answer.Phrase)), true
}

// unreadable says what a body is instead.
func unreadable(s *Step) string {
	why := fmt.Sprintf("the %s's message of %d characters is no base64", s.By, s.Chars)
	if s.Fault == securecall.BadLength {
		why = fmt.Sprintf("the %s's message has %d bytes; hellos have 264 or 392, finals 132 or 68", s.By, s.Bytes)
	}
	if s.Missing > 0 {
		why += fmt.Sprintf("; %d bytes of it were not captured", s.Missing)
	}
	return why
}

// certificate is what the other side has against a certificate, as far as it
// can be seen from here.
func (c *Call) certificate(h *Hello, of Side, status int) (Verdict, bool) {
	switch {
	case h == nil:
	case h.Signature == SignedByOther:
		return clear(securecall.BadSignature, status, fmt.Sprintf("the %s's certificate was not signed by the CA of %s", of, c.opt.CAName)), true
	case h.Expiry.IsZero():
		return clear(securecall.Expired, status, fmt.Sprintf("the expiry of the %s's certificate is no date", of)), true
	case h.Expired:
		return clear(securecall.Expired, status, fmt.Sprintf("the %s's certificate expired on %s", of, h.Expiry.UTC().Format(time.RFC3339))), true
	}
	return Verdict{}, false
}

// judgeAnswer is the caller's part: what it thinks of the answer to its hello.
func (c *Call) judgeAnswer(s *Step) (Verdict, bool) {
	switch {
	case s.Empty():
		return clear(securecall.EmptyAnswer, s.Status, "the hello was accepted without a certificate; such a side does not know secure calls of this kind"), true
	case s.Fault != "":
		return clear(s.Fault, s.Status, unreadable(s)), true
	case s.Hello == nil:
		return clear(securecall.BadLength, s.Status, "the answer to the hello is a final"), true
	}
	return Verdict{}, false
}

// unfinished: the callee answered well and the caller did not go on.
func (c *Call) unfinished(s *Step) Verdict {
	own := c.helloOf(Caller)
	if v, bad := c.certificate(s.Hello, Callee, s.Status); bad {
		return v
	}
	switch {
	case c.Number != "" && !s.Hello.Certificate.HasUserID(c.Number):
		return clear(securecall.UserIDMismatch, s.Status, fmt.Sprintf("the callee's certificate is for %q, the INVITE for %q", s.Hello.Certificate.UserID(), c.Number))
	case own != nil && (own.SSRC == s.Hello.SSRC || own.SSRC == swap(s.Hello.SSRC)):
		return clear(securecall.SSRCCollision, s.Status, fmt.Sprintf("both hellos name the SSRC 0x%08x", own.SSRC))
	case c.EndedBy != "" && c.Ended.Sub(s.At) < patience:
		return clear(securecall.CallEnded, 0, "the "+c.EndedBy.String()+" hung up before the final")
	case s.Hello.Signature == SignedUnknown || s.Hello.Signature == SignedByAttached:
		return clear(securecall.BadSignature, s.Status, "the caller did not go on after the callee's hello; most likely its CA is another one (give --ca to be sure)")
	}
	return clear(securecall.PeerSilent, 0, "the caller never sent its final, though nothing in the callee's hello looks wrong from here")
}

// judgeFinal is the callee's part again.
func (c *Call) judgeFinal(s *Step, before []*Call) (Verdict, bool) {
	status := answered(s)
	switch {
	case s.Answer.Accepted():
		return Verdict{}, false
	case s.Answer == nil && c.protectedBy(Callee):
		return Verdict{}, false // its 200 was lost; its SRTP says the same
	case s.Answer == nil:
		return c.silence(s, "final"), true
	case s.Final.TooLarge:
		return clear(securecall.BadKeyBlock, status, "a sealed block is not smaller than the callee's modulus"), true
	case seenBefore(s, before):
		return clear(securecall.Replayed, status, "the same final was sent in an earlier call of this file"), true
	}
	return clear(securecall.PeerRefused, status, fmt.Sprintf(
		"the final was refused with %d; a callee says so when it cannot open it (bad_key_block) or knew its key from an earlier call (replayed)", status)), true
}

func seenBefore(s *Step, before []*Call) bool {
	for _, c := range before {
		for _, old := range c.Steps {
			if old.Final != nil && !old.Final.Removed && bytes.Equal(old.Final.Message, s.Final.Message) {
				return true
			}
		}
	}
	return false
}

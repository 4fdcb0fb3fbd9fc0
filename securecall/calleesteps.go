package securecall

import "strconv"

// answerHello judges the caller's certificate and answers with our own. Of a
// call's different Hellos at most one is accepted: a caller has one attempt, so
// another Hello comes from somebody who would change who the call is with.
func (c *Callee) answerHello(contentType string, length int, h Hello, s Streams) Answer {
	id, now := c.cfg.Identity, c.cfg.Now()
	seen := h.observe(CallerHello, contentType, length, c.cfg.Wire.ByteOrder, s)
	c.observed = append(c.observed, seen)
	if c.hello != nil {
		return refusing(refuse(OutOfOrder, "another hello was accepted before"))
	}
	if c.cfg.Limiter.rests() {
		return refusing(unsupported(ServiceOff, "rate"))
	}
	if err := id.Check(now); err != nil {
		return refusing(unsupported(NoIdentity, err.Error()))
	}
	if r := id.verifyPeer(h.Certificate, now); r != nil {
		return refusing(r)
	}
	own, fresh := s.OwnSSRC, uint32(0)
	if s.collides(h.SSRC, seen.Order, seen.SSRCMatched) {
		var err error
		if fresh, err = s.freshSSRC(h.SSRC, c.cfg.Rand); err != nil {
			return refusing(refuse(LocalError, err.Error()))
		}
		own = fresh
	}
	peer := id.peer(h.Certificate, false)
	c.hello = &acceptedHello{peer, seen.Order}
	return Answer{
		Status: statusOK, Phrase: "OK", ContentType: c.cfg.Wire.ContentType,
		Body:    c.calleeHello(h, own, seen.Order),
		NewSSRC: fresh, Peer: &peer,
	}
}

// calleeHello answers in kind: our ID and SSRC in the caller's byte order, the
// caller's version word as it came.
func (c *Callee) calleeHello(h Hello, ssrc uint32, o Order) []byte {
	return EncodeBody(Hello{
		ID:          o.word(c.cfg.Wire.MessageIDs[1]),
		Version:     h.Version,
		SSRC:        o.word(ssrc),
		Certificate: c.cfg.Identity.certificate,
	}.Bytes())
}

// answerFinal opens the caller's key, if it may still try.
func (c *Callee) answerFinal(contentType string, length int, f Final) Answer {
	seen := ObservedMessage{Kind: CallerFinal, ContentType: contentType, Length: length, Form: f.Form()}
	defer func() { c.observed = append(c.observed, seen) }()
	if c.hello == nil {
		seen.Order = c.cfg.Wire.ByteOrder
		seen.ID = seen.Order.word(f.ID)
		return refusing(refuse(OutOfOrder, "final without an accepted hello"))
	}
	seen.Order = c.hello.order
	seen.ID = seen.Order.word(f.ID)
	if c.opened >= maxOpened {
		return refusing(refuse(OutOfOrder, strconv.Itoa(maxOpened)+" finals of this call were tried"))
	}
	found, err := c.cfg.Identity.open(f)
	if err != nil {
		return refusing(refuse(BadKeyBlock, err.Error()))
	}
	c.opened++
	if found.failed > 0 {
		c.cfg.Limiter.failed(found.failed)
		return refusing(refuse(BadKeyBlock, ""))
	}
	seen.Padding, seen.SaltBytes = found.last.form()
	return c.accept(found.keys)
}

// accept takes keys into use unless another call had them. That they are
// written down comes first: a crash after the 200 must not forget them.
func (c *Callee) accept(k Keys) Answer {
	if c.cfg.Replay == nil {
		return refusing(refuse(LocalError, "no replay list"))
	}
	fresh, err := c.cfg.Replay.Remember(replayDigest(k))
	if err != nil {
		return refusing(refuse(LocalError, "replay list: "+err.Error()))
	}
	if !fresh {
		return refusing(refuse(Replayed, ""))
	}
	c.done = true
	peer := c.hello.peer
	return Answer{Status: statusOK, Phrase: "OK", Peer: &peer, Keys: &k}
}

package ua

import (
	"errors"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sdp"
)

// readOffer reads the INVITE's description, looking for a stream with keys in SDP
// if it is to be keyed; a refusal says which peer it is that cannot be understood.
// tag is ours for an INVITE that has none of it yet: only in a call can the sound be
// taken away.
func (l *Line) readOffer(req *sip.Request, tag string, keyed bool) (*sdp.Session, *sip.Response) {
	if res := l.unknownBody(req, tag); res != nil {
		return nil, res
	}
	body, _ := description(req)
	if body == nil {
		return nil, nil
	}
	parse, inside := sdp.Parse, tag == ""
	if keyed {
		parse = sdp.ParseKeyed
	}
	offer, err := parse(body)
	if err == nil && inside && offer.Removed() {
		return offer, nil
	}
	if err == nil {
		err = l.tryOffer(offer, keyed)
	}
	if err == nil {
		return offer, nil
	}
	if !inside && onlyKeys(offer, err) {
		l.tellRefusedKeys(req)
	}
	l.log.Info("offer refused", "error", err)
	res := l.response(req, sip.StatusNotAcceptableHere, "Not Acceptable Here", tag)
	res.AppendHeader(sip.NewHeader("Warning", `304 star18 "`+quotable(l.refusedOffer(offer, err))+`"`))
	return nil, res
}

// unknownBody refuses a body that is no description and has to be understood (RFC 3261
// 8.2.3).
func (l *Line) unknownBody(req *sip.Request, tag string) *sip.Response {
	if _, understood := description(req); understood {
		return nil
	}
	res := l.response(req, sip.StatusUnsupportedMediaType, "Unsupported Media Type", tag)
	res.AppendHeader(sip.NewHeader("Accept", sdpType+", multipart/mixed"))
	return res
}

// refusedOffer says in words why an offer was refused; keys in SDP are another
// protocol and are called by their name.
func (l *Line) refusedOffer(offer *sdp.Session, err error) string {
	if onlyKeys(offer, err) {
		reason := l.cfg.Secure.whyNoKeys()
		return reason.String() + ": " + reason.Words()
	}
	if errors.Is(err, sdp.ErrProfile) && offer != nil && !offer.Profile.Plain() {
		return "media profile " + offer.Profile.String() + " not supported"
	}
	return err.Error()
}

package ua

import (
	"github.com/emiago/sipgo/sip"

	"star18/ua/callerid"
)

// own is how the line names itself.
func (l *Line) own() callerid.Own {
	return callerid.Own{Name: l.displayName(), User: l.cfg.User, Host: l.cfg.Domain}
}

// dialing tells what is about to be sent. The certificate of a secure call holds
// our name and number, so hiding them and *18 contradict each other: the user
// learns it before it rings.
func (c *Call) dialing() Dialing {
	t, s := c.target, c.line.cfg.Secure
	named := t.HideID && t.Secure && s.Service && s.Identity != nil && s.outgoing() == MethodXSipura
	return Dialing{Dialed: t.Dialed, Number: t.Number, Secure: t.Secure, Hidden: t.HideID, NamedBySecurity: named}
}

// SetHideID hides who calls on the calls that nobody here dials: those that a
// transfer of an incoming call makes us place. Others say it in their Target.
func (l *Line) SetHideID(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hideID = on
}

// hides: a call that follows from this one hides who calls.
func (c *Call) hides() bool {
	c.line.mu.Lock()
	defer c.line.mu.Unlock()
	return c.target.HideID || !c.outgoing && c.line.hideID
}

// fromHeader is who we say calls: the line, or nobody if the call hides it.
func (c *Call) fromHeader() *sip.FromHeader {
	own := c.line.own().From(c.target.HideID)
	from := &sip.FromHeader{
		DisplayName: own.Name,
		Address:     sip.Uri{Scheme: "sip", User: own.User, Host: own.Host},
		Params:      sip.NewParams(),
	}
	from.Params.Add("tag", c.key.localTag)
	return from
}

// hide tells the proxy, and asks it to tell nobody else.
func (c *Call) hide(req *sip.Request) {
	if !c.target.HideID {
		return
	}
	for _, f := range c.line.own().Hiding() {
		req.AppendHeader(sip.NewHeader(f.Name, f.Value))
	}
}

// contact is where the other side reaches this call. A call that hides who we
// are does not tell it there either (RFC 3323 4.1.1.3).
func (c *Call) contact() sip.Uri {
	uri := c.line.contact()
	if c.target.HideID {
		uri.User = "anonymous"
	}
	if c.sips() {
		uri.Scheme, uri.UriParams = "sips", nil
	}
	c.line.alongFlow(&uri)
	return uri
}

// sips: the call was made to a sips address; then every Contact in it is one
// too (RFC 3261 8.1.1.8, 12.1.1), which by itself means TLS.
func (c *Call) sips() bool {
	if c.outgoing {
		return c.out.uri.IsEncrypted()
	}
	return c.in.req != nil && c.in.req.Recipient.IsEncrypted()
}

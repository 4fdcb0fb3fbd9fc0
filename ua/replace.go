package ua

import (
	"github.com/emiago/sipgo/sip"

	"star18/ua/refer"
)

// replacing is the call that an INVITE names in Replaces (RFC 3891 3); nil
// without that header. The tags are what only the two ends of that call know: who
// has them speaks for one of them.
func (l *Line) replacing(req *sip.Request, tag string) (*Call, *sip.Response) {
	headers := req.GetHeaders("Replaces")
	if len(headers) == 0 {
		return nil, nil
	}
	if len(headers) > 1 {
		return nil, l.response(req, sip.StatusBadRequest, "Several Replaces", tag)
	}
	name, err := refer.ParseReplaces(headers[0].Value())
	if err != nil {
		return nil, l.response(req, sip.StatusBadRequest, "Bad Replaces", tag)
	}
	old := l.find(dialogKey{name.CallID, name.ToTag})
	status := sip.StatusCallTransactionDoesNotExists
	if old != nil {
		status = old.replaceable(name)
	}
	if status != 0 {
		return nil, l.response(req, status, replaceWords[status], tag)
	}
	return old, nil
}

var replaceWords = map[int]string{
	sip.StatusCallTransactionDoesNotExists: "Call/Transaction Does Not Exist",
	sip.StatusBusyHere:                     "Busy Here",
	sip.StatusGlobalDecline:                "Decline",
}

// replaceable is the refusal, or 0. Of early dialogs only our own may be
// replaced: nobody answers a ringing telephone for its user.
func (c *Call) replaceable(name refer.Replaces) (status int) {
	status = sip.StatusCallTransactionDoesNotExists
	_ = c.ask(func(then func(error)) {
		defer then(nil)
		early := c.out.early[name.FromTag]
		switch {
		case c.state == calling && c.dlg == nil && early != nil && c.out.giveUp == nil:
			status = 0
		case c.dlg == nil || c.dlg.RemoteTag() != name.FromTag:
		case c.state == leaving:
			status = sip.StatusGlobalDecline
		case c.state == up && name.EarlyOnly:
			status = sip.StatusBusyHere
		case c.state == up:
			status = 0
		}
	})
	return status
}

// arrive is the beginning of a call that was let in: it rings, or it takes the
// place of another.
func (c *Call) arrive() {
	if c.replaces != nil {
		c.takeOver()
		return
	}
	c.startRinging()
}

// takeOver answers an INVITE that replaces a call, which ends then. The new call
// has the sound if the old one had it, and nothing of its security.
func (c *Call) takeOver() {
	old := c.replaces
	before := old.Info()
	c.parked = before.State == up.String() && !before.Active && c.line.speaking() != nil
	c.emit(c.from)
	c.media.open()
	result := make(chan error, 1)
	c.accept(result)
	c.line.wg.Go(func() {
		select {
		case err := <-result:
			if err == nil {
				c.post(func() { c.tookOver(before) })
				old.post(func() { old.replacedBy(c) })
			}
		case <-c.done:
		}
	})
}

func (c *Call) tookOver(old CallInfo) {
	c.emit(Transfer{
		Role: TransferTo, Target: c.from.FromNumber, By: shown(referredBy(c.in.req)), Status: sip.StatusOK, Done: true,
		OldCall: old.ID, SecureLost: old.Secure != SecureNever,
	})
}

// replacedBy ends a call whose place another has taken.
func (c *Call) replacedBy(other *Call) {
	c.successor.Store(other)
	switch c.state {
	case calling:
		c.giveUp(Ended{By: Local, Cause: CauseTransferred})
	case up:
		c.leave(Ended{By: Local, Cause: CauseTransferred})
	}
}

package ua

import (
	"github.com/emiago/sipgo/sip"

	"star18/ua/infokey"
	"star18/ua/sipnet"
)

// OnRequest implements sipnet.Handler: a request inside a dialog goes to its
// call's goroutine, which takes them in the order of arrival; what is outside
// is answered here.
func (l *Line) OnRequest(req *sip.Request, tx *sipnet.ServerTx) {
	tag, inside := req.To().Params.Get("tag")
	var c *Call
	if inside {
		c = l.find(dialogKey{req.CallID().Value(), tag})
	}
	switch {
	case c != nil && c.deliver(req, tx):
	case tx != nil && l.cfg.RestrictSource && !l.fromProxy(req):
		l.log.Debug("request of a stranger left unanswered", "method", string(req.Method), "peer", req.Source())
		tx.Ignore()
	case !inside:
		l.outside(req, tx)
	case tx != nil && req.Method == sip.NOTIFY && l.onNotify(req, tx):
	case tx != nil && req.IsInvite():
		l.respond(tx, l.response(req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist", ""))
	case tx != nil:
		l.dismiss(tx, l.response(req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist", ""))
	}
}

// OnRepeated2xx implements sipnet.Handler.
func (l *Line) OnRepeated2xx(res *sip.Response) {
	key := dialogKey{res.CallID().Value(), fromTag(res)}
	if c := l.find(key); c != nil {
		c.post(func() { c.repeated2xx(res) })
		return
	}
	l.lateAnswer(key, res)
}

func (l *Line) outside(req *sip.Request, tx *sipnet.ServerTx) {
	if tx == nil {
		return // an ACK to nothing
	}
	if res := l.outlandish(req); res != nil {
		l.dismiss(tx, res)
		return
	}
	switch {
	case req.IsInvite():
		l.onInvite(req, tx)
	case req.Method == sip.OPTIONS:
		// RFC 3261 11.2 would say busy here if an INVITE were told so; but servers
		// that ask whether a line lives take anything but 200 for its end.
		res := l.response(req, sip.StatusOK, "OK", newTag())
		res.AppendHeader(sip.NewHeader("Accept", sdpType+", multipart/mixed"))
		l.dismiss(tx, res)
	case req.IsCancel(), req.Method == sip.BYE, req.Method == sip.INFO, req.Method == sip.PRACK, req.Method == sip.UPDATE:
		l.dismiss(tx, l.response(req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist", newTag()))
	case req.Method == sip.REFER: // a stranger does not make us call anybody
		l.dismiss(tx, l.response(req, sip.StatusForbidden, "Forbidden", newTag()))
	case req.Method == sip.NOTIFY && l.onNotify(req, tx):
	case req.Method == sip.NOTIFY:
		l.dismiss(tx, l.response(req, 489, "Bad Event", newTag())) // RFC 6665 4.2.2: nothing was subscribed to
	default:
		l.dismiss(tx, l.unknownMethod(req))
	}
}

// unknownMethod: 405 for a method of SIP that we do not take, 501 for one that
// nobody knows (RFC 3261 8.2.1, 21.5.2).
func (l *Line) unknownMethod(req *sip.Request) *sip.Response {
	switch req.Method {
	case sip.REGISTER, sip.SUBSCRIBE, sip.MESSAGE, sip.PUBLISH:
		return l.response(req, sip.StatusMethodNotAllowed, "Method Not Allowed", newTag())
	}
	return l.response(req, sip.StatusNotImplemented, "Not Implemented", newTag())
}

func (l *Line) respond(tx *sipnet.ServerTx, res *sip.Response) {
	if err := tx.Respond(res); err != nil {
		l.log.Warn("response not sent", "error", err)
	}
}

// dismiss answers a request that belongs to no call.
func (l *Line) dismiss(tx *sipnet.ServerTx, res *sip.Response) {
	if err := tx.Dismiss(res); err != nil {
		l.log.Warn("response not sent", "error", err)
	}
}

// inside takes a request of this call's dialog.
func (c *Call) inside(req *sip.Request, tx *sipnet.ServerTx) {
	if req.IsAck() {
		c.acked(req)
		return
	}
	d := c.dialogOf(req)
	if d == nil {
		c.answer(tx, req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		return
	}
	c.inTurn(asked{d, req, tx})
}

// admit takes a request whose turn it is.
func (c *Call) admit(a asked) {
	d, req, tx := a.dlg, a.req, a.tx
	if err := d.Admit(req); err != nil {
		c.answer(tx, req, sip.StatusInternalServerError, "CSeq Out Of Order")
		return
	}
	if res := c.line.unsupported(req, ""); res != nil {
		c.line.respond(tx, res)
		return
	}
	if c.state == calling || c.state == ringing {
		c.insideEarly(d, req, tx)
		return
	}
	switch req.Method {
	case sip.BYE:
		// The answer comes last: who has it may call again at once, and must
		// not find the line busy.
		c.readStat(req)
		c.hungUp()
		res := c.line.response(req, sip.StatusOK, "OK", "")
		c.stampStat(res)
		c.line.respond(tx, res)
	case sip.INFO:
		c.onInfo(req, tx)
	case sip.INVITE:
		c.reinvited(req, tx)
	case sip.UPDATE:
		c.updated(d, req, tx)
	case sip.PRACK:
		c.pracked(req, tx)
	case sip.REFER:
		c.onRefer(req, tx)
	case sip.NOTIFY:
		c.onNotify(req, tx)
	case sip.OPTIONS:
		c.answer(tx, req, sip.StatusOK, "OK")
	default:
		c.line.respond(tx, c.line.unknownMethod(req))
	}
}

func (c *Call) answer(tx *sipnet.ServerTx, req *sip.Request, status int, reason string) {
	c.line.respond(tx, c.line.response(req, status, reason, ""))
}

// onInfo gives an INFO to the second stage; what is not for it is ordinary SIP:
// keys and an empty keepalive are taken, anything else has no meaning here.
func (c *Call) onInfo(req *sip.Request, tx *sipnet.ServerTx) {
	if c.stage.info(req, tx) {
		return
	}
	switch t := contentType(req); {
	case infokey.Is(t):
		c.onKeyInfo(req, tx)
	case t == "", t == "application/media_control+xml":
		c.answer(tx, req, sip.StatusOK, "OK")
	default:
		c.answer(tx, req, sip.StatusUnsupportedMediaType, "Unsupported Media Type")
	}
}

var _ sipnet.Handler = (*Line)(nil)

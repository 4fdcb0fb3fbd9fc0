package ua

import (
	"strings"

	"github.com/emiago/sipgo/sip"

	"star18/ua/mwi"
	"star18/ua/sipnet"
)

// Messages: how many messages wait in the line's mailbox. It is told when that
// changes.
type Messages struct {
	Waiting bool `json:"waiting"`
	New     int  `json:"new"`
	Old     int  `json:"old"`
}

// EventName implements Event.
func (Messages) EventName() string { return "messages" }

// onNotify takes a NOTIFY outside of any call: one of our subscription, or one
// that our own server sends unasked, as many do. False if it is neither.
func (l *Line) onNotify(req *sip.Request, tx *sipnet.ServerTx) bool {
	l.mu.Lock()
	s := l.mailbox
	l.mu.Unlock()
	tag, inside := req.To().Params.Get("tag")
	subscribed := inside && s != nil && s.is(req.CallID().Value(), tag)
	unasked := !inside && l.fromProxy(req)
	event, _, _ := strings.Cut(headerText(req, "Event"), ";")
	if !l.cfg.Calls.Messages || !subscribed && !unasked || !strings.EqualFold(strings.TrimSpace(event), mwi.Event) {
		return false
	}
	if subscribed && !s.admit(req) {
		l.dismiss(tx, l.response(req, sip.StatusCallTransactionDoesNotExists, "Subscription Does Not Exist", ""))
		return true
	}
	if body := req.Body(); len(body) > 0 {
		if t := contentType(req); t != mwi.ContentType {
			res := l.response(req, sip.StatusUnsupportedMediaType, "Unsupported Media Type", newTag())
			res.AppendHeader(sip.NewHeader("Accept", mwi.ContentType))
			l.dismiss(tx, res)
			return true
		}
		if summary, err := mwi.Parse(body); err == nil {
			l.tellMessages(summary)
		}
	}
	l.dismiss(tx, l.response(req, sip.StatusOK, "OK", newTag()))
	if subscribed {
		s.noteState(headerText(req, "Subscription-State"))
	}
	return true
}

func (l *Line) tellMessages(s mwi.Summary) {
	now := Messages{Waiting: s.Waiting, New: s.New, Old: s.Old}
	l.mu.Lock()
	changed := l.messages == nil || *l.messages != now
	l.messages = &now
	l.mu.Unlock()
	if changed {
		l.emit(nil, now)
	}
}

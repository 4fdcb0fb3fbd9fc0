package lab

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Message is one datagram at the lab's socket. OnMessage gets them one at a time
// in the order in which they passed, also those that a fault loses; it must
// return soon and must not call the lab. Raw holds credentials and bodies as they
// were: what is shown of it is the caller's choice.
type Message struct {
	At       time.Time
	From, To netip.AddrPort
	Summary  string // "INVITE sip:bob@test.lo", "200 OK (INVITE)"
	Lost     bool   // dropped here: a fault, or not SIP
	Raw      []byte
}

func (l *Lab) observe(from, to netip.AddrPort, msg sip.Message, raw []byte, lost bool) {
	if l.cfg.OnMessage == nil {
		return
	}
	l.watching.Lock()
	defer l.watching.Unlock()
	if l.blind {
		return
	}
	l.cfg.OnMessage(Message{
		At:      l.cfg.Now(),
		From:    from,
		To:      to,
		Summary: summary(msg),
		Lost:    lost,
		Raw:     slices.Clone(raw),
	})
}

func summary(msg sip.Message) string {
	switch m := msg.(type) {
	case *sip.Request:
		return m.Method.String() + " " + m.Recipient.Addr()
	case *sip.Response:
		return fmt.Sprintf("%d %s (%s)", m.StatusCode, m.Reason, method(m))
	}
	return "not SIP"
}

// method is that of a request, or of the request that a response answers.
func method(msg sip.Message) sip.RequestMethod {
	if req, ok := msg.(*sip.Request); ok {
		return req.Method
	}
	if cseq := msg.CSeq(); cseq != nil {
		return cseq.MethodName
	}
	return ""
}

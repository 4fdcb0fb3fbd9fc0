package sipnet

import (
	"bytes"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// underWay are the INVITEs that are being answered, by the transaction's key. A
// sender that hears nothing may ask again by another way: by UDP where its stream
// broke (RFC 3261 18.1.1), from the other port that its router gave it. It is the
// same transaction still (17.2.3), for which sipgo answers where the first one came
// from: into the silence again.
type underWay struct {
	mu   sync.Mutex
	open map[string]*ServerTx
}

func (u *underWay) add(s *ServerTx) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.open == nil {
		u.open = map[string]*ServerTx{}
	}
	u.open[s.tx.Key()] = s
}

func (u *underWay) remove(s *ServerTx) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.open[s.tx.Key()] == s {
		delete(u.open, s.tx.Key())
	}
}

// elsewhere lets pass what has a transaction to itself. An INVITE that came by
// another way before gets what that one was answered last, which may be nothing yet.
func (u *underWay) elsewhere(from Hop, raw []byte) (pass, reply []byte) {
	if !bytes.HasPrefix(raw, []byte("INVITE ")) {
		return raw, nil
	}
	msg, err := sip.ParseMessage(raw)
	if err != nil {
		return raw, nil
	}
	key, err := sip.ServerTxKeyMake(msg)
	if err != nil {
		return raw, nil
	}
	u.mu.Lock()
	s := u.open[key]
	u.mu.Unlock()
	if s == nil || s.req.Source() == from.Addr.String() && transportOf(s.req) == from.Transport.carrier() {
		return raw, nil
	}
	return nil, s.latest()
}

package lab

import (
	"sync"

	"github.com/emiago/sipgo/sip"
)

// turn is a request being decided on. It may end twice: sipgo forgets a
// transaction a moment before onEnd hears of it, and a repetition in that moment
// is a request to sipgo and no news here.
type turn struct {
	once sync.Once
	over chan struct{}
}

// startTurn notes a request that is handed to sipgo, and returns what closes when
// onRequest is done with it; nil for one that sipgo has a transaction for already
// and will not pass on. The key is sipgo's own, so both agree which is which.
func (l *Lab) startTurn(req *sip.Request) <-chan struct{} {
	key, err := sip.ServerTxKeyMake(req)
	if err != nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.turns[key] != nil {
		return nil
	}
	t := &turn{over: make(chan struct{})}
	l.turns[key] = t
	return t.over
}

// endTurn lets the reader go on. The note stays as long as the transaction.
func (l *Lab) endTurn(req *sip.Request, tx *sip.ServerTx) {
	key, err := sip.ServerTxKeyMake(req)
	if err != nil {
		return
	}
	l.mu.Lock()
	t := l.turns[key]
	l.mu.Unlock()
	l.onEnd(tx, func() { delete(l.turns, key) })
	if t != nil {
		t.once.Do(func() { close(t.over) })
	}
}

// onEnd cleans up, with l.mu held, when a transaction is over; at once if it is.
func (l *Lab) onEnd(tx *sip.ServerTx, clean func()) {
	locked := func(string, error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		clean()
	}
	if !tx.OnTerminate(locked) {
		locked("", nil)
	}
}

// Package trace keeps the last SIP messages of a run for a display: whole, but
// without what must stay secret (redact.go).
package trace

import (
	"slices"
	"strings"
	"sync"
	"time"

	"star18/cmd/internal/ladder"
	"star18/ua/sipnet"
)

// Message is one SIP message as it passed.
type Message struct {
	At      time.Time
	Account string // of the line; empty where there is but one
	Sent    bool
	Hop     sipnet.Hop // how, and between us and whom
	Label   string     // in a few words
	Text    string     // without secrets
}

// Our own choices: a call has about twenty messages, and none that a telephone
// sends is longer than a few kilobytes.
const (
	kept       = 500
	maxMessage = 16 << 10
)

// Ring keeps the newest messages. Its methods may be called from anywhere.
type Ring struct {
	mu   sync.Mutex
	list []Message
}

// Watch is what sees the messages of a line.
func (r *Ring) Watch(account string) sipnet.Watch {
	return func(hop sipnet.Hop, sent bool, raw []byte) { r.saw(account, hop, sent, raw) }
}

func (r *Ring) saw(account string, hop sipnet.Hop, sent bool, raw []byte) {
	label := ladder.Label(raw)
	if label == "" {
		label = "not SIP"
	}
	m := Message{At: time.Now(), Account: account, Sent: sent, Hop: hop, Label: label, Text: redact(raw[:min(len(raw), maxMessage)])}
	r.mu.Lock()
	defer r.mu.Unlock()
	at := len(r.list) // two sockets may be quicker than the lock
	for at > 0 && r.list[at-1].At.After(m.At) {
		at--
	}
	r.list = slices.Insert(r.list, at, m)
	if len(r.list) > kept {
		r.list = slices.Delete(r.list, r.least(), r.least()+1)
	}
}

// least is what can be missed best: the oldest OPTIONS, by which a line asks for
// its registrar again and again, else the oldest message.
func (r *Ring) least() int {
	return max(0, slices.IndexFunc(r.list, Message.IsKeepalive))
}

// IsKeepalive: it says nothing about a call.
func (m Message) IsKeepalive() bool {
	return m.Label == "OPTIONS" || m.Label == "OPTIONS, digest" || strings.HasSuffix(m.Label, "(OPTIONS)")
}

// Messages are those that are kept, oldest first.
func (r *Ring) Messages() []Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.list)
}

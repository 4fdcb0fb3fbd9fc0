package lab

import (
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// bindings are the registered contacts of each user, the latest last.
type bindings struct {
	now func() time.Time

	mu    sync.Mutex
	users map[string][]binding
}

type binding struct {
	contact sip.Uri
	source  netip.AddrPort // where the REGISTER came from
	until   time.Time
}

// same compares contacts as far as a lab needs it: user, host and port (RFC 3261
// 19.1.4 has more).
func (b binding) same(uri sip.Uri) bool { return b.contact.Addr() == uri.Addr() }

// change is what a REGISTER asks for one contact; 0 removes it.
type change struct {
	contact sip.Uri
	expires time.Duration
}

// apply carries out the changes together and returns what is bound then.
func (b *bindings) apply(user string, source netip.AddrPort, changes []change) []binding {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.live(user)
	for _, c := range changes {
		list = slices.DeleteFunc(list, func(old binding) bool { return old.same(c.contact) })
		if c.expires > 0 {
			list = append(list, binding{*c.contact.Clone(), source, b.now().Add(c.expires)})
		}
	}
	b.set(user, list)
	return slices.Clone(list)
}

// clear removes all contacts of a user: "Contact: *".
func (b *bindings) clear(user string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.set(user, nil)
}

func (b *bindings) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.users = nil
}

// latest is where calls for a user go.
func (b *bindings) latest(user string) (binding, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.live(user)
	if len(list) == 0 {
		return binding{}, false
	}
	return list[len(list)-1], true
}

func (b *bindings) live(user string) []binding {
	return slices.DeleteFunc(slices.Clone(b.users[user]), func(x binding) bool { return !b.now().Before(x.until) })
}

func (b *bindings) set(user string, list []binding) {
	if b.users == nil {
		b.users = make(map[string][]binding)
	}
	b.users[user] = list
}

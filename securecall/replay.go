package securecall

import (
	"crypto/sha256"
	"sync"
)

// ReplayList remembers the Finals that an identity accepted, for as long as the
// identity exists. Nothing fresh in the protocol comes from the callee, so a
// recorded call could otherwise be played to it again.
//
// Remember stores digest and tells whether it was new, as one step: of two
// calls with the same digest only one is fresh. It returns only when the digest
// is stored for good. After an error the Final is refused.
type ReplayList interface {
	Remember(digest [sha256.Size]byte) (fresh bool, err error)
}

// replayDigest is what is remembered of a key: enough to know it again, nothing
// to compute it from.
func replayDigest(k Keys) [sha256.Size]byte {
	b := append([]byte(replayLabel), k.Master[:]...)
	return sha256.Sum256(append(b, k.Salt[:]...))
}

// NewMemoryReplay returns a list that ends with the program: for tests and for
// the demo, whose identities do not outlive it either.
func NewMemoryReplay() ReplayList {
	return &memoryReplay{seen: map[[sha256.Size]byte]bool{}}
}

type memoryReplay struct {
	mu   sync.Mutex
	seen map[[sha256.Size]byte]bool
}

func (m *memoryReplay) Remember(digest [sha256.Size]byte) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fresh := !m.seen[digest]
	m.seen[digest] = true
	return fresh, nil
}

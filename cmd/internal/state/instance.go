package state

import (
	"crypto/rand"
	"fmt"
)

const instanceFile = "instance.json"

// Instance is the UUID of this telephone (RFC 5626 section 4.1): random, made once
// and kept, so that a registrar knows it again after a start.
func (s *Store) Instance() (string, error) {
	unlock, err := lock(s.Path("lock"))
	if err != nil {
		return "", fmt.Errorf("state: %w", err)
	}
	defer unlock()
	var id string
	if err := s.read(instanceFile, &id); err != nil || id != "" {
		return id, err
	}
	id = newUUID()
	return id, s.save(instanceFile, id)
}

// newUUID is one of version 4 (RFC 9562 section 5.4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // does not fail
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

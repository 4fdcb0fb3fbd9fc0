package stun

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"net/netip"
)

// Constants of RFC 5389 sections 6, 15 and 18.
const (
	headerSize = 20
	cookie     = 0x2112a442

	bindingRequest = 0x0001
	bindingSuccess = 0x0101
	bindingError   = 0x0111

	mappedAddress    = 0x0001
	errorCode        = 0x0009
	xorMappedAddress = 0x0020
	fingerprint      = 0x8028

	fingerprintXOR = 0x5354554e
	familyIPv4     = 1
	familyIPv6     = 2
)

// The comparable reasons.
var (
	// ErrNotOurs: the packet does not answer our request; it may be anything.
	ErrNotOurs = errors.New("not the answer to a STUN request")
	// ErrMalformed: it claims to, and cannot be read.
	ErrMalformed = errors.New("malformed STUN answer")
	// ErrRefused: the server said no.
	ErrRefused = errors.New("refused by the STUN server")
	// ErrNoAnswer: nothing came.
	ErrNoAnswer = errors.New("no answer from the STUN server")
)

// id is a transaction's name.
type id [12]byte

// request is a binding request.
func request(tx id) []byte {
	m := make([]byte, headerSize)
	binary.BigEndian.PutUint16(m, bindingRequest)
	binary.BigEndian.PutUint32(m[4:], cookie)
	copy(m[8:], tx[:])
	return m
}

// parse reads the answer to the request named tx.
func parse(m []byte, tx id) (netip.AddrPort, error) {
	if len(m) < headerSize || binary.BigEndian.Uint32(m[4:]) != cookie || id(m[8:headerSize]) != tx {
		return netip.AddrPort{}, ErrNotOurs
	}
	kind := binary.BigEndian.Uint16(m)
	if kind != bindingSuccess && kind != bindingError {
		return netip.AddrPort{}, ErrNotOurs
	}
	if n := int(binary.BigEndian.Uint16(m[2:])); n%4 != 0 || n != len(m)-headerSize {
		return netip.AddrPort{}, fmt.Errorf("%w: length %d of %d bytes", ErrMalformed, n, len(m))
	}
	a, err := readAttributes(m, tx)
	switch {
	case err != nil:
		return netip.AddrPort{}, err
	case kind == bindingError:
		return netip.AddrPort{}, fmt.Errorf("%w: %d", ErrRefused, a.code)
	case a.xored.IsValid():
		return a.xored, nil
	case a.plain.IsValid():
		return a.plain, nil
	}
	return netip.AddrPort{}, fmt.Errorf("%w: no address in it", ErrMalformed)
}

// attributes are those that matter. Others are passed over, even those that
// section 15 wants understood: without credentials none changes what the
// address means, and servers of RFC 3489 send several.
type attributes struct {
	xored, plain netip.AddrPort
	code         int
}

func readAttributes(m []byte, tx id) (a attributes, err error) {
	for at := headerSize; at < len(m); {
		if len(m)-at < 4 {
			return a, fmt.Errorf("%w: half an attribute", ErrMalformed)
		}
		kind, n := binary.BigEndian.Uint16(m[at:]), int(binary.BigEndian.Uint16(m[at+2:]))
		next := at + 4 + (n+3)&^3
		if next > len(m) {
			return a, fmt.Errorf("%w: attribute %#04x ends behind the message", ErrMalformed, kind)
		}
		value := m[at+4 : at+4+n]
		switch kind {
		case xorMappedAddress:
			a.xored, err = address(value, m[4:headerSize])
		case mappedAddress:
			a.plain, err = address(value, make([]byte, 16))
		case errorCode:
			if n >= 4 {
				a.code = int(value[2]&7)*100 + int(value[3])
			}
		case fingerprint:
			err = checkSum(m, at, value)
		}
		if err != nil {
			return a, err
		}
		at = next
	}
	return a, nil
}

// address reads family, port and address combined with mask: cookie and
// transaction id, or zeros.
func address(v, mask []byte) (netip.AddrPort, error) {
	if len(v) < 4 {
		return netip.AddrPort{}, fmt.Errorf("%w: an address of %d bytes", ErrMalformed, len(v))
	}
	want := map[byte]int{familyIPv4: 8, familyIPv6: 20}[v[1]]
	if len(v) != want {
		return netip.AddrPort{}, fmt.Errorf("%w: an address of family %d in %d bytes", ErrMalformed, v[1], len(v))
	}
	port := binary.BigEndian.Uint16(v[2:]) ^ binary.BigEndian.Uint16(mask)
	ip := make([]byte, len(v)-4)
	for i := range ip {
		ip[i] = v[4+i] ^ mask[i]
	}
	addr, _ := netip.AddrFromSlice(ip)
	if port == 0 || addr.Unmap().IsUnspecified() {
		return netip.AddrPort{}, fmt.Errorf("%w: the address is none", ErrMalformed)
	}
	return netip.AddrPortFrom(addr.Unmap(), port), nil
}

// checkSum checks FINGERPRINT, which covers what is before it and must be the
// last (section 15.5).
func checkSum(m []byte, at int, value []byte) error {
	if len(value) != 4 || at+8 != len(m) || binary.BigEndian.Uint32(value) != crc32.ChecksumIEEE(m[:at])^fingerprintXOR {
		return fmt.Errorf("%w: fingerprint", ErrMalformed)
	}
	return nil
}

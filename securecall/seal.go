package securecall

import (
	"io"
	"slices"

	"filippo.io/bigmod"
)

// material is what the caller draws once for a call. The salt is as long as
// secure.wire.salt_bytes says; SRTP uses its first 14 bytes.
type material struct{ master, salt secret }

// drawMaterial draws a key and a salt. Those whose first two bytes are both
// zero are drawn again: a receiver of an unpadded block takes such zeros for
// the space before a shorter field, and reads the wrong bytes.
func drawMaterial(saltBytes int, random io.Reader) (material, error) {
	master, err := drawField(masterKeyLen, random)
	if err != nil {
		return material{}, err
	}
	salt, err := drawField(saltBytes, random)
	return material{hide(master), hide(salt)}, err
}

func drawField(n int, random io.Reader) ([]byte, error) {
	b := make([]byte, n)
	for range maxDraws {
		if _, err := io.ReadFull(random, b); err != nil {
			return nil, err
		}
		if allZero(b[:saltFieldLen-masterSaltLen]) == 0 {
			return b, nil
		}
	}
	return nil, errDraws
}

func (m material) keys() Keys { return keysFrom(m.master(), m.salt()) }

// seal encrypts the material to a peer's modulus in the form asked for, split
// or joined.
func (m material) seal(form FinalForm, w Wire, id uint32, n *bigmod.Modulus, random io.Reader) (Final, error) {
	f := Final{ID: id}
	if form == Joined {
		err := sealBlock(&f.Key, slices.Concat(m.master(), m.salt()), w.Padding, n, random)
		return f, err
	}
	f.Salt = new([blockLen]byte)
	if err := sealBlock(f.Salt, m.salt(), w.Padding, n, random); err != nil {
		return f, err
	}
	err := sealBlock(&f.Key, m.master(), w.Padding, n, random)
	return f, err
}

func sealBlock(dst *[blockLen]byte, field []byte, p Padding, n *bigmod.Modulus, random io.Reader) error {
	em, err := p.pad(field, random)
	if err != nil {
		return err
	}
	sealed, err := encryptRaw(em, n)
	copy(dst[:], sealed)
	return err
}

// opened is what the callee found in a Final.
type opened struct {
	keys   Keys
	last   field // of which the padding and the salt's length are recorded
	failed int   // blocks that held no field; the rest means nothing unless 0
}

// open decrypts both blocks of a Final, also if the first is bad already, and
// judges them together: how long it takes tells nothing about which failed or
// why. The error is for a block that is not smaller than the modulus; no
// private key was used then.
func (id *Identity) open(f Final) (opened, error) {
	key, err := belowModulus(f.Key[:], id.modulus)
	if err != nil {
		return opened{}, err
	}
	if f.Salt == nil {
		return joinedField(id.private.decryptRaw(key, id.modulus)), nil
	}
	salt, err := belowModulus(f.Salt[:], id.modulus)
	if err != nil {
		return opened{}, err
	}
	return splitFields(id.private.decryptRaw(key, id.modulus), id.private.decryptRaw(salt, id.modulus)), nil
}

func joinedField(block []byte) opened {
	f := readField(block, masterKeyLen+saltFieldLen, masterKeyLen+masterSaltLen)
	master, salt := f.bytes[:masterKeyLen], f.bytes[masterKeyLen:]
	return opened{keysFrom(master, salt), f, 1 ^ f.ok&notAllZero(master)}
}

func splitFields(keyBlock, saltBlock []byte) opened {
	key := readField(keyBlock, masterKeyLen, masterKeyLen)
	salt := readField(saltBlock, saltFieldLen, masterSaltLen)
	keyOK := key.ok & notAllZero(key.bytes)
	return opened{keysFrom(key.bytes, salt.bytes), salt, (1 ^ keyOK) + (1 ^ salt.ok)}
}

// notAllZero refuses the key of an encoder that forgot to fill it in: a call
// under it would look secure and be readable by anyone.
func notAllZero(master []byte) int { return 1 ^ allZero(master) }

func keysFrom(master, salt []byte) Keys {
	return Keys{Master: [masterKeyLen]byte(master), Salt: [masterSaltLen]byte(salt)}
}

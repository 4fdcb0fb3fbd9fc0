package securecall

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/subtle"
	"errors"
	"io"
	"math/big"

	"filippo.io/bigmod"
)

// This file is RSA with 512-bit keys, PKCS#1 v1.5 padding and SHA-1, and it is
// named for what that is worth: a 512-bit modulus is factored for the price of
// a dinner. crypto/rsa refuses such keys, rightly, and the switch that allows
// them would also allow them to TLS; hence arithmetic from bigmod and padding
// of our own. Nothing outside the secure call may use it.
//
// What touches a private key takes the same time whatever the key and whatever
// comes out: bigmod's Exp is constant time, the paddings are judged in
// keyblock.go by crypto/subtle. Moduli and ciphertexts are public.

// privateExponent is the secret half of an RSA key, as long as its modulus.
type privateExponent struct{ d secret }

var (
	errModulus  = errors.New("not an odd modulus of exactly 512 bits")
	errTooLarge = errors.New("block is not smaller than the modulus")
	errDraws    = errors.New("source of randomness gives nothing usable")
)

// peerModulus refuses what no honest key generator makes: an even modulus has
// no private exponent that works, a short one opens without factoring.
func peerModulus(b []byte) (*bigmod.Modulus, error) {
	if len(b) != blockLen || b[0]&0x80 == 0 || b[blockLen-1]&1 == 0 {
		return nil, errModulus
	}
	return bigmod.NewModulus(b)
}

// encryptRaw is em^65537 mod n. The exponent is public and em is not reused,
// so the short variable-time exponentiation is the right one.
func encryptRaw(em []byte, n *bigmod.Modulus) ([]byte, error) {
	m, err := belowModulus(em, n)
	if err != nil {
		return nil, err
	}
	return bigmod.NewNat().ExpShortVarTime(m, publicExponent, n).Bytes(n), nil
}

// belowModulus reads a block, sealed or to be sealed. One that is not smaller
// than the modulus is refused, which its sender could have seen for itself.
func belowModulus(block []byte, n *bigmod.Modulus) (*bigmod.Nat, error) {
	c, err := bigmod.NewNat().SetBytes(block, n)
	if err != nil {
		return nil, errTooLarge
	}
	return c, nil
}

// decryptRaw is c^d mod n in constant time.
func (k privateExponent) decryptRaw(c *bigmod.Nat, n *bigmod.Modulus) []byte {
	return bigmod.NewNat().Exp(c, k.d(), n).Bytes(n)
}

// opens tells whether k is the private half of n, by sending a probe through
// both. The probe is a hash of the modulus: no chosen number and no 0 or 1,
// which every exponent maps to itself.
func (k privateExponent) opens(n *bigmod.Modulus) bool {
	probe := make([]byte, blockLen)
	sum := sha1.Sum(n.Nat().Bytes(n))
	copy(probe[blockLen-len(sum):], sum[:])
	sealed, err := encryptRaw(probe, n)
	if err != nil {
		return false
	}
	c, err := belowModulus(sealed, n)
	return err == nil && subtle.ConstantTimeCompare(probe, k.decryptRaw(c, n)) == 1
}

// verifyCA checks the CA's signature over the raw SHA-1, which is what
// crypto.Hash(0) means to crypto/rsa: type 1 padding, no DigestInfo.
func verifyCA(modulus *[caLen]byte, signed, sig []byte) bool {
	pub := &rsa.PublicKey{N: new(big.Int).SetBytes(modulus[:]), E: publicExponent}
	sum := sha1.Sum(signed)
	return rsa.VerifyPKCS1v15(pub, crypto.Hash(0), sum[:], sig) == nil
}

// signCA makes that signature. A ca_key file has no primes, so neither has the
// key here; Validate would refuse it, SignPKCS1v15 does not need them.
func signCA(modulus *[caLen]byte, k privateExponent, signed []byte) ([]byte, error) {
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).SetBytes(modulus[:]), E: publicExponent},
		D:         new(big.Int).SetBytes(k.d()),
	}
	sum := sha1.Sum(signed)
	return rsa.SignPKCS1v15(nil, key, crypto.Hash(0), sum[:])
}

// generate makes a modulus of exactly 8*size bits and its private exponent.
// Issuing happens on the CA's own machine, so math/big's variable time is no
// channel to anybody.
func generate(random io.Reader, size int) (modulus []byte, k privateExponent, err error) {
	e := big.NewInt(publicExponent)
	for range maxDraws {
		p, err := drawPrime(random, size/2)
		if err != nil {
			return nil, privateExponent{}, err
		}
		q, err := drawPrime(random, size/2)
		if err != nil {
			return nil, privateExponent{}, err
		}
		n, d, ok := keyFrom(p, q, e)
		if ok && n.BitLen() == 8*size {
			return n.FillBytes(make([]byte, size)), privateExponent{hide(d.FillBytes(make([]byte, size)))}, nil
		}
	}
	return nil, privateExponent{}, errDraws
}

// keyFrom gives n = p*q and d with d*e = 1 mod phi(n), checked. It refuses
// equal primes and primes for which e has no inverse.
func keyFrom(p, q, e *big.Int) (n, d *big.Int, ok bool) {
	one := big.NewInt(1)
	if p.Cmp(q) == 0 {
		return nil, nil, false
	}
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	d = new(big.Int).ModInverse(e, phi)
	if d == nil {
		return nil, nil, false
	}
	product := new(big.Int).Mul(d, e)
	return new(big.Int).Mul(p, q), d, product.Mod(product, phi).Cmp(one) == 0
}

// drawPrime draws size bytes with the two top bits set, so that the product of
// two such primes has its full length. It reads random itself: crypto/rand's
// Prime no longer takes its numbers from the reader it is given.
func drawPrime(random io.Reader, size int) (*big.Int, error) {
	b := make([]byte, size)
	for range maxDraws * size { // one candidate in about 90 is prime at 256 bits
		if _, err := io.ReadFull(random, b); err != nil {
			return nil, err
		}
		b[0] |= 0xc0
		b[size-1] |= 1
		if p := new(big.Int).SetBytes(b); p.ProbablyPrime(32) {
			return p, nil
		}
	}
	return nil, errDraws
}

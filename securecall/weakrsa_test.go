//go:debug rsa1024min=0

package securecall

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"testing"
)

// The oracle of this file is crypto/rsa, which the line at the top allows to
// use 512-bit keys, in this test binary only. What our code seals it must open
// and the other way round.

func standardKey(t *testing.T, id *Identity) *rsa.PrivateKey {
	t.Helper()
	return &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).SetBytes(id.certificate.modulus()), E: publicExponent},
		D:         new(big.Int).SetBytes(id.private.d()),
	}
}

func TestStandardLibraryOpensOurBlocks(t *testing.T) {
	for _, id := range []*Identity{joe(t), bob(t)} {
		key := standardKey(t, id)
		for _, n := range []int{14, 16, 30, 32} {
			field := bytes.Repeat([]byte{0xa5}, n)
			var block [blockLen]byte
			if err := sealBlock(&block, field, PKCS1, id.modulus, seeded("seal")); err != nil {
				t.Fatal(err)
			}
			got, err := rsa.DecryptPKCS1v15(nil, key, block[:])
			if err != nil || !bytes.Equal(got, field) {
				t.Errorf("%d bytes: %x, %v", n, got, err)
			}
		}
	}
}

func TestWeOpenBlocksOfTheStandardLibrary(t *testing.T) {
	id := bob(t)
	pub := &standardKey(t, id).PublicKey
	encrypt := func(field []byte) (block [blockLen]byte) {
		b, err := rsa.EncryptPKCS1v15(rand.Reader, pub, field)
		if err != nil {
			t.Fatal(err)
		}
		copy(block[:], b)
		return block
	}
	master, salt := []byte("0123456789abcdef"), []byte("ABCDEFGHIJKLMNOP")
	want := keysFrom(master, salt)
	for _, n := range []int{masterSaltLen, saltFieldLen} {
		sealed := encrypt(salt[:n])
		for form, f := range map[FinalForm]Final{
			Split:  {Key: encrypt(master), Salt: &sealed},
			Joined: {Key: encrypt(append(bytes.Clone(master), salt[:n]...))},
		} {
			got, err := id.open(f)
			if err != nil || got.failed != 0 || got.keys != want {
				t.Errorf("%s, salt of %d: failed %d, %v", form, n, got.failed, err)
			}
		}
	}
}

// Oracle: arithmetic of math/big.
func TestRawOperations(t *testing.T) {
	id := joe(t)
	n := new(big.Int).SetBytes(id.certificate.modulus())
	d := new(big.Int).SetBytes(id.private.d())
	last := new(big.Int).Sub(n, big.NewInt(1))
	for _, m := range []*big.Int{big.NewInt(0), big.NewInt(1), big.NewInt(2), last, new(big.Int).Rsh(n, 1)} {
		in := m.FillBytes(make([]byte, blockLen))
		sealed, err := encryptRaw(in, id.modulus)
		if want := new(big.Int).Exp(m, big.NewInt(publicExponent), n); err != nil || new(big.Int).SetBytes(sealed).Cmp(want) != 0 {
			t.Errorf("m^e: %x, %v", sealed, err)
		}
		c, err := belowModulus(in, id.modulus)
		if err != nil {
			t.Fatal(err)
		}
		opened := id.private.decryptRaw(c, id.modulus)
		if want := new(big.Int).Exp(m, d, n); new(big.Int).SetBytes(opened).Cmp(want) != 0 || len(opened) != blockLen {
			t.Error("m^d is wrong")
		}
	}
	for _, m := range []*big.Int{n, new(big.Int).Add(n, big.NewInt(1))} {
		in := m.FillBytes(make([]byte, blockLen))
		if _, err := belowModulus(in, id.modulus); !errors.Is(err, errTooLarge) {
			t.Errorf("block not below the modulus: %v", err)
		}
	}
}

// Oracle: the definition of the key; primality as math/big sees it.
func TestGeneratedKeys(t *testing.T) {
	for i := range 20 {
		modulus, k, err := generate(seeded(string(rune('a'+i))), blockLen)
		if err != nil {
			t.Fatal(err)
		}
		n, d := new(big.Int).SetBytes(modulus), new(big.Int).SetBytes(k.d())
		p := factor(n, d)
		if n.BitLen() != 512 || p == nil {
			t.Fatalf("key %d: %d bits, factored %v", i, n.BitLen(), p != nil)
		}
		q := new(big.Int).Div(n, p)
		one := big.NewInt(1)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		de := new(big.Int).Mod(new(big.Int).Mul(d, big.NewInt(publicExponent)), phi)
		if !p.ProbablyPrime(20) || !q.ProbablyPrime(20) || p.BitLen() != 256 || de.Cmp(one) != 0 {
			t.Errorf("key %d is not a sound RSA-512 key", i)
		}
	}
}

// A number is 1 mod 65537 about once in 65537 primes: too seldom to meet, so
// the refusal is asked for directly, with the prime 917519 = 14*65537 + 1.
func TestKeyFromRefuses(t *testing.T) {
	e := big.NewInt(publicExponent)
	bad, good := big.NewInt(917519), big.NewInt(1000003)
	if !bad.ProbablyPrime(20) || new(big.Int).Mod(bad, e).Int64() != 1 {
		t.Fatal("the example is not a prime that is 1 mod e")
	}
	if _, _, ok := keyFrom(bad, good, e); ok {
		t.Error("a prime that is 1 mod e was accepted")
	}
	if _, _, ok := keyFrom(good, good, e); ok {
		t.Error("a square was accepted")
	}
}

type brokenRandom byte

func (b brokenRandom) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

type failingRandom struct{}

var errFailing = errors.New("no randomness today")

func (failingRandom) Read([]byte) (int, error) { return 0, errFailing }

// A broken source must be an error, never a hang and never a weak key.
func TestBrokenRandomness(t *testing.T) {
	id := joe(t)
	for name, tc := range map[string]struct {
		try  func() error
		want error
	}{
		"key from zeros":        {func() error { _, _, err := generate(brokenRandom(0), blockLen); return err }, errDraws},
		"key from nothing":      {func() error { _, _, err := generate(failingRandom{}, blockLen); return err }, errFailing},
		"padding from zeros":    {func() error { _, err := PKCS1.pad(make([]byte, 16), brokenRandom(0)); return err }, errDraws},
		"padding from nothing":  {func() error { _, err := PKCS1.pad(make([]byte, 16), failingRandom{}); return err }, errFailing},
		"material from zeros":   {func() error { _, err := drawMaterial(16, brokenRandom(0)); return err }, errDraws},
		"material from nothing": {func() error { _, err := drawMaterial(16, failingRandom{}); return err }, errFailing},
		"block without padding": {func() error {
			return sealBlock(new([blockLen]byte), make([]byte, 16), PKCS1, id.modulus, failingRandom{})
		}, errFailing},
		"ssrc from nothing":      {func() error { _, err := Streams{}.freshSSRC(1, failingRandom{}); return err }, errFailing},
		"ssrc always the same":   {func() error { _, err := Streams{OwnSSRC: 0x07070707}.freshSSRC(1, brokenRandom(7)); return err }, errDraws},
		"ssrc zero is not fresh": {func() error { _, err := Streams{}.freshSSRC(1, brokenRandom(0)); return err }, errDraws},
	} {
		if err := tc.try(); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}

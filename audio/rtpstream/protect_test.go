package rtpstream

import (
	"bytes"
	"errors"
	"testing"

	"github.com/pion/srtp/v3"
)

// rtpPacket is a packet with the given payload.
func rtpPacket(ssrc uint32, seq uint16, payload []byte) []byte {
	b := make([]byte, fixedHeader, fixedHeader+len(payload))
	header{pt: testPT, seq: seq, time: 160 * uint32(seq), ssrc: ssrc}.put(b)
	return append(b, payload...)
}

// libraryContext is the library used plainly, apart from our layer, for the
// transforms that it has itself.
func libraryContext(t testing.TB, k Keys, name Transform) *srtp.Context {
	t.Helper()
	profile := map[Transform]srtp.ProtectionProfile{
		HMACSHA1_80: srtp.ProtectionProfileAes128CmHmacSha1_80,
		HMACSHA1_32: srtp.ProtectionProfileAes128CmHmacSha1_32,
	}[name]
	ctx, err := srtp.CreateContext(k.Master[:], k.Salt[:], profile)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func testCipher(t testing.TB, k Keys, name Transform) cipher {
	t.Helper()
	c, err := newCipher(&k, name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// RFC 3711 appendix B.3 prints what comes of this master key: the cipher key,
// the cipher salt, and 94 octets for the authentication key.
func TestKeyDerivationOfTheRFC(t *testing.T) {
	k := rfcKeys(t)
	for _, c := range []struct {
		name  string
		label byte
		want  string
	}{
		{"cipher key", 0, "c61e7a93744f39ee10734afe3ff7a087"},
		{"cipher salt", 2, "30cbbc08863d8c85d49db34a9ae1"},
		{"authentication key", labelAuth, "cebe321f6ff7716b6fd4ab49af256a15 6d38baa48f0a0acf3c34e2359e6cdbce" +
			"e049646c43d9327ad175578ef7227098 6371c10c9a369ac2f94a8c5fbcdddc25 6d6e919a48b610ef17c2041e47403576 6b68642c59bbfc2f34db60dbdfb2"},
	} {
		want := fromHex(t, c.want)
		if got := derive(&k, c.label, len(want)); !bytes.Equal(got, want) {
			t.Errorf("%s: %x, want %x", c.name, got, want)
		}
		if got := deriveByHand(t, k, c.label, len(want)); !bytes.Equal(got, want) {
			t.Errorf("%s by hand: %x, want %x", c.name, got, want)
		}
	}
}

// Octet for octet what the formulas of the RFC give, and, where the library has
// the transform itself, what it gives; through a wrap.
func TestSealing(t *testing.T) {
	for _, name := range append(Transforms(), None) {
		t.Run(name.String(), func(t *testing.T) {
			k := rfcKeys(t)
			ours, hand := testCipher(t, k, name), newByHand(t, k, name)
			plain := hand.seal
			if name == HMACSHA1_80 || name == HMACSHA1_32 {
				ctx := libraryContext(t, k, name)
				plain = func(t testing.TB, packet []byte) []byte {
					sealed, err := ctx.EncryptRTP(nil, packet, nil)
					must(t, err)
					return sealed
				}
			}
			for n := range 2000 {
				index := uint32(64_500 + n)
				packet := rtpPacket(ourSSRC, uint16(index), []byte("0123456789"))
				sealed, err := ours.seal(nil, packet, ourSSRC, index>>16)
				must(t, err)
				if want := hand.sealAt(t, packet, index>>16); !bytes.Equal(sealed, want) {
					t.Fatalf("packet %d: %x, by hand %x", n, sealed, want)
				}
				if want := plain(t, packet); !bytes.Equal(sealed, want) {
					t.Fatalf("packet %d: %x, want %x", n, sealed, want)
				}
			}
		})
	}
}

func TestOpening(t *testing.T) {
	for _, name := range append(Transforms(), None) {
		k := rfcKeys(t)
		hand, ours := newByHand(t, k, name), testCipher(t, k, name)
		for _, roc := range []uint32{0, 1, 1<<32 - 1} {
			packet := rtpPacket(peerSSRC, 1000, []byte("0123456789"))
			sealed := hand.sealAt(t, packet, roc)
			if !ours.authentic(sealed, roc) {
				t.Errorf("%v: not authentic under rollover counter %d", name, roc)
			}
			for _, wrong := range []uint32{roc + 1, roc - 1} {
				_, err := ours.open(nil, sealed, peerSSRC, wrong)
				if name != None && (ours.authentic(sealed, wrong) || err == nil) {
					t.Errorf("%v: authentic under rollover counter %d, is under %d", name, wrong, roc)
				}
			}
			if plain, err := ours.open(nil, sealed, peerSSRC, roc); err != nil || !bytes.Equal(plain, packet) {
				t.Errorf("%v: rollover counter %d: %v", name, roc, err)
			}
		}
	}
}

// No transform takes the packets of another.
func TestTransformsAreToldApart(t *testing.T) {
	k := rfcKeys(t)
	for _, sent := range append(Transforms(), None) {
		sealed := newByHand(t, k, sent).sealAt(t, rtpPacket(peerSSRC, 1, []byte("0123456789")), 0)
		for _, tried := range Transforms() {
			_, err := testCipher(t, k, tried).open(nil, sealed, peerSSRC, 0)
			if (err == nil) != (sent == tried) {
				t.Errorf("%v opened as %v: %v", sent, tried, err)
			}
		}
	}
}

func TestEveryBitOfAPacketIsAuthenticated(t *testing.T) {
	for _, name := range Transforms() {
		k := rfcKeys(t)
		o := testCipher(t, k, name)
		sealed := newByHand(t, k, name).sealAt(t, rtpPacket(peerSSRC, 1, []byte("0123456789")), 0)
		for bit := range 8 * len(sealed) {
			changed := bytes.Clone(sealed)
			changed[bit/8] ^= 1 << (bit % 8)
			if o.authentic(changed, 0) {
				t.Errorf("%v: bit %d changed: still authentic", name, bit)
			}
		}
		for n := range sealed {
			if o.authentic(sealed[:n], 0) {
				t.Errorf("%v: cut to %d octets: still authentic", name, n)
			}
		}
	}
}

func TestTransformNames(t *testing.T) {
	for _, name := range append(Transforms(), None) {
		if got, err := ParseTransform(name.String()); err != nil || got != name {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "HMAC-SHA1-80", "hmac-sha1", "hmac-sha256-80"} {
		if _, err := ParseTransform(name); !errors.Is(err, ErrUnknownTransform) {
			t.Errorf("%q: %v", name, err)
		}
		k := rfcKeys(t)
		if _, err := newCipher(&k, Transform(name)); !errors.Is(err, ErrUnknownTransform) {
			t.Errorf("cipher %q: %v", name, err)
		}
	}
	for _, name := range Transforms() {
		if size := tags[name].size; size > maxTag {
			t.Errorf("%v: a tag of %d octets has no room", name, size)
		}
	}
}

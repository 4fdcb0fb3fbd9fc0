package rtpstream

import (
	"bytes"
	"testing"

	"github.com/pion/srtp/v3"
)

// rtpPacket is a packet with the given payload.
func rtpPacket(ssrc uint32, seq uint16, payload []byte) []byte {
	b := make([]byte, fixedHeader, fixedHeader+len(payload))
	header{pt: testPT, seq: seq, time: 160 * uint32(seq), ssrc: ssrc}.put(b)
	return append(b, payload...)
}

// libraryContext is the library used plainly, apart from our layer.
func libraryContext(t testing.TB, k Keys) *srtp.Context {
	t.Helper()
	ctx, err := srtp.CreateContext(k.Master[:], k.Salt[:], srtp.ProtectionProfileAes128CmHmacSha1_80)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

// RFC 3711 appendix B.3 prints the authentication key of this master key; 20
// octets of it are used here.
func TestAuthenticationKeyOfTheRFC(t *testing.T) {
	k := rfcKeys(t)
	want := fromHex(t, "cebe321f6ff7716b6fd4ab49af256a156d38baa4")
	if got := deriveAuthKey(&k); !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

// The library, used plainly, is the oracle for both directions.
func TestSealerAgainstTheLibrary(t *testing.T) {
	k := rfcKeys(t)
	s, err := newSealer(&k)
	if err != nil {
		t.Fatal(err)
	}
	receiver := libraryContext(t, k)
	for n := range 70_000 { // through a wrap
		packet := rtpPacket(ourSSRC, uint16(65_000+n), []byte("0123456789"))
		sealed, err := s.seal(nil, packet)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(sealed, []byte("0123456789")) || len(sealed) != len(packet)+tagSize {
			t.Fatalf("packet %d is not encrypted: %x", n, sealed)
		}
		if plain, err := receiver.DecryptRTP(nil, sealed, nil); err != nil || !bytes.Equal(plain, packet) {
			t.Fatalf("packet %d: %v", n, err)
		}
	}
}

func TestOpenerAgainstTheLibrary(t *testing.T) {
	k := rfcKeys(t)
	for _, roc := range []uint32{0, 1, 1<<32 - 1} {
		o, err := newOpener(&k)
		if err != nil {
			t.Fatal(err)
		}
		sender := libraryContext(t, k)
		sender.SetROC(peerSSRC, roc)
		packet := rtpPacket(peerSSRC, 1000, []byte("0123456789"))
		sealed, err := sender.EncryptRTP(nil, packet, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !o.authentic(sealed, roc) || o.authentic(sealed, roc+1) || o.authentic(sealed, roc-1) {
			t.Errorf("rollover counter %d: authentic under the wrong one, or not under the right one", roc)
		}
		if plain, err := o.open(nil, sealed, peerSSRC, roc); err != nil || !bytes.Equal(plain, packet) {
			t.Errorf("rollover counter %d: %v", roc, err)
		}
	}
}

func TestEveryBitOfAPacketIsAuthenticated(t *testing.T) {
	k := rfcKeys(t)
	o, err := newOpener(&k)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := libraryContext(t, k).EncryptRTP(nil, rtpPacket(peerSSRC, 1, []byte("0123456789")), nil)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range 8 * len(sealed) {
		changed := bytes.Clone(sealed)
		changed[bit/8] ^= 1 << (bit % 8)
		if o.authentic(changed, 0) {
			t.Errorf("bit %d changed: still authentic", bit)
		}
	}
	for n := range sealed {
		if o.authentic(sealed[:n], 0) {
			t.Errorf("cut to %d octets: still authentic", n)
		}
	}
}

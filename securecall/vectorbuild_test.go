package securecall

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"star18/securecall/published"
)

// This file makes testdata/vectors: layouts written out as numbers, RSA as
// math/big exponentiation. It calls nothing of the package that a vector tests.

const (
	vectorNow    = "2026-01-02T03:04:05Z"
	vectorMaster = "000102030405060708090a0b0c0d0e0f" // begins with one zero byte only
	vectorSalt   = "f0f1f2f3f4f5f6f7f8f9fafbfcfd"     // of 16, the last two are fe ff
)

func unb64(s string) []byte {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil {
		panic(err)
	}
	return b
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) + "\n" }

func joeBytes() []byte { return unb64(published.MiniCertificate())[:252] }

// power is base^exponent mod modulus, as long as the modulus.
func power(base, exponent, modulus []byte) []byte {
	n := new(big.Int).SetBytes(modulus)
	m := new(big.Int).Exp(new(big.Int).SetBytes(base), new(big.Int).SetBytes(exponent), n)
	return m.FillBytes(make([]byte, len(modulus)))
}

// seal is a block for Joe: em^65537 mod his modulus.
func seal(em []byte) []byte { return power(em, []byte{1, 0, 1}, joeBytes()[60:124]) }

// signed is a certificate like Joe's with other bytes at some places, signed
// with the CA key from the manual.
func signed(edit func(cert []byte)) []byte {
	cert := joeBytes()
	edit(cert)
	key := strings.Fields(string(published.CAKey()))
	sum := sha1.Sum(cert[:124])
	em := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, 128-3-20)...)
	em = append(append(em, 0), sum[:]...)
	return append(cert[:124], power(em, unb64(key[1]), unb64(key[0]))...)
}

// hello is a message with foreign IDs, which nobody may check.
func hello(ssrc uint32, cert []byte) []byte {
	head := []byte{0xde, 0xad, 0, 7, 0xbe, 0xef, 0, 9, byte(ssrc >> 24), byte(ssrc >> 16), byte(ssrc >> 8), byte(ssrc)}
	return append(head, cert...)
}

// hello1 is the Hello that the callee of an after-hello vector has accepted.
func hello1() []byte {
	return append([]byte{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, joeBytes()...)
}

func final(blocks ...[]byte) []byte { return append([]byte{0, 0, 0, 3}, bytes.Join(blocks, nil)...) }

// type2 is PKCS#1 v1.5 padding around field; raw is zeros before it.
func type2(field []byte) []byte {
	em := append([]byte{0, 2}, bytes.Repeat([]byte{0xa5}, 64-3-len(field))...)
	return append(append(em, 0), field...)
}

func raw(field []byte) []byte { return append(make([]byte, 64-len(field)), field...) }

// expectHello and expectFinal give the fields of a vector.
func expectHello(callee, status, caller string) map[string]string {
	return map[string]string{
		"callee": callee, "status": status, "caller": caller,
		"own-ssrc": "0x11111111", "peer-ssrc": "0x22222222", "now": vectorNow, "dialled": "14085551234",
	}
}

func expectFinal(callee string) map[string]string {
	f := expectHello(callee, "488", "bad_length")
	f["after-hello"] = "yes"
	if callee == "accepted" {
		f["status"], f["master"], f["salt"] = "200", vectorMaster, vectorSalt
	}
	return f
}

func with(fields map[string]string, pairs ...string) map[string]string {
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i]] = pairs[i+1]
	}
	return fields
}

func helloVectors() map[string]vector {
	accepted := func() map[string]string { return expectHello("accepted", "200", "accepted") }
	refused := func(reason string) map[string]string { return expectHello(reason, "488", reason) }
	good := hello(0x22222222, joeBytes())
	at := func(offset int, b ...byte) []byte {
		return hello(0x22222222, signed(func(c []byte) { copy(c[offset:], b) }))
	}
	forged := func(offset int) []byte { b := bytes.Clone(good); b[12+offset] ^= 0x01; return b }
	wrapped := b64(append(bytes.Clone(good), 1))[:80] + "\r\n\t" + b64(good)[80:]
	return map[string]vector{
		"hello-vendor":            {"the vendor's certificate, foreign IDs and version (3)", accepted(), b64(good)},
		"hello-392":               {"a CA modulus follows and is ignored (3)", accepted(), b64(append(bytes.Clone(good), bytes.Repeat([]byte{7}, 128)...))},
		"hello-wrapped":           {"white space inside (2)", accepted(), wrapped},
		"hello-392-unpadded":      {"a missing = is accepted (2)", accepted(), strings.TrimRight(b64(append(bytes.Clone(good), make([]byte, 128)...)), "=\n")},
		"hello-little-endian":     {"SSRC matches when swapped (3)", with(accepted(), "peer-ssrc", "0x78563412"), b64(hello(0x12345678, joeBytes()))},
		"hello-unknown-ssrc":      {"an SSRC that matches no stream is accepted (3)", accepted(), b64(hello(0x33333333, joeBytes()))},
		"hello-no-stream":         {"the peer has sent no packet yet", with(accepted(), "peer-ssrc", ""), b64(good)},
		"hello-own-ssrc":          {"equal SSRCs: the callee yields, the caller refuses (5)", with(expectHello("accepted", "200", "ssrc_collision"), "new-ssrc", "yes", "peer-ssrc", ""), b64(hello(0x11111111, joeBytes()))},
		"hello-own-ssrc-swapped":  {"equal SSRCs if the peer is little-endian (5)", with(expectHello("accepted", "200", "ssrc_collision"), "new-ssrc", "yes", "peer-ssrc", "", "own-ssrc", "0x78563412"), b64(hello(0x12345678, joeBytes()))},
		"hello-streams-collide":   {"both streams run under one SSRC (5)", with(expectHello("accepted", "200", "ssrc_collision"), "new-ssrc", "yes", "peer-ssrc", "0x11111111"), b64(good)},
		"hello-again":             {"the same bytes get the same answer (2)", with(accepted(), "after-hello", "yes"), b64(hello1())},
		"hello-second":            {"one with other bytes is refused", with(expectHello("out_of_order", "488", "accepted"), "after-hello", "yes"), b64(good)},
		"hello-second-own-ssrc":   {"refused, so nobody yields", with(expectHello("out_of_order", "488", "ssrc_collision"), "after-hello", "yes"), b64(hello(0x11111111, joeBytes()))},
		"hello-second-forged":     {"its place is wrong before its signature is", with(expectHello("out_of_order", "488", "bad_signature"), "after-hello", "yes"), b64(forged(0))},
		"hello-263":               {"a byte short", refused("bad_length"), b64(good[:263])},
		"hello-265":               {"a byte long", refused("bad_length"), b64(append(bytes.Clone(good), 0))},
		"hello-certificate-only":  {"252 bytes", refused("bad_length"), b64(joeBytes())},
		"hello-parameter":         {"the 380 bytes of the parameter", refused("bad_length"), trimmed(published.MiniCertificate())},
		"hello-empty":             {"no body", expectHello("bad_length", "488", "empty_answer"), ""},
		"hello-blank":             {"white space only", expectHello("bad_length", "488", "empty_answer"), " \r\n\r\n"},
		"hello-binary":            {"not encoded", refused("not_base64"), string(good)},
		"hello-hex":               {"another encoding, good base64 of another length", refused("bad_length"), hex.EncodeToString(good)},
		"hello-url-alphabet":      {"the URL alphabet is not the standard one (2)", refused("not_base64"), strings.NewReplacer("+", "-", "/", "_").Replace(b64(good))},
		"hello-too-much-padding":  {"an = where none is missing", refused("not_base64"), trimmed(b64(good)) + "="},
		"hello-forged-name":       {"first bit of the name", refused("bad_signature"), b64(forged(0))},
		"hello-forged-user-id":    {"user ID", refused("bad_signature"), b64(forged(40))},
		"hello-forged-expiry":     {"expiry", refused("bad_signature"), b64(forged(59))},
		"hello-forged-modulus":    {"modulus", refused("bad_signature"), b64(forged(123))},
		"hello-forged-signature":  {"last bit of the signature", refused("bad_signature"), b64(forged(251))},
		"hello-zero-signature":    {"no signature at all", refused("bad_signature"), b64(append(bytes.Clone(good[:136]), make([]byte, 128)...))},
		"hello-no-certificate":    {"zeros", refused("bad_signature"), b64(hello(0x22222222, make([]byte, 252)))},
		"hello-expired":           {"01:00:00 on that day", refused("expired"), b64(at(48, []byte("010000010226")...))},
		"hello-expires-now":       {"valid strictly before that second (4)", refused("expired"), b64(at(48, []byte("030405010226")...))},
		"hello-expires-next":      {"one second later", accepted(), b64(at(48, []byte("030406010226")...))},
		"hello-impossible-date":   {"30th of February", refused("expired"), b64(at(48, []byte("000000023034")...))},
		"hello-expiry-letters":    {"not digits", refused("expired"), b64(at(48, []byte("never ever! ")...))},
		"hello-even-modulus":      {"has no private exponent", refused("bad_key_block"), b64(at(123, 0))},
		"hello-short-modulus":     {"511 bits", refused("bad_key_block"), b64(at(60, 0x53))},
		"hello-tiny-modulus":      {"signed, and opened by everybody", refused("bad_key_block"), b64(at(60, append(make([]byte, 63), 15)...))},
		"hello-other-number":      {"the caller wants the number that it dialled (4)", expectHello("accepted", "200", "user_id_mismatch"), b64(at(32, '2'))},
		"hello-longer-number":     {"a number that only begins alike", expectHello("accepted", "200", "user_id_mismatch"), b64(at(43, '5'))},
		"hello-hidden-number":     {"something after the NUL", expectHello("accepted", "200", "user_id_mismatch"), b64(at(44, '5'))},
		"hello-name-of-controls":  {"a name that gives orders to a terminal", accepted(), b64(at(0, []byte("\x1b]0;x\x07")...))},
		"hello-16-digit-number":   {"no NUL at the end of the field", with(accepted(), "dialled", "1234567890123456"), b64(at(32, []byte("1234567890123456")...))},
		"hello-32-character-name": {"no NUL at the end of the field", accepted(), b64(at(0, bytes.Repeat([]byte("x"), 32)...))},
	}
}

func finalVectors() map[string]vector {
	key, salt := unhex(vectorMaster), unhex(vectorSalt+"feff")
	accepted := func() map[string]string { return expectFinal("accepted") }
	bad := func() map[string]string { return expectFinal("bad_key_block") }
	goodKey, goodSalt := seal(type2(key)), seal(type2(salt))
	em := func(edit func(em []byte)) []byte { b := type2(key); edit(b); return seal(b) }
	n := joeBytes()[60:124]
	above := new(big.Int).Add(new(big.Int).SetBytes(n), big.NewInt(5)).FillBytes(make([]byte, 64))
	below := new(big.Int).Sub(new(big.Int).SetBytes(n), big.NewInt(1)).FillBytes(make([]byte, 64))
	zeroes := make([]byte, 16)
	return map[string]vector{
		"final-split":              {"PKCS#1, salt of 16 (3)", accepted(), b64(final(goodKey, goodSalt))},
		"final-split-14":           {"PKCS#1, salt of 14 (3)", accepted(), b64(final(goodKey, seal(type2(salt[:14]))))},
		"final-split-raw":          {"by position, salt of 16 (3)", accepted(), b64(final(seal(raw(key)), seal(raw(salt))))},
		"final-split-raw-14":       {"by position, salt of 14 (3)", accepted(), b64(final(seal(raw(key)), seal(raw(salt[:14]))))},
		"final-split-mixed":        {"each block by itself", accepted(), b64(final(goodKey, seal(raw(salt[:14]))))},
		"final-joined":             {"PKCS#1, 32 bytes (3)", accepted(), b64(final(seal(type2(append(bytes.Clone(key), salt...)))))},
		"final-joined-14":          {"PKCS#1, 30 bytes (3)", accepted(), b64(final(seal(type2(append(bytes.Clone(key), salt[:14]...)))))},
		"final-joined-raw":         {"by position, 32 bytes (3)", accepted(), b64(final(seal(raw(append(bytes.Clone(key), salt...)))))},
		"final-joined-raw-14":      {"by position, 30 bytes (3)", accepted(), b64(final(seal(raw(append(bytes.Clone(key), salt[:14]...)))))},
		"final-unpadded-base64":    {"132 bytes need no =, 68 do", accepted(), strings.TrimRight(b64(final(seal(type2(append(bytes.Clone(key), salt...))))), "=\n")},
		"final-before-hello":       {"there is nobody to trust yet", with(expectFinal("out_of_order"), "after-hello", ""), b64(final(goodKey, goodSalt))},
		"final-131":                {"a byte short", expectFinal("bad_length"), b64(final(goodKey, goodSalt)[:131])},
		"final-133":                {"a byte long", expectFinal("bad_length"), b64(append(final(goodKey, goodSalt), 0))},
		"final-no-id":              {"128 bytes", expectFinal("bad_length"), b64(final(goodKey, goodSalt)[4:])},
		"final-key-of-15":          {"a padded field of another length", bad(), b64(final(seal(type2(key[:15])), goodSalt))},
		"final-key-of-17":          {"a padded field of another length", bad(), b64(final(seal(type2(append([]byte{1}, key...))), goodSalt))},
		"final-key-of-14":          {"only a salt may have 14", bad(), b64(final(seal(type2(key[:14])), goodSalt))},
		"final-salt-of-15":         {"14 or 16", bad(), b64(final(goodKey, seal(type2(salt[:15]))))},
		"final-salt-of-13":         {"14 or 16", bad(), b64(final(goodKey, seal(type2(salt[:13]))))},
		"final-joined-31":          {"30 or 32", bad(), b64(final(seal(type2(append(bytes.Clone(key), salt[:15]...)))))},
		"final-joined-key-only":    {"a joined block without salt", bad(), b64(final(goodKey))},
		"final-type-1":             {"padding of a signature", bad(), b64(final(em(func(b []byte) { b[1] = 1 }), goodSalt))},
		"final-type-3":             {"no padding at all", bad(), b64(final(em(func(b []byte) { b[1] = 3 }), goodSalt))},
		"final-zero-in-padding":    {"the separator comes early", bad(), b64(final(em(func(b []byte) { b[20] = 0 }), goodSalt))},
		"final-no-padding":         {"00 02 00", bad(), b64(final(em(func(b []byte) { b[2] = 0 }), goodSalt))},
		"final-no-separator":       {"no zero after the padding", bad(), b64(final(em(func(b []byte) { b[47] = 1 }), seal(type2(salt))))},
		"final-padded-not-raw":     {"00 02 and zeros is not read by position (3)", bad(), b64(final(em(func(b []byte) { clear(b[2:48]) }), goodSalt))},
		"final-raw-with-junk":      {"a bit before the field (3)", bad(), b64(final(em(func(b []byte) { clear(b[:48]); b[47] = 1 }), goodSalt))},
		"final-raw-salt-with-junk": {"one of the two bytes before a salt of 14", bad(), b64(final(goodKey, seal(append(make([]byte, 47), append([]byte{1}, salt...)...))))},
		"final-zero-key":           {"an encoder that forgot the key", bad(), b64(final(seal(raw(zeroes)), goodSalt))},
		"final-zero-key-padded":    {"the same, padded", bad(), b64(final(seal(type2(zeroes)), goodSalt))},
		"final-zero-key-joined":    {"the same, with its salt", bad(), b64(final(seal(type2(append(bytes.Clone(zeroes), salt...)))))},
		"final-zero-block":         {"0^d is 0", bad(), b64(final(make([]byte, 64), goodSalt))},
		"final-modulus":            {"a block equal to the modulus (3)", bad(), b64(final(n, goodSalt))},
		"final-above-modulus":      {"a block above it (3)", bad(), b64(final(goodKey, above))},
		"final-below-modulus":      {"-1 opens to -1", bad(), b64(final(below, goodSalt))},
		"final-all-ones":           {"the largest number there is", bad(), b64(final(bytes.Repeat([]byte{0xff}, 64)))},
		"final-swapped":            {"salt first: it is of the key's length, so only the keys differ", with(accepted(), "master", hex.EncodeToString(salt), "salt", hex.EncodeToString(key[:14])), b64(final(goodSalt, goodKey))},
		"final-little-endian-rsa":  {"RSA fields are big-endian by vector", bad(), b64(final(reversed(goodKey), reversed(goodSalt)))},
		"final-other-recipient":    {"a block that nobody sealed for us", bad(), b64(final(bytes.Repeat([]byte{0x11}, 64), bytes.Repeat([]byte{0x22}, 64)))},
	}
}

func reversed(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[len(b)-1-i] = c
	}
	return out
}

func writeVectors(t *testing.T) {
	t.Helper()
	for _, set := range []map[string]vector{helloVectors(), finalVectors()} {
		for name, v := range set {
			path := filepath.Join("testdata", "vectors", name+".txt")
			if err := os.WriteFile(path, v.bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// The files must be what the arithmetic says: nobody edits a vector by hand to
// make a test pass.
func TestVectorsAreAsBuilt(t *testing.T) {
	for _, set := range []map[string]vector{helloVectors(), finalVectors()} {
		for name, v := range set {
			got, err := os.ReadFile(filepath.Join("testdata", "vectors", name+".txt"))
			if err != nil || !bytes.Equal(got, v.bytes()) {
				t.Errorf("%s is not what it would be made as now; %v", name, err)
			}
		}
	}
}

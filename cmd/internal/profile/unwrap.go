package profile

import (
	"bytes"
	"compress/gzip"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
)

const salted = "Salted__"

// unwrap takes off encryption and then compression, and a byte order mark.
func unwrap(data []byte, phrase string) ([]byte, error) {
	if len(data) > MaxSize {
		return nil, ErrTooLarge
	}
	if bytes.HasPrefix(data, []byte(salted)) {
		var err error
		if data, err = decrypt(data, phrase); err != nil {
			return nil, err
		}
	}
	if isGzip(data) {
		var err error
		if data, err = inflate(data); err != nil {
			return nil, err
		}
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), nil
}

func isGzip(data []byte) bool { return bytes.HasPrefix(data, []byte{0x1f, 0x8b}) }

func inflate(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	out, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	case len(out) > MaxSize:
		return nil, ErrTooLarge
	}
	return out, nil
}

// decrypt opens what openssl enc -aes-256-cbc -k PHRASE wrote. SPAs know the key
// derivation of OpenSSL 0.9.7, by MD5; today's default, by SHA-256, is tried too.
func decrypt(data []byte, phrase string) ([]byte, error) {
	if phrase == "" {
		return nil, ErrEncrypted
	}
	salt, sealed, ok := cutSalt(data)
	if !ok {
		return nil, fmt.Errorf("%w: its end is missing", ErrBroken)
	}
	for _, digest := range []func() hash.Hash{md5.New, sha256.New} {
		if text, err := open(sealed, phrase, salt, digest); err == nil && looksOpen(text) {
			return text, nil
		}
	}
	return nil, ErrKey
}

func cutSalt(data []byte) (salt, sealed []byte, ok bool) {
	if len(data) < len(salted)+8+aes.BlockSize || len(data)%aes.BlockSize != 0 {
		return nil, nil, false
	}
	return data[len(salted) : len(salted)+8], data[len(salted)+8:], true
}

// looksOpen: a wrong key leaves right padding in one of 256 cases, but no text.
func looksOpen(text []byte) bool { return isGzip(text) || isText(text) }

var errPadding = errors.New("wrong padding")

func open(sealed []byte, phrase string, salt []byte, digest func() hash.Hash) ([]byte, error) {
	const keySize = 32
	material := bytesToKey(phrase, salt, digest, keySize+aes.BlockSize)
	block, err := aes.NewCipher(material[:keySize])
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(block, material[keySize:]).CryptBlocks(out, sealed)
	pad := int(out[len(out)-1])
	if pad < 1 || pad > aes.BlockSize || !bytes.HasSuffix(out, bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, errPadding
	}
	return out[:len(out)-pad], nil
}

// bytesToKey is OpenSSL's EVP_BytesToKey with one iteration:
// D1 = H(phrase|salt), Dn = H(Dn-1|phrase|salt).
func bytesToKey(phrase string, salt []byte, digest func() hash.Hash, size int) []byte {
	var out, last []byte
	for len(out) < size {
		h := digest()
		h.Write(last)
		h.Write([]byte(phrase))
		h.Write(salt)
		last = h.Sum(nil)
		out = append(out, last...)
	}
	return out[:size]
}

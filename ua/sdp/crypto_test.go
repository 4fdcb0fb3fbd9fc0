package sdp

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const (
	line80 = "1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
	line32 = "2 AES_CM_128_HMAC_SHA1_32 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR"
)

func keyed(lines ...string) Local {
	l := local()
	for _, line := range lines {
		l.Crypto = append(l.Crypto, NewCrypto(line))
	}
	return l
}

// The oracle is RFC 4568 4: a=crypto stands in the stream's section, the
// preferred one first.
func TestKeyedOfferOnTheWire(t *testing.T) {
	text := string(Offer(keyed(line80, line32)).Marshal())
	_, stream, _ := strings.Cut(text, "m=audio 16384 RTP/SAVP 0 8 101\r\n")
	if !strings.HasSuffix(stream, "a=sendrecv\r\na=crypto:"+line80+"\r\na=crypto:"+line32+"\r\n") {
		t.Error(text)
	}
	back, err := Parse([]byte(text))
	if err != nil || len(back.Crypto) != 2 || back.Crypto[0].Value() != line80 || back.Crypto[1].Value() != line32 {
		t.Errorf("%+v, %v", back, err)
	}
}

// An answer has the offer's profile and exactly the attribute that it is given.
func TestKeyedAnswer(t *testing.T) {
	const ours = "2 AES_CM_128_HMAC_SHA1_32 inline:YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2"
	for _, profile := range []Profile{SAVP, SAVPF} {
		offer := Offer(keyed(line80, line32))
		offer.Profile = profile
		answer, n, err := Answer(offer, keyed(ours))
		if err != nil || answer.Profile != profile || n.Codec.Name != "PCMU" {
			t.Fatalf("%+v, %+v, %v", answer, n, err)
		}
		if text := string(answer.Marshal()); strings.Count(text, "a=crypto") != 1 || !strings.Contains(text, "a=crypto:"+ours+"\r\n") {
			t.Error(text)
		}
		if _, err := Negotiate(offer, answer); err != nil {
			t.Errorf("the offerer: %v", err)
		}
	}
}

// Neither side slips from one kind into the other.
func TestKindsDoNotMix(t *testing.T) {
	plain, secure := Offer(local()), Offer(keyed(line80))
	dtls := parse(t, "webrtc")
	for name, tt := range map[string]struct {
		offer *Session
		local Local
	}{
		"keyed offer to a plain end": {secure, local()},
		"plain offer to a keyed end": {plain, keyed(line80)},
		"DTLS to a plain end":        {dtls, local()},
		"DTLS to a keyed end":        {dtls, keyed(line80)},
	} {
		if _, _, err := Answer(tt.offer, tt.local); !errors.Is(err, ErrProfile) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, tt := range map[string]struct{ offer, answer *Session }{
		"plain answer to a keyed offer": {secure, plain},
		"keyed answer to a plain offer": {plain, secure},
		"DTLS answer to a keyed offer":  {secure, dtls},
	} {
		if _, err := Negotiate(tt.offer, tt.answer); !errors.Is(err, ErrProfile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Of both kinds an end takes its own; what is switched off is not taken.
func TestParseKeyed(t *testing.T) {
	const head = "c=IN IP4 192.0.2.1\n"
	for _, tt := range []struct {
		text         string
		plain, keyed uint16 // the port of the stream in use
	}{
		{"m=audio 4000 RTP/AVP 0\nm=audio 4002 RTP/SAVP 0", 4000, 4002},
		{"m=audio 4000 RTP/SAVP 0\nm=audio 4002 RTP/AVP 0", 4002, 4000},
		{"m=audio 4000 RTP/AVP 0\nm=audio 0 RTP/SAVP 0", 4000, 4000},
		{"m=audio 4000 UDP/TLS/RTP/SAVP 0\nm=audio 4002 RTP/AVP 0", 4002, 4002},
		{"m=video 1 RTP/SAVP 0\nm=audio 0 RTP/AVP 0\nm=audio 4002 RTP/SAVPF 0", 0, 4002},
	} {
		plain, err := Parse([]byte(head + tt.text))
		if err != nil || plain.Port != tt.plain {
			t.Errorf("%q: Parse %+v, %v", tt.text, plain, err)
		}
		keyed, err := ParseKeyed([]byte(head + tt.text))
		if err != nil || keyed.Port != tt.keyed {
			t.Errorf("%q: ParseKeyed %+v, %v", tt.text, keyed, err)
		}
	}
}

// A key at the session's level belongs to no stream (RFC 4568 4).
func TestKeysBelongToStreams(t *testing.T) {
	s, err := Parse([]byte("c=IN IP4 192.0.2.1\na=crypto:" + line80 + "\nm=audio 4000 RTP/SAVP 0\na=crypto:" + line32))
	if err != nil || len(s.Crypto) != 1 || s.Crypto[0].Value() != line32 {
		t.Errorf("%+v, %v", s, err)
	}
}

// A key is in what goes on the wire, and in nothing else.
func TestKeysAreHidden(t *testing.T) {
	s := Offer(keyed(line80))
	type holder struct{ inside Crypto }
	var text strings.Builder
	for _, v := range []any{s, *s, s.Crypto, s.Crypto[0], &s.Crypto[0], holder{s.Crypto[0]}, keyed(line80), Crypto{}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&text, verb+"\n", v)
		}
		if j, err := json.Marshal(v); err == nil {
			text.Write(j)
		}
		slog.New(slog.NewTextHandler(&text, nil)).Info("m", "v", v)
	}
	for _, spelling := range []string{"WVNfX19z", fmt.Sprintf("%x", "WVNfX19z"), fmt.Sprintf("%d", []byte("WVNfX19z"))} {
		if strings.Contains(text.String(), strings.Trim(spelling, "[]")) {
			t.Errorf("a printer shows the key:\n%s", text.String())
		}
	}
	if !strings.Contains(text.String(), "AES_CM_128_HMAC_SHA1_80 [secret]") {
		t.Errorf("nothing says what is hidden:\n%s", text.String())
	}
	if !strings.Contains(string(s.Marshal()), "inline:WVNfX19z") {
		t.Error("the wire has no key")
	}
}

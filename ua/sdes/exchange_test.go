package sdes

import (
	"errors"
	"testing"
)

// Two lines, best first, as an SPA in s-descriptor mode offers them; the
// answerer takes the first, each end sends under its own key.
func TestExchange(t *testing.T) {
	for _, want := range []Suite{SHA1_80, SHA1_32} {
		offer := NewOffer(SHA1_80, SHA1_32)
		if want == SHA1_32 {
			offer = NewOffer(SHA1_32, SHA1_80)
		}
		if len(offer) != 2 || offer[0].Tag != "1" || offer[1].Tag != "2" || offer[0].Key.Equal(offer[1].Key) {
			t.Fatalf("offer %v", offer)
		}
		chosen, err := Choose([]string{offer[0].Wire(), offer[1].Wire()})
		if err != nil || chosen.Suite != want || !chosen.Key.Equal(offer[0].Key) {
			t.Fatalf("chosen %v, %v", chosen, err)
		}
		answer := chosen.Answer(NewKey())
		ours, theirs, err := Match(offer, []string{answer.Wire()})
		if err != nil {
			t.Fatal(err)
		}
		if ours.Suite != want || theirs.Suite != want || !ours.Key.Equal(offer[0].Key) || !theirs.Key.Equal(answer.Key) {
			t.Errorf("ours %v, theirs %v", ours, theirs)
		}
		if ours.Key.Equal(theirs.Key) {
			t.Error("both ends send under one key")
		}
	}
}

const line80, line32 = "1 AES_CM_128_HMAC_SHA1_80 inline:" + rfcSam, "2 AES_CM_128_HMAC_SHA1_32 inline:" + rfcJill

// The first that can be used is taken, whatever stands around it.
func TestChoose(t *testing.T) {
	for _, tt := range []struct {
		name  string
		offer []string
		tag   string
	}{
		{"one", []string{line80}, "1"},
		{"their order", []string{line32, line80}, "2"},
		{"behind an unknown suite", []string{"9 AEAD_AES_256_GCM inline:" + rfcSam, line32}, "2"},
		{"behind an MKI", []string{line80 + "|2^20|1:4", line32}, "2"},
		{"behind an unknown parameter", []string{line80 + " TOMORROW", line32}, "2"},
		{"behind nonsense", []string{"", "x", line32}, "2"},
		{"a tag also used by what nobody can answer", []string{line80, "1 F8_128_HMAC_SHA1_80 inline:" + rfcSam}, "1"},
		{"behind two with one tag", []string{line80, "1 AES_CM_128_HMAC_SHA1_32 inline:" + rfcJill, line32}, "2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if a, err := Choose(tt.offer); err != nil || a.Tag != tt.tag {
				t.Errorf("%v, %v", a, err)
			}
		})
	}
}

func TestNoneUsable(t *testing.T) {
	for _, tt := range []struct {
		name   string
		offer  []string
		reason error
		text   string
	}{
		{"no attribute", nil, ErrNoneUsable, "no usable crypto attribute"},
		{"the preferred one's reason", []string{line80 + "|1:4", "3 F8_128_HMAC_SHA1_80 inline:" + rfcSam}, ErrMKI,
			"no usable crypto attribute: master key identifiers are not supported"},
		{"nonsense", []string{"x", "y"}, ErrSyntax, "no usable crypto attribute: malformed crypto attribute"},
		{"one tag twice", []string{line80, line80}, ErrTag, "no usable crypto attribute: tag used twice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Choose(tt.offer)
			if !errors.Is(err, ErrNoneUsable) || err.Error() != tt.text {
				t.Errorf("%q", err)
			}
			if !errors.Is(err, tt.reason) {
				t.Errorf("%v does not say %v", err, tt.reason)
			}
		})
	}
}

func TestBadAnswers(t *testing.T) {
	offer := NewOffer(SHA1_80, SHA1_32)
	for _, tt := range []struct {
		name   string
		answer []string
		reason error
	}{
		{"none", nil, ErrOneAnswer},
		{"two", []string{line80, line32}, ErrOneAnswer},
		{"unknown tag", []string{"3 AES_CM_128_HMAC_SHA1_80 inline:" + rfcSam}, ErrNotOffered},
		{"tag and suite of different offers", []string{"2 AES_CM_128_HMAC_SHA1_80 inline:" + rfcSam}, ErrNotOffered},
		{"unreadable", []string{"1 AES_CM_128_HMAC_SHA1_80 inline:short"}, ErrSyntax},
		{"a parameter that was not offered", []string{line80 + " UNENCRYPTED_SRTP"}, ErrParameter},
		{"our key", []string{offer[0].Wire()}, ErrOwnKey},
		{"our other key", []string{offer[0].Answer(offer[1].Key).Wire()}, ErrOwnKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ours, theirs, err := Match(offer, tt.answer)
			if !errors.Is(err, tt.reason) {
				t.Errorf("%v", err)
			}
			if ours.Tag != "" || theirs.Tag != "" {
				t.Errorf("gave %v and %v all the same", ours, theirs)
			}
		})
	}
}

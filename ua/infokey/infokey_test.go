package infokey

import (
	"errors"
	"strings"
	"testing"
	"time"

	"star18/audio/dtmf"
)

// The bodies are those of devices, each written after what it sends.
func TestRead(t *testing.T) {
	for _, tt := range []struct {
		mediaType, body string
		want            string
		held            time.Duration
	}{
		{RelayType, "Signal=5\r\nDuration=160\r\n", "5", 160 * time.Millisecond},
		{RelayType, "Signal= 5\r\nDuration= 160", "5", 160 * time.Millisecond},
		{RelayType, "signal=*\nduration=250\n", "*", 250 * time.Millisecond},
		{RelayType, "Signal=#", "#", dtmf.DefaultHeld},
		{RelayType, "Signal=10\r\nDuration=100", "*", 100 * time.Millisecond},
		{RelayType, "Signal=11\r\nDuration=100", "#", 100 * time.Millisecond},
		{RelayType, "Signal: d\r\nDuration: 100", "D", 100 * time.Millisecond},
		{RelayType, "Duration=100\r\nSignal=\"7\"\r\n", "7", 100 * time.Millisecond},
		{RelayType, "Signal=1\r\nDuration=99999999", "1", longest},
		{RelayType, "Signal=1\r\nDuration=-5", "1", dtmf.DefaultHeld},
		{RelayType, "signal=hf", "!", dtmf.DefaultHeld},
		{DTMFType, "5", "5", dtmf.DefaultHeld},
		{DTMFType, "#\r\n", "#", dtmf.DefaultHeld},
		{DTMFType, "11", "#", dtmf.DefaultHeld},
		{DTMFType, "Signal=5\r\nDuration=160\r\n", "5", 160 * time.Millisecond},
		{FlashType, "signal=hf\r\n", "!", dtmf.DefaultHeld},
		{FlashType, "", "!", dtmf.DefaultHeld},
	} {
		got, err := Read(tt.mediaType, []byte(tt.body))
		if err != nil || got.Event.String() != tt.want || got.Held != tt.held {
			t.Errorf("%s %q: %+v, %v", tt.mediaType, tt.body, got, err)
		}
	}
	for _, bad := range []string{"", "x", "Signal=", "Signal=55", "Signal=17", "Signal=5\x006", "Duration=100", "1*", strings.Repeat(" ", maxBody) + "5"} {
		if got, err := Read(RelayType, []byte(bad)); !errors.Is(err, ErrBody) {
			t.Errorf("%q: %+v, %v", bad, got, err)
		}
	}
}

func TestWriteIsRead(t *testing.T) {
	events, _ := dtmf.Parse("0123456789*#ABCD!")
	for _, e := range events {
		p := dtmf.Press{Event: e, Held: dtmf.DefaultHeld}
		mediaType, body := Write(p)
		if got, err := Read(mediaType, body); err != nil || got != p || !Is(mediaType) {
			t.Errorf("%v: %+v, %v from %q", e, got, err, body)
		}
	}
	if _, body := Write(dtmf.Press{Event: 5, Held: 100 * time.Millisecond}); string(body) != "Signal=5\r\nDuration=100\r\n" {
		t.Errorf("%q", body)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(RelayType, []byte("Signal=5\r\nDuration=160\r\n"))
	f.Add(FlashType, []byte("signal=hf"))
	f.Fuzz(func(t *testing.T, mediaType string, body []byte) {
		p, err := Read(mediaType, body)
		if err == nil && (!p.Event.Known() || p.Held <= 0 || p.Held > longest) {
			t.Errorf("%+v", p)
		}
	})
}

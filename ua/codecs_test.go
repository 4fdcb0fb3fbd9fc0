package ua

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
	"star18/ua/sdp"
)

// wideList is what a line without libopus offers by default, and one more clock.
var wideList = []string{"L16/16000", "G722", "PCMU", "PCMA"}

// mustHearTone asserts that a side hears the other's tone at its level.
func (e *end) mustHearTone(t *testing.T, hz float64) {
	t.Helper()
	if level := measure.LevelAt(e.heard.last(500*time.Millisecond), e.rate, hz); math.Abs(level+10) > 1.5 {
		t.Errorf("%s hears %.0f Hz at %.1f dBm0, want -10", e.user, hz, level)
	}
}

// A call becomes secure and is heard in every codec, between lines whose devices
// run at rates of their own.
func TestSecuredInEveryCodec(t *testing.T) {
	for _, codec := range []string{"G722", "G726-32", "AAL2-G726-32", "L16/16000", "L16/48000"} {
		t.Run(codec, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(a, b *Config) {
					a.Codecs, b.Codecs = []string{codec, "PCMU"}, []string{"PCMU", "L16/48000", "L16/16000", "G722", "G726-32", "AAL2-G726-32"}
				})
				out, in := r.dial(true)
				time.Sleep(3 * time.Second)
				if got := must[Answered](r.caller).Codec; !strings.HasPrefix(codec, got) {
					t.Errorf("codec %s", got)
				}
				if count[Secured](r.caller) != 1 || count[Secured](r.callee) != 1 {
					t.Errorf("caller %v, callee %v", r.caller.names(), r.callee.names())
				}
				r.caller.mustHearTone(t, calleeTone)
				r.callee.mustHearTone(t, callerTone)
				out.Hangup()
				<-in.Done()
				r.close()
			})
		})
	}
}

// A re-INVITE takes a secured call from 8 kHz to 16 and back; the devices stay as
// they are, and nothing leaves in clear.
func TestRateChangeSecured(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) { a.Codecs, b.Codecs = []string{"PCMU", "G722"}, wideList })
		out, in := r.dial(true)
		time.Sleep(3 * time.Second)
		for _, first := range []string{"G722", "PCMU"} {
			changed := make(chan struct{})
			out.post(func() {
				out.target.PreferCodec = first
				close(changed)
			})
			<-changed
			if err := out.Hold(); err != nil {
				t.Fatal(err)
			}
			if err := out.Resume(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
			agreed := make(chan string)
			out.post(func() { agreed <- out.media.agreed.Codec.Name })
			if got := <-agreed; got != first {
				t.Errorf("codec %s, want %s", got, first)
			}
			r.caller.mustHearTone(t, calleeTone)
			r.callee.mustHearTone(t, callerTone)
		}
		out.Hangup()
		<-in.Done()
		r.close()
		if e := out.Ended(); e.Secure != SecureDone || e.Rx.Rejected != 0 {
			t.Errorf("%+v", e)
		}
	})
}

// What a line offers: wideband first, one number for each, digits on the clock of
// every codec (RFC 4733 section 2.1), and room in the datagram (RFC 3261 section
// 18.1.1) for all the rest of an INVITE.
func TestOfferOfEveryCodec(t *testing.T) {
	c := Config{Codecs: []string{"L16/48000", "G722", "PCMU", "PCMA", "G726-32", "AAL2-G726-32", "L16/16000"}}
	c.NewCodec = audio.NewCodec
	formats, rate, err := c.readCodecs()
	if err != nil || rate != 48000 {
		t.Fatalf("%d Hz, %v", rate, err)
	}
	seen := map[uint8]string{}
	var events []int
	for _, f := range formats {
		if other, ok := seen[f.PT]; ok {
			t.Errorf("%d is %s and %s", f.PT, other, f.Name)
		}
		seen[f.PT] = f.Name
		if f.Name == sdp.TelephoneEvent {
			events = append(events, f.ClockRate)
		}
	}
	if !slices.Equal(events, []int{8000, 16000, 48000}) {
		t.Errorf("events at %v", events)
	}
	if size := len(sdp.Offer(sdp.Local{Codecs: formats}).Marshal()); size > 650 {
		t.Errorf("%d octets", size)
	}
}

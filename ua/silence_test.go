package ua

import (
	"bytes"
	"testing"
	"time"
)

// Comfort noise is offered where silence may be suppressed: with the setting, in
// a call that does not want security and on a line that does not require it.
func TestComfortNoiseIsOffered(t *testing.T) {
	for _, c := range []struct {
		name            string
		on, secure, all bool
		want            bool
	}{
		{"on", true, false, false, true},
		{"off", false, false, false, false},
		{"in a call that wants security", true, true, false, false},
		{"where security is required", true, true, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(caller, callee *Config) {
					caller.SilenceSuppression, caller.Secure.Require = c.on, c.all
				})
				out, in := r.dial(c.secure)
				time.Sleep(time.Second)
				var offer []byte
				described := make(chan []byte, 1)
				out.post(func() { described <- out.media.described.Marshal() })
				offer = <-described
				if got := bytes.Contains(offer, []byte(" 13\r\n")); got != c.want {
					t.Errorf("comfort noise offered: %v, want %v\n%s", got, c.want, offer)
				}
				out.Hangup()
				<-in.Done()
				r.close()
			})
		})
	}
}

package mwi

import (
	"testing"
	"time"
)

// The first is RFC 3842 section 5.2's own example.
func TestParse(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       Summary
		ok         bool
	}{
		{"RFC 3842", "Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\nVoice-Message: 2/8 (0/2)\r\n\r\nTo: <alice@atlanta.example.com>\r\nFrom: <bob@biloxi.example.com>\r\n", Summary{true, 2, 8}, true},
		{"status alone", "Messages-Waiting: no\r\n", Summary{}, true},
		{"bare line ends, other case", "messages-waiting:YES\nvoice-message: 1/0\n", Summary{true, 1, 0}, true},
		{"fax and mail only", "Messages-Waiting: yes\nFax-Message: 1/2\nText-Message: 3/4 (1/1)\n", Summary{true, 4, 6}, true},
		{"voice counts alone", "Messages-Waiting: yes\nFax-Message: 1/2\nVoice-Message: 5/6\nText-Message: 3/4\n", Summary{true, 5, 6}, true},
		{"nonsense counts", "Messages-Waiting: yes\nVoice-Message: many\n", Summary{true, 0, 0}, true},
		{"huge counts", "Messages-Waiting: yes\nVoice-Message: 4294967295/1\n", Summary{true, maxCount, 1}, true},
		{"neither yes nor no", "Messages-Waiting: perhaps\n", Summary{}, false},
		{"empty", "", Summary{}, false},
	} {
		got, err := Parse([]byte(tt.body))
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%s: %+v, %v; want %+v", tt.name, got, err, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := Parse(body)
		if err == nil && (s.New < 0 || s.New > maxCount || s.Old < 0 || s.Old > maxCount) {
			t.Errorf("%q: %+v", body, s)
		}
	})
}

// The oracle is RFC 6665 4.1.2 and 4.1.3; the waits are our own choice.
func TestPolicy(t *testing.T) {
	for _, tt := range []struct {
		name string
		next func(*Policy) Step
		want Step
	}{
		{"accepted", func(p *Policy) Step { return p.Answered(202, 600*time.Second, 0, 0) }, Step{Wait: 480 * time.Second}},
		{"accepted for a moment", func(p *Policy) Step { return p.Answered(200, time.Second, 0, 0) }, Step{Wait: least}},
		{"too brief", func(p *Policy) Step { return p.Answered(423, 0, 2*time.Hour, 0) }, Step{Lower: 2 * time.Hour}},
		{"too brief twice", func(p *Policy) Step {
			p.Answered(423, 0, 2*time.Hour, 0)
			return p.Answered(423, 0, 2*time.Hour, 0)
		}, Step{Anew: true, Wait: 60 * time.Second}},
		{"gone", func(p *Policy) Step { return p.Answered(481, 0, 0, 0) }, Step{Anew: true, Wait: 30 * time.Second}},
		{"bad event", func(p *Policy) Step { return p.Answered(489, 0, 0, 0) }, Step{Give: true}},
		{"busy server", func(p *Policy) Step { return p.Answered(503, 0, 0, 100*time.Second) }, Step{Anew: true, Wait: 100 * time.Second}},
		{"silence, three times", func(p *Policy) Step { p.Silent(); p.Silent(); return p.Silent() }, Step{Anew: true, Wait: 2 * time.Minute}},
		{"silence for ever", func(p *Policy) Step {
			for range 100 {
				p.Silent()
			}
			return p.Silent()
		}, Step{Anew: true, Wait: retryMost}},
		{"deactivated", func(p *Policy) Step { return p.Terminated("Deactivated", 0) }, Step{Anew: true, Wait: least}},
		{"rejected", func(p *Policy) Step { return p.Terminated("rejected", 0) }, Step{Give: true}},
		{"probation", func(p *Policy) Step { return p.Terminated("probation", 5*time.Minute) }, Step{Anew: true, Wait: 5 * time.Minute}},
		{"no reason", func(p *Policy) Step { return p.Terminated("", 0) }, Step{Anew: true, Wait: 30 * time.Second}},
	} {
		if got := tt.next(&Policy{}); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

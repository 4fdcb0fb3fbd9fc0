package register

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

func response(code int, headers ...string) *sip.Response {
	res := sip.NewResponse(code, "Because")
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Contact" {
			c := &sip.ContactHeader{Params: sip.NewParams()}
			if _, err := sip.ParseAddressValue(headers[i+1], &c.Address, &c.Params); err != nil {
				panic(err)
			}
			res.AppendHeader(c)
			continue
		}
		res.AppendHeader(sip.NewHeader(headers[i], headers[i+1]))
	}
	return res
}

var ours = sip.Uri{Scheme: "sip", User: "me", Host: "192.0.2.1", Port: 5070}

func policy() *Policy {
	return &Policy{Expires: time.Hour, Jitter: func(int64) int64 { return 0 }}
}

// RFC 3261 10.2.4: the expiry is that of our own Contact, else the Expires
// header, else what we asked for.
func TestGranted(t *testing.T) {
	for _, tt := range []struct {
		name    string
		res     *sip.Response
		granted time.Duration
		wait    time.Duration
	}{
		{"nothing said", response(200), 3600 * time.Second, 3240 * time.Second},
		{"header", response(200, "Expires", "600"), 600 * time.Second, 540 * time.Second},
		{"our contact among others", response(200, "Expires", "600",
			"Contact", "<sip:me@192.0.2.2:5070>;expires=30", "Contact", "<sip:me@192.0.2.1:5070>;expires=120"),
			120 * time.Second, 108 * time.Second},
		{"another phone's contact only", response(200, "Contact", "<sip:me@192.0.2.2:5070>;expires=30"),
			3600 * time.Second, 3240 * time.Second},
		{"short", response(200, "Expires", "20"), 20 * time.Second, 15 * time.Second},
		{"very short", response(200, "Expires", "4"), 4 * time.Second, 2 * time.Second},
		{"nonsense", response(200, "Expires", "soon"), 3600 * time.Second, 3240 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := policy().Answered(tt.res, ours)
			if n.Outcome != Registered || n.Expires != tt.granted || n.Wait != tt.wait {
				t.Errorf("%+v, want %v granted and %v to wait", n, tt.granted, tt.wait)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		res     *sip.Response
		outcome Outcome
		wait    time.Duration
	}{
		{response(403), Refused, refusedRetry},
		{response(401), Refused, refusedRetry},
		{response(404), Refused, refusedRetry},
		{response(500), Failed, firstRetry},
		{response(503, "Retry-After", "17 (maintenance)"), Failed, 17 * time.Second},
		{response(403, "Retry-After", "5;duration=3600"), Refused, 5 * time.Second},
		{response(503, "Retry-After", "0"), Failed, firstRetry}, // not in an endless hurry
		{response(503, "Retry-After", "2147483647"), Failed, time.Hour},
		{response(423), Failed, firstRetry}, // without Min-Expires there is nothing to follow
	} {
		n := policy().Answered(tt.res, ours)
		if n.Outcome != tt.outcome || n.Wait != tt.wait {
			t.Errorf("%d: %+v, want outcome %d after %v", tt.res.StatusCode, n, tt.outcome, tt.wait)
		}
	}
}

func TestTooBrief(t *testing.T) {
	p := policy()
	p.Expires = time.Minute
	if n := p.Answered(response(423, "Min-Expires", "300"), ours); n.Outcome != TooBrief || n.Wait != 0 || p.Expires != 300*time.Second {
		t.Errorf("%+v, asks for %v", n, p.Expires)
	}
	if n := p.Answered(response(423, "Min-Expires", "300"), ours); n.Outcome == TooBrief {
		t.Error("a registrar that repeats itself must not be asked for ever")
	}
}

// A registrar that wants a little more each time is not followed for ever.
func TestEverBriefer(t *testing.T) {
	p := policy()
	for i := range 3 {
		if n := p.Answered(response(423, "Min-Expires", fmt.Sprint(4000+i)), ours); n.Outcome != TooBrief {
			t.Fatalf("raise %d: %+v", i+1, n)
		}
	}
	if n := p.Answered(response(423, "Min-Expires", "5000"), ours); n.Outcome != Failed || n.Wait < firstRetry/2 {
		t.Errorf("raise 4: %+v", n)
	}
}

// A binding for no time at all is none, and is not asked for again at once.
func TestGrantedNothing(t *testing.T) {
	p := policy()
	for i, want := range []time.Duration{1, 2, 4} {
		n := p.Answered(response(200, "Contact", "<"+ours.String()+">;expires=0"), ours)
		if n.Outcome != Failed || n.Wait != want*time.Second {
			t.Errorf("attempt %d: %+v", i+1, n)
		}
	}
	p.Expires = 0 // taken back: then it is what was wanted
	if n := p.Answered(response(200, "Contact", "<"+ours.String()+">;expires=0"), ours); n.Outcome != Registered {
		t.Errorf("unregistered: %+v", n)
	}
}

func TestReasonIsPrintable(t *testing.T) {
	res := response(403)
	res.Reason = "\x1b[31mNo\a\x9b2J\u009b"
	if n := policy().Answered(res, ours); n.Reason != "403 [31mNo2J" {
		t.Errorf("%q", n.Reason)
	}
}

// The wait doubles from 1 s to 30 s, starts again after a success, and is
// shortened by at most a third.
func TestBackoff(t *testing.T) {
	p := policy()
	var got []time.Duration
	for range 7 {
		got = append(got, p.Silent(errors.New("down")).Wait)
	}
	want := []time.Duration{1, 2, 4, 8, 16, 30, 30}
	for i := range want {
		if got[i] != want[i]*time.Second {
			t.Fatalf("waits %v", got)
		}
	}
	p.Answered(response(200), ours)
	if n := p.Silent(errors.New("down")); n.Wait != time.Second {
		t.Errorf("%v after a success", n.Wait)
	}
	p.Jitter = func(n int64) int64 { return n - 1 }
	if n := p.Silent(errors.New("down")); n.Wait < 2*time.Second*2/3 || n.Wait > 2*time.Second*2/3+time.Millisecond {
		t.Errorf("most jittered second wait %v", n.Wait)
	}
}

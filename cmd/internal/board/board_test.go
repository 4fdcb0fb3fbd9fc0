package board

import (
	"testing"
	"time"

	"star18/cmd/internal/say"
	"star18/securecall"
	"star18/ua"
)

var start = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// tell makes a board of events, one a second. "line" is the line's own.
func tell(b *Board, call string, events ...ua.Event) {
	for i, ev := range events {
		b.Tell(say.Told{At: start.Add(time.Duration(i) * time.Second), Call: call, Event: ev})
	}
}

// TestSecurity: the oracle is the rule that nothing is called secure before the
// other side's first authenticated packet, which is what ua.Secured tells.
func TestSecurity(t *testing.T) {
	secured := ua.Secured{Name: "$Joe Smith", Number: "14085551234"}
	refused := ua.NotSecured{Reason: securecall.PeerRefused, Status: 488}
	for _, test := range []struct {
		name   string
		events []ua.Event
		want   Security
	}{
		{"an ordinary call", []ua.Event{ua.Dialing{}, ua.Answered{}}, Clear},
		{"wanted is not had", []ua.Event{ua.Dialing{Secure: true}, ua.Answered{}}, Clear},
		{"keys exchanged, nothing heard", []ua.Event{ua.Dialing{Secure: true}, ua.Answered{Protected: true}}, Securing},
		{"second stage", []ua.Event{ua.Answered{}, ua.Securing{}}, Securing},
		{"authenticated", []ua.Event{ua.Answered{}, ua.Securing{}, secured}, Secure},
		{"refused", []ua.Event{ua.Answered{}, ua.Securing{}, refused}, NotSecure},
		{"lost", []ua.Event{ua.Securing{}, secured, refused}, NotSecure},
		{"regained", []ua.Event{ua.Securing{}, refused, secured}, Secure},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b Board
			tell(&b, "1", test.events...)
			if got := b.Calls[0].Security; got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestNamesAreNotMixed(t *testing.T) {
	var b Board
	tell(&b, "1", ua.Incoming{FromName: "Bank", FromNumber: "1"}, ua.Answered{}, ua.Securing{}, ua.Secured{Name: "$Joe Smith", Number: "14085551234"})
	c := b.Calls[0]
	if c.Info.Name != "Bank" || c.Info.Number != "1" || c.Proof.Name != "$Joe Smith" || c.Proof.Number != "14085551234" {
		t.Errorf("SIP says %q %q, the certificate %q %q", c.Info.Name, c.Info.Number, c.Proof.Name, c.Proof.Number)
	}
}

func TestRegistration(t *testing.T) {
	var b Board
	if b.Line("").Registration.State != Trying {
		t.Error("begins as", b.Line("").Registration.State)
	}
	tell(&b, "", ua.RegistrationFailed{Status: 403, Reason: "Forbidden", RetryIn: 30})
	if r := b.Line("").Registration; r.State != Failed || !r.Retry.Equal(start.Add(30*time.Second)) || r.Status != 403 {
		t.Errorf("%+v", r)
	}
	tell(&b, "", ua.Registered{AOR: "sip:a@b", Expires: 60, Via: "udp"})
	if r := b.Line("").Registration; r.State != Registered || !r.Until.Equal(start.Add(time.Minute)) || r.Reason != "" {
		t.Errorf("%+v", r)
	}
}

// Each line has its own registration and messages, and a call knows its line.
func TestLines(t *testing.T) {
	var b Board
	b.Tell(say.Told{At: start, Account: "work", Event: ua.RegistrationFailed{Status: 403}})
	b.Tell(say.Told{At: start, Account: "home", Event: ua.Registered{AOR: "sip:a@b", Expires: 60}})
	b.Tell(say.Told{At: start, Account: "home", Event: ua.Messages{Waiting: true, New: 2}})
	b.Tell(say.Told{At: start, Account: "work", Call: "1", Event: ua.Incoming{}})
	home, work := b.Line("home"), b.Line("work")
	if home.Registration.State != Registered || home.Messages.New != 2 || work.Registration.State != Failed || work.Messages.New != 0 {
		t.Errorf("%+v, %+v", home, work)
	}
	if got := b.Calls[0].Account; got != "work" {
		t.Errorf("the call is on %q", got)
	}
}

func TestCallsEnd(t *testing.T) {
	var b Board
	tell(&b, "1", ua.Dialing{Number: "5"}, ua.Ended{Cause: ua.CauseBusy})
	tell(&b, "2", ua.Incoming{FromNumber: "6"}, ua.Ended{Cause: ua.CauseCancelled})
	tell(&b, "3", ua.Incoming{FromNumber: "7"}, ua.Ended{Answered: true})
	tell(&b, "3", ua.Ended{Answered: true})
	if len(b.Calls) != 0 || len(b.Over) != 3 || b.Over[0].Info.ID != "3" {
		t.Fatalf("%d calls, %d over", len(b.Calls), len(b.Over))
	}
	if b.Missed != 1 {
		t.Errorf("%d missed, want the one that called us and was not answered", b.Missed)
	}
	for range 2 * maxOver {
		tell(&b, "x", ua.Dialing{}, ua.Ended{})
		b.Over[0].Info.ID = "renamed"
	}
	if len(b.Over) != maxOver {
		t.Errorf("%d remembered", len(b.Over))
	}
}

// TestLoss: three lost of a hundred in one second are 3 %, and what comes late
// after all is no loss below zero.
func TestLoss(t *testing.T) {
	var b Board
	stats := func(packets, lost uint64) ua.Event { return ua.Stats{Rx: ua.RxStats{Packets: packets, Lost: lost}} }
	tell(&b, "1", stats(50, 0), stats(147, 3), stats(197, 2), stats(197, 2))
	for i, want := range []float64{0, 3, 0, 0} {
		if got := b.Calls[0].Loss[i]; got != want {
			t.Errorf("second %d: %v %%, want %v", i, got, want)
		}
	}
	for range 100 {
		tell(&b, "1", stats(0, 0))
	}
	if n := len(b.Calls[0].Loss); n != seriesLength {
		t.Errorf("%d seconds are kept", n)
	}
}

func TestActive(t *testing.T) {
	var b Board
	tell(&b, "1", ua.Dialing{})
	tell(&b, "2", ua.Incoming{})
	b.Refresh([]ua.CallInfo{{ID: "1", State: "up"}, {ID: "2", State: "ringing"}, {ID: "9"}})
	if got := b.Active().Info.ID; got != "2" {
		t.Errorf("call %s, want the one that rings", got)
	}
	b.Refresh([]ua.CallInfo{{ID: "1", State: "up", Active: true}, {ID: "2", State: "ringing"}})
	if got := b.Active().Info.ID; got != "1" {
		t.Errorf("call %s, want the one that has the sound", got)
	}
}

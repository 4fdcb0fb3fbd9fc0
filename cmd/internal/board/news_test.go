package board

import (
	"strings"
	"testing"

	"star18/cmd/internal/say"
	"star18/securecall"
	"star18/ua"
)

// TestNews: what a display must say in words is said, with what to do, and what it
// shows by a state is only kept. "!" is bad, "-" quiet, "" is not kept.
func TestNews(t *testing.T) {
	for _, test := range []struct {
		event        ua.Event
		mark, advice string
	}{
		{ua.Ended{By: ua.Remote, Status: 404, Cause: ua.CauseNotFound}, "!", "check the number"},
		{ua.Ended{By: ua.Remote, Cause: ua.CauseCancelled}, " ", ""},
		{ua.Ended{By: ua.Local, Cause: ua.CauseCancelled}, " ", ""},
		{ua.Ended{Answered: true, Cause: ua.CauseHangup}, " ", ""},
		{ua.NotSecured{Reason: securecall.PeerSilent}, "!", "INFO"},
		{ua.NoAudio{Seconds: 5}, "!", "router"},
		{ua.AutoAnswered{}, "!", ""},
		{ua.Recording{State: ua.RecordingStarted, Unencrypted: true}, "!", ""},
		{ua.Recording{State: ua.RecordingStarted}, " ", ""},
		{ua.Conference{Calls: []string{"1", "2"}, Mixed: true}, "!", ""},
		{ua.Transfer{Done: true, Status: 486}, "!", ""},
		{ua.Transfer{Done: true, Status: 200}, " ", ""},
		{ua.Dialing{NamedBySecurity: true}, "!", ""},
		{ua.Dialing{}, "-", ""},
		{ua.Held{By: "local", Detail: "the other side did not agree"}, " ", ""},
		{ua.Held{By: "remote"}, "-", ""},
		{ua.Secured{Name: "$Joe"}, "-", ""},
		{say.Reply{Text: "x", Failed: true}, "!", ""},
		{ua.Stats{}, "", ""},
	} {
		var b Board
		tell(&b, "1", test.event)
		mark, advice := "", ""
		if len(b.Said) > 0 {
			mark, advice = " ", b.Said[0].Advice
			if b.Said[0].Bad {
				mark = "!"
			} else if b.Said[0].Quiet {
				mark = "-"
			}
		}
		if mark != test.mark || !strings.Contains(advice, test.advice) {
			t.Errorf("%#v: %q with advice %q, want %q with %q", test.event, mark, advice, test.mark, test.advice)
		}
	}
}

// TestNewsIsBounded: a phone that runs for a year forgets the oldest words.
func TestNewsIsBounded(t *testing.T) {
	var b Board
	for range 2 * maxSaid {
		tell(&b, "", ua.Registered{})
	}
	if len(b.Said) != maxSaid {
		t.Errorf("%d are kept", len(b.Said))
	}
}

// TestRequired: a call that ends for want of security is not said to go on.
func TestRequired(t *testing.T) {
	b := Board{Require: true}
	tell(&b, "1", ua.NotSecured{Reason: securecall.PeerRefused})
	if text := b.Said[0].Text; strings.Contains(text, "goes on") || !strings.Contains(text, "required") {
		t.Error(text)
	}
}

package board

import (
	"slices"
	"time"

	"star18/cmd/internal/say"
	"star18/ua"
)

// Said is one line of words about what happened.
type Said struct {
	At      time.Time
	Call    string // "" is the line
	Account string // of the line; empty where there is but one
	Heading string
	Text    string
	Advice  string // the next step; empty: there is nothing to do
	Bad     bool
	// Quiet: the state says it as well, or it is of no interest but to who looks
	// for it later.
	Quiet bool
}

// maxSaid is our own choice for what is remembered.
const maxSaid = 500

// Say takes a reply to what the user did.
func (b *Board) Say(s Said) {
	b.Said = append(b.Said, s)
	if extra := len(b.Said) - maxSaid; extra > 0 {
		b.Said = slices.Delete(b.Said, 0, extra)
	}
}

// note keeps an event in words, unless it comes each second or is a sound.
func (b *Board) note(t say.Told) {
	switch t.Event.(type) {
	case ua.Stats, ua.TonePlayed, ua.Active:
		return
	}
	heading, text := say.Words(t.Event, b.Require)
	b.Say(Said{At: t.At, Call: t.Call, Account: t.Account, Heading: heading, Text: text, Advice: say.Advice(t.Event), Bad: isBad(t.Event), Quiet: isQuiet(t.Event)})
}

// isQuiet: a display shows it by the state of the line or of the call.
func isQuiet(ev ua.Event) bool {
	switch ev := ev.(type) {
	case ua.Registered, ua.RegistrationFailed, ua.Incoming, ua.Ringing, ua.EarlyMedia, ua.Answered, ua.Securing,
		ua.Secured, ua.Resumed, ua.DTMF, ua.Muted, ua.Unmuted:
		return true
	case ua.Dialing:
		return !ev.NamedBySecurity
	case ua.Held:
		return ev.Detail == ""
	case ua.Messages:
		return !ev.Waiting
	}
	return false
}

// isBad: who does not notice it believes something wrong.
func isBad(ev ua.Event) bool {
	switch ev := ev.(type) {
	case ua.NotSecured, ua.RegistrationFailed, ua.AutoAnswered, ua.NoAudio:
		return true
	case ua.Ended:
		return say.Advice(ev) != ""
	case ua.Dialing:
		return ev.NamedBySecurity
	case ua.Transfer:
		return ev.SecureLost || ev.Done && ev.Status >= 300
	case ua.Conference:
		return ev.Mixed
	case ua.Recording:
		return ev.State == ua.RecordingFailed || ev.Unencrypted
	case ua.DeviceFault:
		return ev.Fault != ""
	case say.Reply:
		return ev.Failed
	}
	return false
}

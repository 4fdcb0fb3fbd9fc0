package say

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"star18/audio"
	"star18/securecall"
	"star18/ua"
)

// People writes plain lines: a word in the first column, what it means after.
// Whether a call is secure is in capitals, because missing it is dangerous.
type People struct {
	W io.Writer
	// Require: secure.require is set, so what is not secure is ended.
	Require bool
	// Prefix stands before each line, for example which side speaks.
	Prefix string
}

// Tell implements Teller.
func (p People) Tell(t Told) {
	if t.Account != "" {
		p.Prefix += Clean(t.Account) + ": "
	}
	switch ev := t.Event.(type) {
	case ua.Secured:
		p.secured(ev)
	case ua.Ended:
		p.line(endedWords(ev))
	case ua.TonePlayed:
		if t.Call != "" { // the tones of dialling say of themselves what they mean
			p.line(plainWords(ev))
		}
	case ua.NotSecured:
		p.line("NOT SECURE", NotSecuredWords(ev, p.Require))
	default:
		p.line(plainWords(ev))
	}
	if next := Advice(t.Event); next != "" {
		p.line("  next", next)
	}
}

func (p People) line(word, rest string) {
	text := strings.TrimRight(fmt.Sprintf("%-11s %s", word, Clean(rest)), " ")
	_, _ = fmt.Fprintln(p.W, p.Prefix+text)
}

// Clean replaces what the far end could use to paint on a terminal: its name
// and reason phrase are its own choice.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

func plainWords(ev ua.Event) (word, rest string) {
	switch ev := ev.(type) {
	case ua.Registered:
		return "registered", fmt.Sprintf("%s for %d s via %s", ev.AOR, ev.Expires, ev.Via)
	case ua.RegistrationFailed:
		return "NO LINE", registrationWords(ev)
	case ua.Incoming:
		return "incoming", Caller(ev.FromName, ev.FromNumber)
	case ua.TurnedAway:
		return "missed", turnedAwayWords(ev)
	case ua.AutoAnswered:
		return "AUTO ANSWER", "the call answers itself; the microphone is open"
	case ua.Dialing:
		return "dialing", dialingWords(ev)
	case ua.Ringing:
		return "ringing", ""
	case ua.Redirected:
		return "redirected", redirectedWords(ev)
	case ua.EarlyMedia:
		return "early sound", "the other side sends sound before it answers"
	case ua.Answered:
		return "answered", fmt.Sprintf("%s, %s %d ms, %s", ev.Remote, ev.Codec, ev.Ptime, map[bool]string{true: "keys exchanged", false: "in clear"}[ev.Protected])
	case ua.Securing:
		return "securing...", ""
	case ua.TonePlayed:
		return "tone", ev.Name
	case ua.Held, ua.Resumed, ua.Active, ua.Conference, ua.Transfer:
		return severalWords(ev)
	case ua.Messages:
		return "messages", messagesWords(ev)
	case Reply:
		return map[bool]string{true: "no", false: "  "}[ev.Failed], ev.Text
	case Dropped:
		return "missing", fmt.Sprintf("%d events that nobody read while they waited", ev.Count)
	case CallBackWaits:
		return "call back", fmt.Sprintf("%s is called again in %d s", ev.Number, ev.RetryIn)
	case ua.DTMF:
		return "key", ev.Digit + " (" + ev.Method.String() + ")"
	case ua.Stats:
		return "sound", statsWords(ev)
	case ua.Muted, ua.Unmuted, ua.Recording, ua.Playing:
		return consoleWords(ev)
	case ua.DeviceFault:
		return deviceWords(ev)
	case ua.NoAudio, ua.AudioArrived:
		return hearingWords(ev)
	}
	return ev.EventName(), ""
}

func hearingWords(ev ua.Event) (word, rest string) {
	switch ev := ev.(type) {
	case ua.NoAudio:
		word, rest = "NO AUDIO", fmt.Sprintf("nothing of the other side has arrived for %d s, it may hear us all the same", ev.Seconds)
		if ev.Rejected > 0 {
			rest = fmt.Sprintf("nothing that can be played has arrived for %d s; %d packets were refused", ev.Seconds, ev.Rejected)
		}
	case ua.AudioArrived:
		word, rest = "audio", fmt.Sprintf("arrives, after %d s", ev.Seconds)
	}
	return word, rest
}

// NamedBySecurityWarning is for a call that hides who calls and wants security.
const NamedBySecurityWarning = "your number is not shown, but the certificate of a secure call names you to the other side"

func dialingWords(ev ua.Dialing) string {
	text := ev.Number + map[bool]string{true: ", to be secured", false: ", in clear"}[ev.Secure]
	switch {
	case ev.NamedBySecurity:
		text += "; " + NamedBySecurityWarning
	case ev.Hidden:
		text += ", without your number"
	}
	return text
}

func messagesWords(ev ua.Messages) string {
	if !ev.Waiting {
		return "none wait"
	}
	return fmt.Sprintf("waiting: %d new, %d old", ev.New, ev.Old)
}

var turnedAwayReasons = map[string]string{
	"anonymous": "anonymous calls are rejected", "user-busy": "busy", "do-not-disturb": "do not disturb",
	"unconditional": "all calls are forwarded", "no-answer": "no answer",
}

func turnedAwayWords(ev ua.TurnedAway) string {
	text := Caller(ev.FromName, ev.FromNumber) + ": " + turnedAwayReasons[ev.Why]
	if ev.To != "" {
		text += ", forwarded to " + ev.To
	}
	return text
}

// redirectedWords: who answers elsewhere is secure only under the number that was
// dialled, which the user must know.
func redirectedWords(ev ua.Redirected) string {
	text := fmt.Sprintf("to %s (%d)", ev.To, ev.Status)
	if ev.Secure {
		text += "; only a certificate for " + ev.Number + " makes it secure"
	}
	return text
}

// statsWords leaves out what the other side has not told.
func statsWords(ev ua.Stats) string {
	text := fmt.Sprintf("received %d, lost %d", ev.Rx.Packets, ev.Rx.Lost)
	if ev.Rx.Corrected > 0 {
		text += fmt.Sprintf(" (%d made good)", ev.Rx.Corrected)
	}
	text += fmt.Sprintf(", late %d, jitter %.1f ms", ev.Rx.Late, ev.Rx.JitterMS)
	if ev.Tx.RTTMS > 0 {
		text += fmt.Sprintf("; sent %d, lost %d, round trip %.0f ms", ev.Tx.Packets, ev.Tx.Lost, ev.Tx.RTTMS)
	}
	if ev.MOS > 0 {
		text += fmt.Sprintf("; MOS %.1f", ev.MOS)
	}
	text += "; " + Levels(ev.Sent, ev.Heard)
	if c := ev.Card; c != (audio.DeviceCounts{}) {
		text += fmt.Sprintf("; card lost %d in, %d out, broke up %d", c.Overruns, c.Underruns, c.Breaks)
	}
	return text
}

func registrationWords(ev ua.RegistrationFailed) string {
	text := "not registered: " + ev.Reason
	if ev.Status != 0 && !strings.Contains(ev.Reason, fmt.Sprint(ev.Status)) {
		text = fmt.Sprintf("not registered: %d %s", ev.Status, ev.Reason)
	}
	if ev.RetryIn > 0 {
		text += fmt.Sprintf("; next attempt in %d s", ev.RetryIn)
	}
	return text
}

// Warnings that belong to every display of a certified name.
const (
	PublishedCAWarning = "published CA key: anyone can issue this name"
	HopByHopWarning    = "hop by hop: every SIP server on the way can read the keys"
	KeysInClearWarning = "the keys travelled in clear over the network: whoever saw them can listen"
	WeakWarning        = "RSA-512 and SHA-1 are weak: this keeps out the curious, not the determined"
)

func (p People) secured(ev ua.Secured) {
	p.line("SECURE", securedWords(ev))
	if ev.Method == ua.MethodSDES {
		if ev.KeysInClear {
			p.line("  warning", KeysInClearWarning)
		}
		p.line("  note", HopByHopWarning)
		return
	}
	if ev.PublishedCA {
		p.line("  warning", PublishedCAWarning)
	}
	p.line("  note", WeakWarning)
}

// NotSecuredWords says what becomes of the call before it says why.
func NotSecuredWords(ev ua.NotSecured, require bool) string {
	fate := "the call goes on in clear"
	switch {
	case ev.Over || ev.Reason == securecall.CallEnded:
		fate = "the call is over"
	case require:
		fate = "the call is ended, because security is required"
	case ev.Reason == securecall.NoMedia || ev.Reason == securecall.MediaDowngraded:
		fate = "the call stays up, and nothing unprotected is played"
	}
	text := fate + ": " + lowerFirst(strings.TrimSuffix(ev.Reason.Words(), "."))
	if ev.Status != 0 {
		text += fmt.Sprintf(" (%d)", ev.Status)
	}
	if ev.Detail != "" && (ev.Status == 0 || !strings.Contains(ev.Detail, fmt.Sprint(ev.Status))) {
		text += ": " + ev.Detail
	}
	return text + " [" + ev.Reason.String() + "]"
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

var causeWords = map[ua.Cause]string{
	ua.CauseHangup: "hung up", ua.CauseCancelled: "cancelled", ua.CauseBusy: "busy", ua.CauseDeclined: "declined",
	ua.CauseNoAnswer: "no answer", ua.CauseNotFound: "no such number", ua.CauseUnavailable: "not available",
	ua.CauseNotAcceptable: "the other side cannot take this call", ua.CauseForbidden: "forbidden",
	ua.CauseUnreachable: "the other side cannot be reached", ua.CauseNoACK: "the caller never confirmed",
	ua.CauseSecurityRequired: "security is required and was not reached", ua.CauseRefused: "refused",
	ua.CauseLocalFault: "a fault on this computer", ua.CauseTransferred: "transferred", ua.CauseForwarded: "forwarded",
	ua.CauseMoved: "moved to another address", ua.CauseIncomplete: "the number is incomplete",
	ua.CauseAmbiguous: "the number means several", ua.CauseLoop: "the call went in a circle",
	ua.CauseExtension: "an extension is missing", ua.CauseInterval: "the session timers do not fit",
	ua.CauseTooLarge: "the message was too large for a server", ua.CauseServerFault: "a server failed",
	ua.CauseOverloaded: "a server cannot take calls now", ua.CauseSessionExpired: "no sign of life from the other side",
}

func endedWords(ev ua.Ended) (word, rest string) {
	why := causeWords[ev.Cause]
	if ev.Status != 0 {
		why += fmt.Sprintf(" (%d)", ev.Status)
	}
	if ev.Detail != "" {
		why += ": " + ev.Detail
	}
	if !ev.Answered {
		return "NO CALL", why
	}
	by := "by us"
	if ev.By == ua.Remote {
		by = "by the other side"
	}
	seconds := float64(ev.DurationMS) / 1000
	return "ended", fmt.Sprintf("%s after %.1f s, %s: %s", by, seconds, secureWords[ev.Secure], why)
}

var secureWords = map[ua.SecureState]string{
	ua.SecureNever: "in clear", ua.SecureDone: "secure to the end", ua.SecureLost: "security was lost",
}

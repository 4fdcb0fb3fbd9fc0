package say

import (
	"fmt"
	"strings"

	"star18/ua"
)

// severalWords are for what happens among the calls of a line.
func severalWords(ev ua.Event) (word, rest string) {
	switch ev := ev.(type) {
	case ua.Held:
		rest = "by the " + ev.By + " side"
		if ev.Detail != "" {
			rest += ": " + ev.Detail
		}
		return "held", rest
	case ua.Resumed:
		return "resumed", "by the " + ev.By + " side"
	case ua.Active:
		return "active", "this call has the sound"
	case ua.Conference:
		return conferenceWords(ev)
	case ua.Transfer:
		return transferWords(ev)
	}
	return ev.EventName(), ""
}

// Warnings of what another call does to the security of this one.
const (
	MixedWarning      = "the conference mixes secured and clear: what is said in the secured call leaves here in clear"
	NewInClearWarning = "the new call begins in clear, and nobody in it has proved anything yet"
)

func conferenceWords(ev ua.Conference) (word, rest string) {
	switch {
	case len(ev.Calls) == 0:
		return "conference", "over"
	case ev.Mixed:
		return "NOT SECURE", MixedWarning + " (" + strings.Join(ev.Calls, ", ") + ")"
	}
	return "conference", "of " + strings.Join(ev.Calls, ", ")
}

// transferWords say first what the user is asked or must know.
func transferWords(ev ua.Transfer) (word, rest string) {
	by := ""
	if ev.By != "" {
		by = ", says " + ev.By
	}
	switch {
	case ev.SecureLost && ev.Role == ua.TransferTo:
		return "NOT SECURE", fmt.Sprintf("this call takes the place of %s, which was secured: %s", ev.OldCall, NewInClearWarning)
	case ev.SecureLost:
		return "NOT SECURE", fmt.Sprintf("transferred to %s as %s: %s", ev.Target, ev.NewCall, NewInClearWarning)
	case ev.Role == ua.TransferTo:
		return "transfer", fmt.Sprintf("%s takes the place of the party in %s%s", ev.Target, ev.OldCall, by)
	case ev.Asking:
		return "TRANSFER?", "the other side asks us to call " + ev.Target + by
	case ev.Done && ev.Status >= 200 && ev.Status < 300:
		return "transfer", "done: " + ev.Target + " has answered"
	case ev.Done:
		return "transfer", "not done: " + strings.TrimSpace(fmt.Sprintf("%s %s", ev.Target, statusWords(ev)))
	case ev.NewCall != "":
		return "transfer", "to " + ev.Target + " as " + ev.NewCall + by
	}
	return "transfer", "to " + ev.Target + " " + statusWords(ev)
}

func statusWords(ev ua.Transfer) string {
	text := strings.TrimSpace(ev.Reason)
	if ev.Status > 0 {
		text = strings.TrimSpace(fmt.Sprintf("(%d) %s", ev.Status, text))
	}
	return text
}

package main

import (
	"cmp"
	"fmt"
	"strings"

	"star18/cmd/internal/config"
	"star18/dialplan"
)

// explainWords is an intent for people: a line for each thing that there is to say.
func (a *app) explainWords(i dialplan.Intent, l config.Line) {
	line := func(name, value string) {
		if value != "" {
			_, _ = fmt.Fprintf(a.out, "%-10s %s\n", name, value)
		}
	}
	line("input", i.Input)
	line("codes", codesWords(i))
	line("sequence", sequenceWords(i))
	line("changed", i.Substitution)
	line("outcome", outcomeWords(i))
	line("number", i.Number)
	line("host", i.Host)
	line("goes to", roadWords(i, l))
	line("secure", secureWords(i))
	line("codec", codecWords(i))
	line("caller id", callerIDWords(i))
	line("why", i.Why)
}

// codesWords: each code with what it did; a code that came to nothing has none.
func codesWords(i dialplan.Intent) string {
	did := map[dialplan.Code]string{}
	for _, action := range i.Actions {
		did[action.Code] = " (" + action.Words() + ")"
	}
	words := make([]string, len(i.Codes))
	for n, code := range i.Codes {
		words[n] = string(code) + did[code]
	}
	return strings.Join(words, ", ")
}

func sequenceWords(i dialplan.Intent) string {
	if i.Sequence == 0 {
		return ""
	}
	return fmt.Sprintf("%d  %s", i.Sequence, i.SequenceText)
}

// roadWords is where an INVITE would go: an outbound proxy takes all, and requests
// to the line's own domain are the proxy's.
func roadWords(i dialplan.Intent, l config.Line) string {
	road := "that host"
	switch {
	case i.Number == "" && i.Host == "" || i.Outcome == dialplan.OutcomeReject || i.Err != nil:
		return ""
	case l.OutboundProxy != "":
		road = "the line's outbound proxy, " + l.OutboundProxy
	case i.Host == "" || strings.EqualFold(i.Host, l.Domain):
		road = strings.TrimSuffix("the line's proxy, "+cmp.Or(l.Proxy, l.Domain), ", ")
	}
	if i.Route != nil && i.Route.AuthUser != "" {
		road += ", with the user " + i.Route.AuthUser
	}
	return road
}

func codecWords(i dialplan.Intent) string {
	switch {
	case i.CodecForce != "":
		return "only " + string(i.CodecForce)
	case i.CodecPrefer != "":
		return string(i.CodecPrefer) + " first"
	}
	return ""
}

func callerIDWords(i dialplan.Intent) string {
	if i.HideCID == nil {
		return ""
	}
	return map[bool]string{true: "hidden", false: "shown"}[*i.HideCID]
}

func join(codes []dialplan.Code) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = string(c)
	}
	return strings.Join(words, " ")
}

// outcomeWords is the state after the last key, and what follows if no other one
// comes.
func outcomeWords(i dialplan.Intent) string {
	word := string(i.Outcome)
	switch i.Outcome {
	case dialplan.OutcomeWaitShort, dialplan.OutcomeWaitLong:
		if i.Wait == 0 {
			return word + ", for 0s: " + endWord(i) + " at once"
		}
		return fmt.Sprintf("%s, for %v, then it is %s; a whole string is at once", word, i.Wait, endWord(i))
	case dialplan.OutcomeDial:
		return word + ", at once"
	}
	return word
}

// endWord is what becomes of a number that has been waited for.
func endWord(i dialplan.Intent) string {
	switch {
	case i.Err != nil:
		return "refused"
	case i.Number != "" || i.Host != "":
		return "sent"
	case len(i.Actions) > 0:
		return "taken"
	}
	return "refused"
}

func secureWords(i dialplan.Intent) string {
	if i.Outcome == dialplan.OutcomeReject || i.Err != nil {
		return ""
	}
	word := "no"
	if i.Secure {
		word = "yes"
	}
	if i.SecureWhy != "" {
		word += ", " + i.SecureWhy
	}
	return word
}

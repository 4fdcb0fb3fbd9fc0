package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/state"
	"star18/dialplan"
)

func (a *app) dialCommand() *cobra.Command {
	var explain, plan string
	cmd := &cobra.Command{
		Use:   "dial --explain STRING",
		Short: "Say what a dial string would do, and why, without calling",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("explain") {
				return exit(exitUsage, errors.New("dial needs --explain STRING; to call, say star18 call STRING"))
			}
			if plan != "" {
				a.flags.sets = append(a.flags.sets, "dialplan.plan="+plan)
			}
			return a.explainDial(explain)
		},
	}
	cmd.Flags().StringVar(&explain, "explain", "", "the dial `string`")
	cmd.Flags().StringVar(&plan, "plan", "", "another dial `plan` than the configured one")
	return cmd
}

func (a *app) explainDial(text string) error {
	l, err := a.load()
	if err != nil {
		return err
	}
	standing, err := a.standing(l)
	if err != nil {
		return exit(exitFault, err)
	}
	dialer, _, err := dialplan.New(l.Dialplan(standing))
	if err != nil {
		return exit(exitUsage, err)
	}
	intent := dialer.Explain(text)
	if a.flags.json {
		return a.explainJSON(intent)
	}
	a.explainWords(intent)
	return nil
}

// standing reads without a trace: no folder is made for a line that was never
// used, or has no name yet.
func (a *app) standing(l *config.Loaded) (dialplan.Standing, error) {
	line := l.Settings.Line
	if line.User == "" || line.Domain == "" {
		return l.Standing(), nil
	}
	return state.Read(a.flags.state, line.User, line.Domain, l.Standing())
}

func (a *app) explainWords(i dialplan.Intent) {
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
	line("goes to", roadWords(i))
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

// roadWords is where an INVITE would go.
func roadWords(i dialplan.Intent) string {
	switch {
	case i.Number == "" && i.Host == "" || i.Outcome == dialplan.OutcomeReject:
		return ""
	case i.Route != nil && i.Route.AuthUser != "":
		return "that host, with the user " + i.Route.AuthUser
	case i.Route != nil:
		return "that host, past the line's proxy"
	case i.Host != "":
		return "that host, unless the line has an outbound proxy"
	}
	return "the line's proxy"
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
	case dialplan.OutcomeWaitShort:
		if i.Wait == 0 {
			return word + ", for 0s: " + endWord(i) + " at once"
		}
		return fmt.Sprintf("%s, for %v, then it is %s; a whole string is at once", word, i.Wait, endWord(i))
	case dialplan.OutcomeWaitLong:
		return fmt.Sprintf("%s, for %v: incomplete", word, i.Wait)
	case dialplan.OutcomeDial:
		return word + ", at once"
	}
	return word
}

// endWord is what becomes of a number that has been waited for.
func endWord(i dialplan.Intent) string {
	switch {
	case i.Number != "" || i.Host != "":
		return "sent"
	case len(i.Actions) > 0:
		return "taken"
	}
	return "refused"
}

func secureWords(i dialplan.Intent) string {
	if i.Outcome == dialplan.OutcomeReject {
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

package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/state"
	"star18/dialplan"
	"star18/securecall"
	"star18/ua"
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
			other := cmd.Flags().Changed("plan")
			if other {
				a.flags.sets = append(a.flags.sets, "dialplan.plan="+plan)
			}
			return a.explainDial(explain, other)
		},
	}
	cmd.Flags().StringVar(&explain, "explain", "", "the dial `string`")
	cmd.Flags().StringVar(&plan, "plan", "", "another dial `plan` than the configured one")
	return cmd
}

// explainDial explains with the configured plan, or with another one, of which it
// also says what works otherwise than it looks.
func (a *app) explainDial(text string, other bool) error {
	l, err := config.Load(a.options())
	if err != nil {
		return a.refuse(ofPlan(err))
	}
	if l = l.Account(a.flags.account); l == nil {
		return a.noAccount()
	}
	standing, err := a.standing(l)
	if err != nil {
		return exit(exitFault, err)
	}
	dialer, warnings, err := dialplan.New(l.Dialplan(standing))
	if err != nil {
		return exit(exitUsage, err)
	}
	if !other {
		warnings = nil // config check has told them
	}
	intent := dialer.Explain(text)
	intent.SecureWhy += hindrance(l, intent, time.Now())
	if a.flags.json {
		return a.explainJSON(intent, warnings)
	}
	for _, w := range warnings {
		_, _ = fmt.Fprintln(a.err, "warning:", w)
	}
	a.explainWords(intent, l.Settings.Line)
	return nil
}

// hindrance is why a call cannot have what it asks for: security without a
// certificate, where the keys are not in SDP, or none where all must have it.
func hindrance(l *config.Loaded, i dialplan.Intent, now time.Time) string {
	s := l.Settings.Secure
	switch {
	case s.Require && i.Override == dialplan.ChoiceNo:
		return ", but secure.require is set: it is not placed"
	case !i.Secure || ua.SecureMethod(s.Method) != ua.MethodXSipura:
		return ""
	}
	_, err := l.Identity(now)
	var fault securecall.Fault
	if !errors.As(err, &fault) {
		return ""
	}
	then := "it stays in clear"
	if s.Require {
		then = "it is not placed (secure.require)"
	}
	return fmt.Sprintf(", but %s: %s", fault.Words(), then)
}

// ofPlan names --plan as the place of its faults.
func ofPlan(err error) error {
	var problems config.Problems
	if !errors.As(err, &problems) {
		return err
	}
	for i, p := range problems {
		if p.Where == "--set" && p.Key == "dialplan.plan" {
			problems[i] = config.Problem{Where: "--plan", Wrong: p.Wrong, Fix: "docs/dialling.md has the language"}
		}
	}
	return problems
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

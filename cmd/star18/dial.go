package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/state"
	"star18/dialplan"
	"star18/ua"
	"star18/ua/sipnet"
)

func (a *app) dialCommand() *cobra.Command {
	var explain, plan string
	cmd := &cobra.Command{
		Use:     "dial --explain STRING",
		Short:   "Say what a dial string would do, and why, without calling",
		Example: "  star18 dial --explain '*1814085551234'\n  star18 dial --explain 5551234 --plan '(<:1408>xxxxxxx)'",
		Args:    cobra.NoArgs,
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
	intent, warnings, err := a.explained(l, text)
	if err != nil {
		return err
	}
	if !other {
		warnings = nil // config check has told them
	}
	if a.flags.json {
		return a.explainJSON(intent, warnings)
	}
	for _, w := range warnings {
		_, _ = fmt.Fprintln(a.err, "warning:", w)
	}
	a.explainWords(intent, l.Settings.Line)
	return nil
}

// explained is what the dialer says, with what only the line knows.
func (a *app) explained(l *config.Loaded, text string) (dialplan.Intent, []dialplan.Warning, error) {
	standing, err := a.standing(l)
	if err != nil {
		return dialplan.Intent{}, nil, exit(exitFault, err)
	}
	dialer, warnings, err := dialplan.New(l.Dialplan(standing))
	if err != nil {
		return dialplan.Intent{}, nil, exit(exitUsage, err)
	}
	intent := dialer.Explain(text)
	whom, err := a.whom(l, intent)
	if err != nil {
		return dialplan.Intent{}, nil, exit(exitFault, err)
	}
	intent.Why += whom
	intent.SecureWhy += hindrance(l, intent, time.Now())
	if intent.Scheme == dialplan.SchemeSIPS && !secureTransport(l.Settings.Line.Transport) {
		intent = dialplan.Intent{Input: intent.Input, Codes: intent.Codes, Outcome: dialplan.OutcomeReject, Err: errSIPS, Why: errSIPS.Error()}
	}
	return intent, warnings, nil
}

var errSIPS = errors.New("a sips address needs line.transport tls or wss")

// secureTransport: what auto comes to is only known once DNS has been asked.
func secureTransport(transport string) bool {
	t := sipnet.Transport(transport)
	return t.Encrypted() || t == ua.AutoTransport
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
	store, err := a.look(l)
	if store == nil {
		return l.Standing(), err
	}
	return store.Standing(l.Standing())
}

// look finds the state of a line; nil if the line has no name yet.
func (a *app) look(l *config.Loaded) (*state.Store, error) {
	line := l.Settings.Line
	if line.User == "" || line.Domain == "" {
		return nil, nil
	}
	return state.Locate(a.flags.state, line.User, line.Domain)
}

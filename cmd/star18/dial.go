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
	line("codes", join(i.Codes))
	line("outcome", outcomeWords(i))
	line("number", i.Number)
	line("host", i.Host)
	line("secure", secureWords(i))
	line("why", i.Why)
}

func join(codes []dialplan.Code) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = string(c)
	}
	return strings.Join(words, " ")
}

func outcomeWords(i dialplan.Intent) string {
	if i.Wait > 0 {
		return fmt.Sprintf("%s (%v)", i.Outcome, i.Wait)
	}
	return string(i.Outcome)
}

func secureWords(i dialplan.Intent) string {
	word := "no"
	if i.Secure {
		word = "yes"
	}
	if i.SecureWhy != "" {
		word += ", " + i.SecureWhy
	}
	return word
}

package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/say"
	"star18/securecall"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Write, check and show the configuration",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return exit(exitUsage, errors.New("say config init, config check or config show"))
		},
	}
	cmd.AddCommand(a.configInitCommand(), &cobra.Command{
		Use:   "check",
		Short: "Find everything that is wrong, each with its fix",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.checkConfig(time.Now()) },
	}, &cobra.Command{
		Use:   "show",
		Short: "Show the effective values, secrets hidden",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.showConfig() },
	})
	return cmd
}

func (a *app) showConfig() error {
	l, err := a.load()
	if err != nil {
		return err
	}
	if a.flags.json {
		say.JSON{W: a.out}.Object(time.Now(), "config", l.JSON())
		return nil
	}
	l.Show(a.out)
	return nil
}

// checkConfig gathers what every stage finds, so that one run tells all.
func (a *app) checkConfig(now time.Time) error {
	l, err := config.Load(a.options())
	if l == nil {
		return a.checked(problemsOf(err), nil, nil)
	}
	problems := problemsOf(err).And(problemsOf(l.CheckLine()))
	id, err := l.CheckIdentity(now)
	return a.checked(problems.And(problemsOf(err)), l, id)
}

// checked tells the result on standard output: it is what the command is for.
func (a *app) checked(problems config.Problems, l *config.Loaded, id *securecall.Identity) error {
	var warnings []string
	if l != nil {
		warnings = l.Warn(id)
	}
	if a.flags.json {
		a.checkedJSON(problems, warnings)
	} else {
		a.checkedWords(problems, warnings, l, id)
	}
	if len(problems) > 0 {
		return exit(exitUsage, nil)
	}
	return nil
}

func (a *app) checkedJSON(problems config.Problems, warnings []string) {
	out := say.JSON{W: a.out}
	for _, p := range problems {
		out.Object(time.Now(), "problem", p)
	}
	for _, w := range warnings {
		out.Object(time.Now(), "warning", map[string]string{"text": w})
	}
	out.Object(time.Now(), "checked", map[string]int{"problems": len(problems), "warnings": len(warnings)})
}

func (a *app) checkedWords(problems config.Problems, warnings []string, l *config.Loaded, id *securecall.Identity) {
	for _, p := range problems {
		_, _ = fmt.Fprintln(a.out, p)
	}
	for _, w := range warnings {
		_, _ = fmt.Fprintln(a.out, "warning:", w)
	}
	if l != nil {
		_, _ = fmt.Fprintln(a.out, identityWords(l, id))
	}
	_, _ = fmt.Fprintf(a.out, "%s, %s\n", count(len(problems), "problem"), count(len(warnings), "warning"))
}

func identityWords(l *config.Loaded, id *securecall.Identity) string {
	switch {
	case id != nil:
		c := id.Certificate()
		return fmt.Sprintf("identity: %q %s, valid until %s (RSA-512 and SHA-1 are weak)",
			c.Name(), c.UserID(), id.Expires().UTC().Format(time.RFC3339))
	case !l.Settings.Secure.Service:
		return "identity: not used, secure.service is off"
	default:
		return "identity: none, every call stays in clear"
	}
}

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// errMisuse: the command line is not understood.
var errMisuse = errors.New("is not understood")

// explainMisuse lets every command say what is missing or too much, in its own
// words, and where to read on.
func explainMisuse(cmd *cobra.Command) {
	check := cmd.Args
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		err := check(cmd, args)
		if own := (*exitError)(nil); err == nil || errors.As(err, &own) {
			return err // which says it better
		}
		return misuse(cmd, args)
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see: %s --help", err, cmd.CommandPath())
	})
	for _, sub := range cmd.Commands() {
		explainMisuse(sub)
	}
}

func misuse(cmd *cobra.Command, args []string) error {
	_, wanted, _ := strings.Cut(cmd.Use, " ")
	name := strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
	see := "see: " + cmd.CommandPath() + " --help"
	switch {
	case cmd.HasSubCommands():
		cmd.SuggestionsMinimumDistance = 2 // letters that may be wrong
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			see = "did you mean " + near[0] + "?"
		}
		return fmt.Errorf("unknown command %q for %s; %s", args[0], cmd.CommandPath(), see)
	case wanted == "" || strings.HasPrefix(wanted, "-"):
		return fmt.Errorf("%s: %q %w: it takes no argument; %s", name, args[0], errMisuse, see)
	case len(args) == 0:
		return fmt.Errorf("%s: %s is missing; %s", name, wanted, see)
	}
	return fmt.Errorf("%s: %q %w: it takes one %s, in quotes if it has spaces; %s", name, args[len(args)-1], errMisuse, wanted, see)
}

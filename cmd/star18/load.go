package main

import (
	"errors"
	"fmt"

	"star18/cmd/internal/config"
)

// load reads the configuration as the flags say. Every problem is printed, and
// the error is silent after that.
func (a *app) load() (*config.Loaded, error) {
	sets := a.flags.sets
	for key, value := range map[string]string{"audio.input": a.flags.in, "audio.output": a.flags.out} {
		if value != "" {
			sets = append(sets, key+"="+value)
		}
	}
	l, err := config.Load(config.Options{Path: a.flags.config, Sets: sets})
	if err != nil {
		return nil, a.refuse(err)
	}
	return l, nil
}

// refuse prints the problems of a configuration on standard error.
func (a *app) refuse(err error) error {
	var ps config.Problems
	if !errors.As(err, &ps) {
		return exit(exitUsage, err)
	}
	for _, p := range ps {
		_, _ = fmt.Fprintln(a.err, p)
	}
	return exit(exitUsage, fmt.Errorf("%s in the configuration", count(len(ps), "problem")))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

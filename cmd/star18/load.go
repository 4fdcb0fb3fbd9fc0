package main

import (
	"errors"
	"fmt"
	"slices"

	"star18/cmd/internal/config"
)

// load reads the configuration as the flags say. Every problem is printed, and
// the error is silent after that.
func (a *app) load() (*config.Loaded, error) {
	l, err := config.Load(a.options())
	if err != nil {
		return nil, a.refuse(err)
	}
	return l, nil
}

// loadLine also asks for what a line needs, in the same breath. It is the line
// that --account names, or the default one.
func (a *app) loadLine() (*config.Loaded, error) {
	l, err := a.loadLines()
	if err != nil {
		return nil, err
	}
	return l[0], nil
}

// loadLines is every line, or the one that --account names.
func (a *app) loadLines() ([]*config.Loaded, error) {
	l, err := a.complete()
	if err != nil || a.flags.account == "" {
		return lines(l), err
	}
	one := l.Account(a.flags.account)
	if one == nil {
		return nil, a.noAccount()
	}
	return []*config.Loaded{one}, nil
}

func (a *app) noAccount() error {
	return exit(exitUsage, fmt.Errorf("--account %s: no line of this name in the configuration", a.flags.account))
}

func lines(l *config.Loaded) []*config.Loaded {
	if l == nil {
		return nil
	}
	return l.Lines()
}

func (a *app) complete() (*config.Loaded, error) {
	l, err := config.Load(a.options())
	if l == nil {
		return nil, a.refuse(err)
	}
	if problems := problemsOf(err).And(problemsOf(l.CheckLine())); len(problems) > 0 {
		return nil, a.refuse(problems)
	}
	return l, nil
}

func (a *app) options() config.Options {
	o := config.Options{Path: a.flags.config, Sets: slices.Clone(a.flags.sets)}
	if a.flags.in != "" {
		o.Sets = append(o.Sets, "audio.input="+a.flags.in)
	}
	if a.flags.out != "" {
		o.Sets = append(o.Sets, "audio.output="+a.flags.out)
	}
	return o
}

// withConfig is how to call the program again with the configuration of this run.
func (a *app) withConfig() string {
	if a.flags.config == "" {
		return "star18"
	}
	return "star18 --config " + certShellWord(a.flags.config)
}

// problemsOf is an error as problems.
func problemsOf(err error) config.Problems {
	var ps config.Problems
	if err != nil && !errors.As(err, &ps) {
		ps = config.Problems{{Wrong: err.Error()}}
	}
	return ps
}

// refuse prints the problems of a configuration on standard error.
func (a *app) refuse(err error) error {
	var ps config.Problems
	if !errors.As(err, &ps) {
		return exit(exitUsage, err)
	}
	for _, p := range ps {
		_, _ = fmt.Fprintln(a.err, a.byFlag(p))
	}
	return exit(exitUsage, fmt.Errorf("%s in the configuration", count(len(ps), "problem")))
}

// byFlag names the flag by which a setting was given.
func (a *app) byFlag(p config.Problem) config.Problem {
	flags := map[string][2]string{"audio.input": {"--audio-in", a.flags.in}, "audio.output": {"--audio-out", a.flags.out}}
	if f := flags[p.Key]; p.Where == "--set" && f[1] != "" {
		p.Where, p.Key = f[0], ""
	}
	return p
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

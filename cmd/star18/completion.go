package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"star18/audio"
	"star18/cmd/internal/config"
	"star18/cmd/internal/control"
	"star18/cmd/internal/keyline"
)

// offers completes from a list, and from no files.
func offers(list func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return list(), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeArguments says what a shell may offer for the arguments of commands and
// for the values of common flags. Flags and commands it finds by itself.
func (a *app) completeArguments(root *cobra.Command) {
	for name, list := range map[string]func() []string{
		"call": a.contactNames, "ctl": controlWords, "tone": toneWords,
		"answer": none, "demo": none, "devices": none, "dial": none, "doctor": none, "echo": none, "services": none, "version": none,
	} {
		if cmd, _, err := root.Find([]string{name}); err == nil {
			cmd.ValidArgsFunction = offers(list)
		}
	}
	root.PersistentPreRun = func(cmd *cobra.Command, _ []string) {
		if cmd.Name() == cobra.ShellCompRequestCmd {
			plainWords(root)
		}
	}
	flag := func(name string, f cobra.CompletionFunc) { _ = root.RegisterFlagCompletionFunc(name, f) } // the flag is there
	flag("log-level", cobra.FixedCompletions([]string{"debug", "info", "warn", "error"}, cobra.ShellCompDirectiveNoFileComp))
	flag("set", cobra.FixedCompletions(config.Keys("="), cobra.ShellCompDirectiveNoSpace|cobra.ShellCompDirectiveNoFileComp))
	flag("account", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.accountNames(), cobra.ShellCompDirectiveNoFileComp
	})
}

// plainWords takes the marks around the names of values out of what shells show
// beside a flag: only the help and the manual pages read them.
func plainWords(cmd *cobra.Command) {
	plain := func(f *pflag.Flag) { f.Usage = strings.ReplaceAll(f.Usage, "`", "") }
	cmd.Flags().VisitAll(plain)
	cmd.PersistentFlags().VisitAll(plain)
	for _, sub := range cmd.Commands() {
		plainWords(sub)
	}
}

func none() []string { return nil }

func controlWords() []string {
	return append([]string{control.Status, control.Events}, keyline.Verbs()...)
}

func toneWords() (names []string) {
	for _, t := range audio.FactoryTones() {
		names = append(names, t.Name+"\t"+t.When)
	}
	return names
}

// contactNames are as good as a configuration with faults still gives them.
func (a *app) contactNames() (names []string) {
	if l, _ := config.Load(a.options()); l != nil {
		for _, c := range l.Settings.Contacts {
			names = append(names, c.Name+"\t"+c.Number)
		}
	}
	return names
}

func (a *app) accountNames() []string {
	names := []string{config.DefaultAccount}
	if l, _ := config.Load(a.options()); l != nil {
		for _, line := range l.Lines() {
			if line.Name != "" {
				names = append(names, line.Name)
			}
		}
	}
	return names
}

// commonFlags is the end of a command's help: the flags that all have are told once.
const commonFlags = "\nFlags that every command has, such as --config, --set and --json: star18 --help"

// shortUsage leaves out the list of common flags, which is longer than most commands'
// own help.
func shortUsage(root *cobra.Command) {
	long := root.UsageTemplate()
	begin := strings.Index(long, "{{if .HasAvailableInheritedFlags}}")
	end := strings.Index(long, "{{if .HasHelpSubCommands}}")
	if begin < 0 || end < begin {
		return // another version of the library: its own words will do
	}
	root.SetUsageTemplate(long[:begin] + "{{if .HasAvailableInheritedFlags}}\n" + commonFlags + "{{end}}" + long[end:])
}

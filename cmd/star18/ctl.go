package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/control"
	"star18/cmd/internal/keyline"
	"star18/cmd/internal/say"
)

func (a *app) ctlCommand() *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "ctl COMMAND [ARGUMENT]",
		Short: "Use the star18 that is running: status, call, answer, hangup, events ...",
		Long: "Give a command to the star18 that is running for this line, and print what comes of it.\n\n" +
			// Indented, so that the manual page keeps the columns.
			"    status                  where the line and its calls stand\n" +
			"    events                  every event from now on, as with --json\n    " + strings.Join(keyline.HelpLines(), "\n    "),
		Example: "  star18 ctl call '*1814085551234'\n  star18 ctl --wait 10s status --json\n  star18 ctl hangup",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.ctl(strings.Join(args, " "), wait) },
	}
	cmd.Flags().DurationVar(&wait, "wait", 0, "`time` to wait for one that has just been started, such as 10s")
	return cmd
}

// waitStep is between two looks for a telephone that is being started.
const waitStep = 50 * time.Millisecond

func (a *app) ctl(command string, wait time.Duration) error {
	c, err := a.dialControl()
	for end := time.Now().Add(wait); errors.Is(err, control.ErrNobody) && time.Now().Before(end); {
		time.Sleep(waitStep)
		c, err = a.dialControl()
	}
	var coded *exitError
	switch {
	case errors.As(err, &coded):
		return err
	case err != nil:
		return exit(exitFault, err)
	}
	defer c.Close()
	r, err := c.Do(command)
	if err != nil {
		return exit(exitUsage, err)
	}
	switch command {
	case control.Events:
		return a.copyEvents(c)
	case control.Status:
		return a.tellStatus(r.Status)
	}
	for _, line := range r.Answer {
		_, _ = fmt.Fprintln(a.out, say.Clean(line))
	}
	return nil
}

// dialControl finds the socket of the line that the configuration, or --account,
// names.
func (a *app) dialControl() (*control.Client, error) {
	if a.flags.controlSocket != "" {
		return control.Dial(a.flags.controlSocket)
	}
	l, err := config.Load(a.options())
	if l == nil {
		return nil, a.refuse(err)
	}
	one := l.Account(a.flags.account)
	if one == nil {
		return nil, a.noAccount()
	}
	l = one
	if err := l.CheckLine(); err != nil && l.Settings.Line.User == "" {
		return nil, a.refuse(err)
	}
	path, err := a.controlPath(l.Settings.Line.User, l.Settings.Line.Domain)
	if err != nil {
		return nil, err
	}
	return control.Dial(path)
}

// copyEvents begins with a line of its own: whatever comes after it is not missed.
func (a *app) copyEvents(c *control.Client) error {
	say.JSON{W: a.out}.Object(time.Now(), "listening", struct {
		Line string `json:"line"`
	}{c.Greeting.Line})
	for {
		line, err := c.Line()
		switch {
		case errors.Is(err, io.EOF):
			return nil // the telephone has ended
		case err != nil:
			return exit(exitFault, err)
		}
		if _, err := fmt.Fprintf(a.out, "%s\n", line); err != nil {
			return nil // nobody reads any more
		}
	}
}

func (a *app) tellStatus(raw json.RawMessage) error {
	if a.flags.json {
		_, _ = fmt.Fprintf(a.out, "%s\n", raw)
		return nil
	}
	var s status
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&s); err != nil {
		return exit(exitFault, err)
	}
	a.tellLines(s)
	for _, c := range s.Calls {
		who := strings.TrimSpace(c.Number + " " + c.Name)
		if c.Certified != nil {
			who += ", certified " + c.Certified.Name + " " + c.Certified.Number
		}
		if c.Account != "" {
			who += ", on " + c.Account
		}
		security := strings.ToUpper(strings.ReplaceAll(c.Security, "_", " "))
		_, _ = fmt.Fprintf(a.out, "%s %s %s %ds %s %s%s\n", c.ID, c.Direction, c.State, c.DurationMS/1000, security, say.Clean(who), besides(c))
	}
	return nil
}

// tellLines is a line for each line, by its name where there are several.
func (a *app) tellLines(s status) {
	if len(s.Lines) == 0 {
		_, _ = fmt.Fprintln(a.out, say.Clean(registrationWords(s.Registration)))
	}
	for _, l := range s.Lines {
		_, _ = fmt.Fprintf(a.out, "%s %s\n", say.Clean(l.Account), say.Clean(registrationWords(l.Registration)))
	}
}

func registrationWords(r registrationStatus) string {
	line := r.State
	switch {
	case r.AOR != "" && r.Reason == "":
		line += fmt.Sprintf(" %s via %s, for %d s", r.AOR, r.Via, r.Expires)
	case r.Reason != "":
		line += fmt.Sprintf(": %s; next attempt in %d s", r.Reason, r.RetryIn)
	}
	return line
}

// besides is what else is so about a call.
func besides(c callStatus) string {
	text := ""
	for _, is := range []struct {
		so    bool
		words string
	}{
		{c.HeldByUs, "on hold"}, {c.HeldByPeer, "held by the other side"}, {c.Conference, "in the conference"},
		{c.Muted, "muted"}, {c.Recording, "being recorded"}, {c.NoAudio, "NO AUDIO"},
	} {
		if is.so {
			text += ", " + is.words
		}
	}
	return text
}

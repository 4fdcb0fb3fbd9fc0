package screen

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/say"
)

// Our own choices: a figure changes each second, and a key is seen at once with
// these pictures a second; a terminal that has been stopped is waited for this
// long at the end, since the calls wait for their BYE.
const (
	pictures = 20
	patience = 2 * time.Second
)

// Run shows the screen on the terminal until the user leaves or ctx ends. ready
// is given what takes events, which may wait for the screen.
func Run(ctx context.Context, m *Model, ready func(tell func(say.Told))) error {
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithInput(os.Stdin), tea.WithOutput(os.Stdout), tea.WithoutSignalHandler(), tea.WithFPS(pictures)}
	if os.Getenv("NO_COLOR") != "" { // bubbletea wants it to be true or 1
		options = append(options, tea.WithEnvironment(append([]string{"NO_COLOR=1"}, others(os.Environ())...)))
	}
	p := tea.NewProgram(m, options...)
	ready(func(t say.Told) { p.Send(t) })
	over := make(chan error, 1)
	go func() {
		_, err := p.Run()
		over <- err
	}()
	var err error
	select {
	case err = <-over:
	case <-ctx.Done():
		err = await(over)
	}
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return nil // a signal
	}
	return err
}

// others are the variables that are not NO_COLOR.
func others(environment []string) []string {
	return slices.DeleteFunc(environment, func(s string) bool { return strings.HasPrefix(s, "NO_COLOR=") })
}

// await is the end of a program whose terminal may take nothing any more.
func await(over <-chan error) error {
	select {
	case err := <-over:
		return err
	case <-time.After(patience):
		return nil
	}
}

package screen

import (
	"context"
	"errors"
	"os"

	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/say"
)

// Run shows the screen on the terminal until the user leaves or ctx ends. ready
// is given what takes events, which may wait for the screen.
func Run(ctx context.Context, m *Model, ready func(tell func(say.Told))) error {
	p := tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(os.Stdin), tea.WithOutput(os.Stdout), tea.WithoutSignalHandler())
	ready(func(t say.Told) { p.Send(t) })
	_, err := p.Run()
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return nil // a signal
	}
	return err
}

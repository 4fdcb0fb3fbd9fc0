package main

import (
	"fmt"

	"time"

	"github.com/spf13/cobra"

	"star18/audio/dtmf"
	"star18/ua"
)

// keysDelay is how long after the answer keys are pressed: who answers listens
// by then, and a call that is to be secured mostly is.
const keysDelay = time.Second

func (a *app) addCallFlags(cmd *cobra.Command) {
	a.addConsoleFlags(cmd)
	cmd.Flags().BoolVar(&a.flags.stats, "stats", false, "tell each second how the sound goes")
}

func (a *app) addDTMFFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.flags.dtmf, "dtmf", "", "press these `keys` when the call has been answered: 0-9 * # A-D, ! for a hook flash")
}

// checkDigits refuses what is no key before anybody is called.
func (a *app) checkDigits() error {
	if _, err := dtmf.Parse(a.flags.dtmf); err != nil {
		return exit(exitUsage, fmt.Errorf("--dtmf: %w; write 0-9 * # A-D, or ! for a hook flash", err))
	}
	return nil
}

// pressLater presses keys in a call that has been answered; the error, if there
// is one, goes to failed. It ends with the call.
func pressLater(c *ua.Call, keys string, failed func(error)) {
	select {
	case <-c.Answered():
	case <-c.Done():
		return
	}
	delay := time.NewTimer(keysDelay)
	defer delay.Stop()
	select {
	case <-delay.C:
		if err := c.SendDTMF(keys); err != nil {
			failed(err)
		}
	case <-c.Done():
	}
}

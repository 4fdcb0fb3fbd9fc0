package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"star18/audio"
	"star18/audio/wav"
	"star18/cmd/internal/sound"
)

// toneRate is that of telephone speech, at which tones are specified.
const toneRate = 8000

func (a *app) toneCommand() *cobra.Command {
	var out string
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "tone SCRIPT|NAME",
		Short: "Play a tone, or write it to a file",
		Long: "Play a tone script, such as 350@-19,440@-19;2(*/0/1+2), or one of the factory tones by its name:\n" +
			"dial, busy, reorder, ringback, confirm, secure, call-waiting and others.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			script, err := toneScript(args[0])
			if err != nil {
				return exit(exitUsage, err)
			}
			if out != "" {
				return exit(a.writeTone(script, out, limit))
			}
			return a.playTone(cmd.Context(), script, limit)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write a WAV `file` instead of playing")
	cmd.Flags().DurationVar(&limit, "for", time.Minute, "at most this `long`; some tones have no end")
	return cmd
}

func toneScript(text string) (audio.ToneScript, error) {
	if script, ok := audio.FactoryTone(text); ok {
		text = script
	}
	if text == "" {
		return audio.ToneScript{}, errors.New("the tone is empty")
	}
	return audio.ParseToneScript(text)
}

const toneFrame = toneRate / 50

// tone gives the frames of a script to play, until its end or the limit.
func tone(ctx context.Context, script audio.ToneScript, limit time.Duration, play func([]int16) error) error {
	t := audio.NewTone(script, toneRate)
	frames := int(limit / (20 * time.Millisecond))
	var frame [toneFrame]int16
	for done := false; !done && frames > 0 && ctx.Err() == nil; frames-- {
		clear(frame[:])
		done = t.Mix(frame[:])
		if err := play(frame[:]); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) writeTone(script audio.ToneScript, path string, limit time.Duration) (int, error) {
	w, err := wav.Create(path, toneRate, 1)
	if err != nil {
		return exitUsage, err
	}
	if err := errors.Join(tone(context.Background(), script, limit, w.Write), w.Close()); err != nil {
		return exitFault, err
	}
	return exitDone, nil
}

func (a *app) playTone(ctx context.Context, script audio.ToneScript, limit time.Duration) error {
	name := a.flags.out
	if name == "" {
		name = string(sound.Card)
	}
	spec, err := sound.ParseOutput(name)
	if err != nil {
		return exit(exitUsage, fmt.Errorf("--audio-out %w; write %s", err, sound.Outputs))
	}
	d, err := sound.OpenOutput(spec, toneRate)
	if err != nil {
		return exit(exitFault, fmt.Errorf("loudspeaker: %w; --out FILE.wav writes the tone instead", err))
	}
	defer d.Close()
	ctx, stop := untilSignal(ctx)
	defer stop()
	if err := errors.Join(tone(ctx, script, limit, d.WriteFrame), playOut(d)); err != nil {
		return exit(exitFault, err)
	}
	return nil
}

// playOut lets what a card holds back be heard before it is closed.
func playOut(d audio.Device) error {
	for range 10 { // 0.2 s
		if err := d.WriteFrame(make([]int16, toneFrame)); err != nil {
			return err
		}
	}
	return nil
}

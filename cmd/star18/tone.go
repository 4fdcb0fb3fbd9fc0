package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"star18/audio"
	"star18/audio/wav"
	"star18/cmd/internal/say"
	"star18/cmd/internal/sound"
)

// toneRate is that of telephone speech, at which tones are specified.
const toneRate = 8000

func (a *app) toneCommand() *cobra.Command {
	var out string
	var limit time.Duration
	var list bool
	cmd := &cobra.Command{
		Use:   "tone SCRIPT|NAME",
		Short: "Play a tone, or write it to a file",
		Long: "Play a tone script, such as 350@-19,440@-19;2(*/0/1+2), a cadence as a ring, such as 60(1/4), or one of\n" +
			"the factory tones by its name; --list has them all.",
		Args: func(_ *cobra.Command, args []string) error {
			if list == (len(args) == 1) || len(args) > 1 {
				return exit(exitUsage, errors.New("tone needs a script or a name, or --list alone"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				a.listTones()
				return nil
			}
			script, err := toneScript(args[0])
			if err != nil {
				return exit(exitUsage, err)
			}
			if out != "" {
				return exit(a.writeTone(cmd.Context(), script, out, limit))
			}
			return a.playTone(cmd.Context(), script, limit)
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "list the factory tones: name, script, when it is played")
	cmd.Flags().StringVar(&out, "out", "", "write a WAV `file` instead of playing")
	cmd.Flags().DurationVar(&limit, "for", time.Minute, "`time` at most; some tones have no end")
	return cmd
}

func (a *app) listTones() {
	for _, t := range audio.FactoryTones() {
		if a.flags.json {
			say.JSON{W: a.out}.Object(time.Now(), "factory_tone", map[string]string{"name": t.Name, "script": t.Script, "when": t.When})
			continue
		}
		_, _ = fmt.Fprintf(a.out, "%-13s %-70s %s\n", t.Name, t.Script, t.When)
	}
}

// toneScript reads a name, a ToneScript, or a CadScript, which is a ring.
func toneScript(text string) (audio.ToneScript, error) {
	script, ok := audio.NamedTone(text)
	switch {
	case ok:
		return script, nil
	case text == "":
		return audio.ToneScript{}, errors.New("the tone is empty")
	case !strings.ContainsAny(text, "@("):
		return audio.ToneScript{}, fmt.Errorf("%q is no tone; star18 tone --list has the names", text)
	case strings.Contains(text, "@"):
		return audio.ParseToneScript(text)
	}
	return audio.Ring(text)
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

func (a *app) writeTone(ctx context.Context, script audio.ToneScript, path string, limit time.Duration) (int, error) {
	w, err := wav.Create(path, toneRate, 1)
	if err != nil {
		return exitUsage, err
	}
	if err := errors.Join(tone(ctx, script, limit, w.Write), w.Close()); err != nil {
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

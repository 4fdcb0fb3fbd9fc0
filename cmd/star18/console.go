package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"star18/audio"
	"star18/audio/wav"
	"star18/cmd/internal/say"
	"star18/ua"
)

// off ends what the command before began.
const off = "off"

func (a *app) addConsoleFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.flags.record, "record", "",
		"keep both sides of each call in this stereo WAV `file`, ours on the left; later calls get a number in its name")
	cmd.Flags().StringVar(&a.flags.play, "play", "", "play this WAV `file` into each call when it has been answered")
}

// checkConsole refuses, before anybody is called, a file that cannot be played and a
// recording that has no place.
func (a *app) checkConsole() error {
	if dir := filepath.Dir(a.flags.record); a.flags.record != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return exit(exitUsage, fmt.Errorf("--record %s: there is no folder %s; make it, or name another file", a.flags.record, dir))
		}
	}
	if a.flags.play == "" {
		return nil
	}
	p, err := audio.OpenFilePlayer(a.flags.play, toneRate)
	if err != nil {
		return exit(exitUsage, fmt.Errorf("--play: %w", remedy(err, a.flags.play)))
	}
	p.Close()
	return nil
}

// answeredCall does what the flags ask for once a call is up. It runs beside the
// events, which must not wait.
func (s *session) answeredCall(c *ua.Call) {
	s.begin(c, "record", s.record, recordFile)
	s.begin(c, "play", s.play, playFile)
}

func (s *session) begin(c *ua.Call, word, file string, do func(*ua.Call, string) error) {
	if file == "" {
		return
	}
	if err := do(c, file); err != nil && !errors.Is(err, ua.ErrNotUp) {
		s.queue.Post(c.ID(), say.Reply{Command: word + " " + file, Text: err.Error(), Failed: true})
	}
}

// recordFile begins a recording, or ends it; without a name it gets one of the time.
func recordFile(c *ua.Call, file string) error {
	switch file {
	case off:
		return c.StopRecording()
	case "":
		file = recordingName(time.Now())
	}
	return c.Record(file)
}

// recordingName keeps the digits of star18 out of the layout, where they are a month.
func recordingName(now time.Time) string { return "star18-" + now.Format("20060102-150405") + ".wav" }

// playFile plays a file into a call, or ends that.
func playFile(c *ua.Call, file string) error {
	if file == off {
		return c.StopPlaying()
	}
	return remedy(c.Play(file), file)
}

// remedy says how to make a file that can be played.
func remedy(err error, file string) error {
	if errors.Is(err, wav.ErrUnsupported) || errors.Is(err, wav.ErrNotWAV) {
		return fmt.Errorf("%w; make it PCM of 16 bits: ffmpeg -i %s -c:a pcm_s16le new.wav", err, file)
	}
	return err
}

// echoes makes the line a number to test with: who calls hears himself, and no
// tone of ours among it.
func (s *session) echoes(cfg *ua.Config) {
	cfg.OpenDevice = func(rate int) (audio.Device, error) { return audio.NewEcho(rate), nil }
	cfg.Tones, cfg.Secure.Tone = ua.TonesConfig{}, nil
}

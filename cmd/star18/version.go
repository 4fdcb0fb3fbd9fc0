package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"star18/audio/dsp"
	"star18/audio/opus"
	"star18/audio/portaudio"
	"star18/cmd/internal/say"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and which C libraries are in",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.tellVersion() },
	}
}

func (a *app) tellVersion() error {
	if a.flags.json {
		say.JSON{W: a.out}.Object(time.Now(), "version", map[string]string{
			"version": version(), "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH,
			"portaudio": portaudio.Library(), "libopus": opus.Library(), "speexdsp": dsp.Library(),
		})
		return nil
	}
	_, err := fmt.Fprint(a.out, versionText())
	return err
}

func versionText() string {
	return fmt.Sprintf("star18 %s %s %s/%s\n%s", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, libraries())
}

// libraries tells of each C library whether this program has it: without one it
// runs, but does less.
func libraries() string {
	var b strings.Builder
	for _, l := range []struct{ name, have, without string }{
		{"portaudio", portaudio.Library(), "no sound card"},
		{"libopus", opus.Library(), "calls offer no Opus"},
		{"speexdsp", dsp.Library(), "no echo cancellation, noise suppression or gain control"},
	} {
		if l.have == "" {
			l.have = "not built in: " + l.without
		}
		fmt.Fprintf(&b, "%s: %s\n", l.name, l.have)
	}
	return b.String()
}

// release is the version of a package that was made by make dist; empty otherwise.
var release string

// version is that, or what the go command stamped into the program.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown)"
	}
	return info.Main.Version
}

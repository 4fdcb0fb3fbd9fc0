package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"star18/audio/dsp"
	"star18/audio/opus"
	"star18/audio/portaudio"
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
	_, err := fmt.Fprintf(a.out, "star18 %s %s %s/%s\n%s", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, libraries())
	return err
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

// version is what the go command stamped into the program.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown)"
	}
	return info.Main.Version
}

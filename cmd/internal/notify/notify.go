// Package notify shows a few words on the desktop, by the program that each system
// has for it. Where there is none, nothing happens.
package notify

import (
	"context"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// limit is how long a desktop may take.
const limit = 5 * time.Second

// Show waits for the desktop, and for no longer than a few seconds.
func Show(title, text string) {
	name, args := program(runtime.GOOS, title, text)
	if name == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_ = exec.CommandContext(ctx, name, args...).Run() // without a desktop it fails, and nobody misses it
}

// program is what to run. The words are somebody else's: they are arguments, never
// part of a script, and have no markup, which some desktops carry out.
func program(system, title, text string) (name string, args []string) {
	text = strings.NewReplacer("<", "", ">", "", "&", "+").Replace(text)
	switch system {
	case "linux", "freebsd", "openbsd", "netbsd":
		return "notify-send", []string{"--app-name=star18", "--expire-time=15000", "--", title, text}
	case "darwin":
		script := "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run"
		return "osascript", []string{"-e", script, title, text}
	}
	return "", nil
}

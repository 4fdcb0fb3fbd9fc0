package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"star18/cmd/internal/state"
)

// files: what star18 keeps must be writable, and for the user alone.
func (e *examiner) files() {
	dir := e.app.flags.state
	if dir == "" {
		var err error
		if dir, err = state.DefaultDir(); err != nil {
			e.report.Fail("files", "state", "set XDG_STATE_HOME or use --state", "%v", err)
			return
		}
	}
	if err := writable(dir); err != nil {
		e.report.Fail("files", "state", "let this user write there and see that the disk has room, or use --state", "%v", err)
		return
	}
	e.report.Pass("files", "state", "%s can be written", dir)
	e.private(dir)
}

// private looks for what others may read in the folder of the state: whom this line
// has called, and the digests of used keys.
func (e *examiner) private(dir string) {
	if runtime.GOOS == "windows" { // which has no such mode bits
		return
	}
	open := ""
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || open != "" {
			return err
		}
		if info, err := d.Info(); err == nil && info.Mode().Perm()&0o077 != 0 {
			open = path
		}
		return nil
	})
	switch {
	case err != nil:
		e.report.Fail("files", "permissions", "let this user read there, or use --state", "%v", err)
	case open != "":
		e.report.Warn("files", "permissions", "run: chmod -R go= "+certShellWord(dir), "%s may be read by others", open)
	default:
		e.report.Pass("files", "permissions", "only this user may read it")
	}
}

// probeSize is more than any file of the state grows by in a day.
const probeSize = 64 << 10

// writable makes the folder, as a call would, and tries a file in it: on a full
// disk a file can be made, and not be filled.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, probeSize))
	return joined(err, f.Sync(), f.Close(), os.Remove(filepath.Clean(f.Name())))
}

// clock finds one that stands before the program was made, as one does that lost
// its battery: certificates that are over would count as good.
func (e *examiner) clock(now time.Time) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			made, err := time.Parse(time.RFC3339, s.Value)
			e.report.Made(made, now, err)
		}
	}
}

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/profile"
	"star18/cmd/internal/profile/settings"
)

// importOptions are the flags of import.
type importOptions struct {
	line                    int
	key, keyFile            string
	update, dryRun, ignored bool
}

func (a *app) importCommand() *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import PROFILE",
		Short: "Make a configuration of an SPA's profile: this computer becomes that line",
		Long: "Make a configuration of a Sipura, Linksys or Cisco SPA's profile: the open XML profile, also compressed by\n" +
			"gzip and encrypted by openssl aes-256-cbc, or the plain-text source of the vendor's compiler. Password,\n" +
			"mini-certificate and private key go into files of their own, for this user alone. What the profile leaves\n" +
			"as it is (an empty element, <X/>) is not changed; what star18 has no setting for is counted and left out.",
		Example: "  star18 import spa0010203.xml\n  star18 import --line 2 --key-file phrase spa.xml.encrypted\n  star18 import --update --dry-run spa.xml",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.importProfile(args[0], o) },
	}
	f := cmd.Flags()
	f.IntVar(&o.line, "line", 1, "`number` of the SPA's line")
	f.StringVar(&o.key, "key", "", "`phrase` that encrypted the profile; others on this machine can see it here")
	f.StringVar(&o.keyFile, "key-file", "", "`file` that holds nothing but the phrase")
	f.BoolVar(&o.update, "update", false, "change the configuration that is there, and keep what the profile does not name")
	f.BoolVar(&o.dryRun, "dry-run", false, "say what would be written, and write nothing")
	f.BoolVar(&o.ignored, "ignored", false, "also list the parameters that star18 has no setting for")
	return cmd
}

var errHasConfig = errors.New("there is a configuration already; --update changes it, --config writes another one")

func (a *app) importProfile(path string, o importOptions) error {
	target := cmp.Or(a.flags.config, config.DefaultPath())
	old, err := os.ReadFile(target)
	there := err == nil
	switch {
	case errors.Is(err, fs.ErrNotExist):
		o.update = false
	case err != nil:
		return exit(exitUsage, err)
	case !o.update && !o.dryRun:
		return exit(exitUsage, fmt.Errorf("%s: %w", target, errHasConfig))
	}
	found, err := readProfile(path, o)
	if err != nil {
		return exit(exitUsage, err)
	}
	w := importing{app: a, target: target, old: old, there: there, update: o.update, found: found}
	if err := w.keepWhatLoads(); err != nil {
		return exit(exitFault, err)
	}
	if !o.dryRun {
		if err := w.write(); err != nil {
			return exit(exitFault, err)
		}
	}
	w.tell(o)
	return nil
}

// readProfile reads a file and finds what it says of a line.
func readProfile(path string, o importOptions) (settings.Result, error) {
	phrase := o.key
	if o.keyFile != "" {
		text, err := os.ReadFile(o.keyFile)
		if err != nil {
			return settings.Result{}, fmt.Errorf("--key-file: %w", err)
		}
		phrase = strings.TrimRight(string(text), "\r\n")
	}
	file, err := os.Open(path)
	if err != nil {
		return settings.Result{}, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, profile.MaxSize+1))
	if err != nil {
		return settings.Result{}, err
	}
	p, err := profile.Read(data, phrase)
	if err != nil {
		return settings.Result{}, fmt.Errorf("%s: %w", path, err)
	}
	found, err := settings.Of(p, o.line)
	if err != nil {
		return found, fmt.Errorf("%s: %w", path, err)
	}
	if info, err := file.Stat(); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 && hasSecret(found) {
		found.Warnings = append(found.Warnings, "the profile holds secrets in clear and others may read it: chmod 600 "+certShellWord(path)+", or delete it")
	}
	return found, nil
}

func hasSecret(r settings.Result) bool {
	for _, s := range r.Settings {
		if s.Secret {
			return true
		}
	}
	return false
}

// importing is a profile on its way into a configuration.
type importing struct {
	app    *app
	target string // the configuration's path
	old    []byte // what is there
	there  bool
	update bool
	found  settings.Result
}

// keepWhatLoads reads the new configuration as every command will, and leaves out
// what cannot be a setting, with a warning.
func (w *importing) keepWhatLoads() error {
	dir := filepath.Dir(w.target) // beside which the files are that it names
	if !w.update {
		var err error
		if dir, err = os.MkdirTemp("", "star18-import-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	for range w.found.Settings { // each turn leaves out one at least, or is the last
		problems, err := w.problems(dir)
		if err != nil {
			return err
		}
		if !w.leaveOut(problems) {
			return nil
		}
	}
	return nil
}

func (w *importing) problems(dir string) (config.Problems, error) {
	text, err := config.Edit(w.begin(), w.changes(nil))
	if err != nil {
		return nil, err
	}
	draft := filepath.Join(dir, fmt.Sprintf(".import-%d.yaml", os.Getpid()))
	if err := writeNew(draft, string(text)); err != nil {
		return nil, err
	}
	defer os.Remove(draft)
	l, err := config.Load(config.Options{Path: draft})
	problems := problemsOf(err)
	if l != nil {
		_, err := l.CheckIdentity(time.Now())
		for _, p := range problemsOf(err) {
			w.warnOnce("the line's identity: " + p.Wrong + "; calls stay in clear until that is right (star18 doctor)")
		}
	}
	return problems, nil
}

func (w *importing) warnOnce(text string) {
	for _, old := range w.found.Warnings {
		if old == text {
			return
		}
	}
	w.found.Warnings = append(w.found.Warnings, text)
}

// leaveOut drops the settings that are wrong; false if none is.
func (w *importing) leaveOut(problems config.Problems) bool {
	var kept []settings.Setting
	for _, s := range w.found.Settings {
		i := indexOf(problems, s.Key)
		if i < 0 {
			kept = append(kept, s)
			continue
		}
		w.found.Warnings = append(w.found.Warnings, fmt.Sprintf("%s, line %d, is left out: %s %s", s.Parameter, s.Line, s.Key, problems[i].Wrong))
	}
	dropped := len(kept) < len(w.found.Settings)
	w.found.Settings = kept
	return dropped
}

func indexOf(problems config.Problems, key string) int {
	for i, p := range problems {
		if p.Key == key || strings.HasPrefix(p.Key, key+"[") { // or of one of a list
			return i
		}
	}
	return -1
}

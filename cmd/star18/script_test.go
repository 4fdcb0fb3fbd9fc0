package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"star18/securecall"
	"star18/securecall/published"
	"star18/ua"
	"star18/ua/digest"
	"star18/ua/lab"
	"star18/ua/resolve"
)

// In the scripts, star18 is this test's own binary.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"star18": main})
}

// Each script has a registrar of its own on loopback, to which the environment
// points, with the users 14085550001 and 14085551234 and their identities:
//
//	$WORK/published.mc, published.key    the vendor's example, 14085551234
//	$WORK/callee.mc, callee.key          14085551234 under a CA made for the script
//	$WORK/caller.mc, caller.key          14085550001 under the same CA
//	$WORK/identity.txt                   the vendor's example as the source of a profile
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Deadline:            time.Now().Add(scriptLimit),
		Setup:               setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  exits,
			"await":  await,
			"forget": func(ts *testscript.TestScript, _ bool, _ []string) { ts.Value(watcherKey{}).(*watcher).forget() },
		},
	})
}

// scriptLimit is for all scripts together, and only met by a call that hangs: before
// the limit of go test it fails, with what it printed.
const scriptLimit = 8 * time.Minute

// watcher remembers what passed the registrar.
type watcher struct {
	mu      sync.Mutex
	seen    []string
	changed chan struct{}
}

func (w *watcher) add(m lab.Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, m.Summary+"\n"+string(m.Raw))
	close(w.changed)
	w.changed = make(chan struct{})
}

type watcherKey struct{}

const scriptPassword = "geheim42"

func setup(env *testscript.Env) error {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return err
	}
	w := &watcher{changed: make(chan struct{})}
	users := map[string]digest.Secret{"14085550001": scriptPassword, "14085551234": scriptPassword, "14085550888": scriptPassword}
	l, err := lab.Start(lab.Config{Conn: conn, Domain: "star18.test", Users: users, RecordRoute: true, OnMessage: w.add})
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	env.Defer(func() { _ = l.Close() })
	env.Values[watcherKey{}] = w
	env.Setenv("STAR18_LINE_PROXY", l.Addr().String())
	env.Setenv("STAR18_SIP_LISTEN", "127.0.0.1:0")
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
	env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("GORACE", "atexit_sleep_ms=0") // else each program waits a second before it ends
	source := fmt.Sprintf("User_ID[1] \"14085551234\" ;\nMini_Certificate[1] \"%s\" ;\nSRTP_Private_Key[1] \"%s\" ;\n", published.MiniCertificate(), published.PrivateKey())
	return errors.Join(writeIdentities(env.WorkDir), os.WriteFile(filepath.Join(env.WorkDir, "identity.txt"), []byte(source), 0o600))
}

func writeIdentities(dir string) error {
	files, err := identities()
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// identities are made once: finding primes takes its time.
var identities = sync.OnceValues(func() (map[string]string, error) {
	ca, err := securecall.NewCAKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	files := map[string]string{"published.mc": published.MiniCertificate(), "published.key": published.PrivateKey()}
	for name, request := range map[string]securecall.Request{
		"caller": {Name: "Anna", UserID: "14085550001"},
		"callee": {Name: "Joe", UserID: "14085551234"},
	} {
		if request.Expiry, err = securecall.ParseExpiry("2099-01-01", securecall.UTC); err != nil {
			return nil, err
		}
		issued, err := securecall.Issue(ca, request, rand.Reader)
		if err != nil {
			return nil, err
		}
		files[name+".mc"], files[name+".key"] = issued.MiniCertificateParameter(), issued.PrivateKeyParameter()
	}
	return files, nil
})

// exits N command...: the command ends with this exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N command...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var status *exec.ExitError
	if errors.As(err, &status) {
		code = status.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// awaitLimit is only met by a script that fails.
const awaitLimit = 20 * time.Second

// await TEXT...: a message that holds every TEXT has passed the registrar.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: await text...")
	}
	w := ts.Value(watcherKey{}).(*watcher)
	limit := time.After(awaitLimit)
	for {
		w.mu.Lock()
		found, changed := w.holds(args), w.changed
		w.mu.Unlock()
		if found {
			return
		}
		select {
		case <-changed:
		case <-limit:
			ts.Fatalf("no message with %q passed", args)
		}
	}
}

// forget what passed so far: what is awaited comes after it.
func (w *watcher) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = nil
}

func (w *watcher) holds(texts []string) bool {
	for _, m := range w.seen {
		all := true
		for _, text := range texts {
			all = all && strings.Contains(m, text)
		}
		if all {
			return true
		}
	}
	return false
}

// A code that no error was given is a mistake in the use of the command.
func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
		text string
	}{
		{nil, 0, ""},
		{errors.New("unknown flag"), 1, "star18: unknown flag\n"},
		{exit(exitVerdict, nil), 6, ""},
		{fmt.Errorf("wrapped: %w", exit(exitFault, errors.New("card"))), 5, "star18: card\n"},
	} {
		var b strings.Builder
		if got := report(&b, tt.err); got != tt.want || b.String() != tt.text {
			t.Errorf("%v: code %d, %q; want %d, %q", tt.err, got, &b, tt.want, tt.text)
		}
	}
}

// A name that DNS does not know is no fault of this machine.
func TestLineFault(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
	}{
		{&resolve.Error{Host: "nx.invalid", Err: resolve.ErrNotFound}, exitUnregistered},
		{fmt.Errorf("%w: no user", ua.ErrConfig), exitUsage},
		{os.ErrPermission, exitFault},
	} {
		var code *exitError
		if err := lineFault(tt.err); !errors.As(err, &code) || code.code != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%v: %v, want %d", tt.err, err, tt.want)
		}
	}
}

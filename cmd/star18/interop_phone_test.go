//go:build interop && linux

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is only met by a test that fails.
const patience = 30 * time.Second

// phone is a running star18 with --json. One goroutine uses it.
type phone struct {
	t      *testing.T
	dir    string // its configuration, state and recordings
	cmd    *exec.Cmd
	stderr bytes.Buffer
	events chan event
	seen   []event
}

// event is one line of --json; the fields are those that the tests look at.
type event struct {
	line string // as it was printed

	Time        time.Time `json:"time"`
	Event       string    `json:"event"`
	Name        string    `json:"name"`
	Number      string    `json:"number"`
	Proven      bool      `json:"proven"`
	PublishedCA bool      `json:"published_ca"`
	Transform   string    `json:"transform"`
	MS          int64     `json:"ms"`
	Codec       string    `json:"codec"`
	Ptime       int       `json:"ptime"`
	FromNumber  string    `json:"from_number"`
	Reason      string    `json:"reason"`
	Status      int       `json:"status"`
	By          string    `json:"by"`
	Cause       string    `json:"cause"`
	DurationMS  int64     `json:"duration_ms"`
	Secure      any       `json:"secure"` // a word in ended, a truth in dialing
	Rx          struct {
		Packets   uint64 `json:"packets"`
		Lost      uint64 `json:"lost"`
		Late      uint64 `json:"late"`
		Concealed uint64 `json:"concealed"`
		Rejected  uint64 `json:"rejected"`
	} `json:"rx"`
	Tx struct {
		Packets   uint64 `json:"packets"`
		Protected uint64 `json:"protected"`

		RTTMS float64 `json:"rtt_ms"`
	} `json:"tx"`
	MOS    float64 `json:"mos"`
	State  string  `json:"state"` // of a device
	Digit  string  `json:"digit"`
	Method string  `json:"method"`
}

// options are what differs between the phones of the tests.
type options struct {
	user     string
	password string   // if it is not the right one
	in, out  string   // as --audio-in, --audio-out; tone and file without them
	hz       float64  // of the microphone
	env      []string // besides our own
	config   string   // further lines of the configuration
	args     []string // the command
}

// phone starts star18 in the namespace, with files as a user would write them.
func (s *site) phone(t *testing.T, o options) *phone {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	s.configure(t, dir, o)
	args := []string{"--json", "--config", file("config.yaml"), "--state", file("state"), "--pcap", file("run.pcapng")}
	args = append(args, "--audio-in", orElse(o.in, "tone:"+strconv.FormatFloat(o.hz, 'f', -1, 64)))
	args = append(args, "--audio-out", orElse(o.out, "file:"+file("heard.wav")))
	return startPhone(t, dir, s.inside(s.star18, append(args, o.args...)...), o.env)
}

// startPhone runs a telephone, whose files are in dir.
func startPhone(t *testing.T, dir string, cmd *exec.Cmd, env []string) *phone {
	t.Helper()
	p := &phone{t: t, dir: dir, cmd: cmd, events: make(chan event, 1000)}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.read(bufio.NewScanner(stdout))
	t.Cleanup(p.tidy)
	return p
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (s *site) configure(t *testing.T, dir string, o options) {
	t.Helper()
	files := map[string]string{
		"password": orElse(o.password, o.user+"pw"),
		"config.yaml": fmt.Sprintf("line: {user: %q, domain: %q, password_file: password, expires: 60s}\n",
			o.user, kamailioIP+":5060"),
	}
	if mini, ok := s.mini[o.user]; ok {
		files["own.mc"], files["own.key"] = mini, s.key[o.user]
		files["config.yaml"] += "secure: {mini_certificate_file: own.mc, private_key_file: own.key}\n"
	}
	files["config.yaml"] += o.config
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (p *phone) file(name string) string { return filepath.Join(p.dir, name) }

func (p *phone) read(lines *bufio.Scanner) {
	defer close(p.events)
	for lines.Scan() {
		var ev event
		if err := json.Unmarshal(lines.Bytes(), &ev); err != nil {
			ev = event{Event: "no JSON"}
		}
		ev.line = lines.Text()
		p.events <- ev
	}
}

// tidy ends what a failed test left running.
func (p *phone) tidy() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
	if p.t.Failed() {
		for ev := range p.events {
			p.seen = append(p.seen, ev)
		}
		var said strings.Builder
		for _, ev := range p.seen {
			said.WriteString(ev.line + "\n")
		}
		p.t.Logf("star18 %q:\n%s%s", p.cmd.Args[4:], &said, &p.stderr)
	}
}

// await returns the next event of this name.
func (p *phone) await(name string) event {
	p.t.Helper()
	limit := time.After(patience)
	for {
		select {
		case ev, ok := <-p.events:
			if !ok {
				p.t.Fatalf("star18 ended without the event %q", name)
			}
			p.seen = append(p.seen, ev)
			if ev.Event == name {
				return ev
			}
		case <-limit:
			p.t.Fatalf("no event %q in %v", name, patience)
		}
	}
}

// exits waits for the end of the program, which must have this code.
func (p *phone) exits(code int) {
	p.t.Helper()
	limit := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	for ev := range p.events {
		p.seen = append(p.seen, ev)
	}
	_ = p.cmd.Wait() // the code says it all
	limit.Stop()
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Fatalf("exit code %d, want %d", got, code)
	}
}

// one is the only event of this name.
func (p *phone) one(name string) event {
	p.t.Helper()
	return p.only(name, func(event) bool { return true })
}

// tone is the only tone of this name; ringing has tones of its own.
func (p *phone) tone(name string) event {
	p.t.Helper()
	return p.only("tone", func(ev event) bool { return ev.Name == name })
}

func (p *phone) only(name string, is func(event) bool) event {
	p.t.Helper()
	var found []event
	for _, ev := range p.seen {
		if ev.Event == name && is(ev) {
			found = append(found, ev)
		}
	}
	if len(found) != 1 {
		p.t.Fatalf("%d events %q, want one", len(found), name)
	}
	return found[0]
}

// interrupt is Ctrl-C.
func (p *phone) interrupt() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
		p.t.Fatal(err)
	}
}

// captured is what --pcap kept: SIP is readable in it as it stands.
func (p *phone) captured() []byte {
	p.t.Helper()
	raw, err := os.ReadFile(p.file("run.pcapng"))
	if err != nil {
		p.t.Fatal(err)
	}
	return raw
}

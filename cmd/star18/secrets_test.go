package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"star18/cmd/internal/config"
	"star18/securecall"
	"star18/ua/digest"
	"star18/ua/lab"
)

// vault is a folder with a line's secrets, a registrar, and everything that the
// program has said since.
type vault struct {
	t    *testing.T
	dir  string
	said bytes.Buffer

	mu      sync.Mutex
	secrets map[string]string // what must not be found, and what it is
	passed  []string          // messages
}

const (
	vaultPassword = "Tresor-Sesam-4711"
	vaultWrong    = "Falsch-Sesam-0815"
	vaultPhrase   = "Phrase-Sesam-1234"
)

// newVault points the environment at itself.
func newVault(t *testing.T) *vault {
	v := &vault{t: t, dir: t.TempDir(), secrets: map[string]string{}}
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	users := map[string]digest.Secret{"14085550001": vaultPassword, "14085551234": vaultPassword}
	l, err := lab.Start(lab.Config{Conn: conn, Domain: "star18.test", Users: users, RecordRoute: true, OnMessage: v.sees})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	for key, value := range map[string]string{
		"STAR18_LINE_PROXY": l.Addr().String(), "STAR18_LINE_DOMAIN": "star18.test", "STAR18_SIP_LISTEN": "127.0.0.1:0",
		"STAR18_AUDIO_INPUT": "tone:440", "STAR18_AUDIO_OUTPUT": "null", "XDG_STATE_HOME": filepath.Join(v.dir, "state"), "XDG_RUNTIME_DIR": v.dir,
	} {
		t.Setenv(key, value)
	}
	v.hide("password", vaultPassword)
	v.hide("wrong password", vaultWrong)
	v.hide("phrase", vaultPhrase)
	files, err := identities()
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range []struct{ name, user string }{{"caller", "14085550001"}, {"callee", "14085551234"}} {
		key := files[side.name+".key"]
		v.hide(side.name+"'s key", key)
		v.write(side.name+".yaml", fmt.Sprintf("line: {user: %q, password: %q}\nsecure: {mini_certificate: %q, private_key: %q}\n",
			side.user, vaultPassword, files[side.name+".mc"], key))
	}
	return v
}

func (v *vault) write(name, text string) string {
	path := filepath.Join(v.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		v.t.Fatal(err)
	}
	return path
}

// hide notes a secret in the forms in which it could be said. Of what is base64
// the middle counts, since the beginning of a key may be zeros.
func (v *vault) hide(what, text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil && len(raw) >= 30 {
		v.secrets[text[24:40]] = what
		v.secrets[hex.EncodeToString(raw[12:24])] = what + " in hex"
		v.secrets[string(raw[12:24])] = what + " in bytes"
		return
	}
	v.secrets[text] = what
	v.secrets[base64.StdEncoding.EncodeToString([]byte(text))[:len(text)]] = what + " in base64"
	v.secrets[hex.EncodeToString([]byte(text))] = what + " in hex"
}

var keyInSDP = regexp.MustCompile(`inline:([A-Za-z0-9+/=]{40})`)

// sees learns the keys of the calls: those in SDP, and what a Final is opened to.
func (v *vault) sees(m lab.Message) {
	for _, found := range keyInSDP.FindAllStringSubmatch(string(m.Raw), -1) {
		v.hide("key in SDP", found[1])
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.passed = append(v.passed, m.Summary+"\n"+string(m.Raw))
}

// openFinals lets a machine of the callee's own read every Final that passed.
func (v *vault) openFinals() (opened int) {
	files, _ := identities()
	id, err := securecall.NewIdentity(files["callee.mc"], files["callee.key"], securecall.UTC, time.Now())
	if err != nil {
		v.t.Fatal(err)
	}
	v.mu.Lock()
	passed := v.passed
	v.mu.Unlock()
	for _, text := range passed {
		_, body, found := strings.Cut(text, "\r\n\r\n")
		if found && strings.Contains(text, "application/x-sipura") && v.openFinal(id, body) {
			opened++
		}
	}
	return opened
}

// openFinal wants a Hello first, and any that it trusts will do.
func (v *vault) openFinal(id *securecall.Identity, body string) bool {
	machine := securecall.NewCallee(securecall.CalleeConfig{
		Identity: id, Service: true, Wire: securecall.DefaultWire(), Replay: securecall.NewMemoryReplay(), Now: time.Now,
	})
	streams := securecall.Streams{OwnSSRC: 2}
	machine.Receive("", securecall.EncodeBody(securecall.Hello{SSRC: 1, Certificate: id.Certificate()}.Bytes()), streams)
	answer := machine.Receive("", []byte(body), streams)
	if answer.Keys == nil {
		return false
	}
	master := answer.Keys.Master[:]
	v.mu.Lock()
	defer v.mu.Unlock()
	v.secrets[hex.EncodeToString(master)] = "master key in hex"
	v.secrets[base64.StdEncoding.EncodeToString(master)[:20]] = "master key in base64"
	v.secrets[string(master)] = "master key in bytes"
	return true
}

// run is one command in words and one with --json, at the most talkative level.
func (v *vault) run(args ...string) {
	for _, more := range [][]string{{"--log-level", "debug"}, {"--log-level", "debug", "--json"}} {
		v.once(append(args, more...)...)
	}
}

func (v *vault) once(args ...string) {
	var out paper
	_ = run(args, &out, &out)
	v.mu.Lock()
	defer v.mu.Unlock()
	fmt.Fprintf(&v.said, "$ star18 %s\n%s", strings.Join(args[:min(2, len(args))], " "), &out.text)
}

// paper takes words and log from several goroutines.
type paper struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

// search fails for every secret in text.
func (v *vault) search(where, text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for secret, what := range v.secrets {
		if at := strings.Index(text, secret); at >= 0 {
			v.t.Errorf("%s: the %s is said: ...%q", where, what, text[max(0, at-200):min(len(text), at+len(secret))])
		}
	}
}

// TestNoSecretInAnyOutput: the oracle is the secrets themselves, those that the
// configuration holds and those that calls agree on, searched for in all that
// every command prints and writes.
func TestNoSecretInAnyOutput(t *testing.T) {
	v := newVault(t)
	caller, callee := filepath.Join(v.dir, "caller.yaml"), filepath.Join(v.dir, "callee.yaml")
	at := func(name string) string { return filepath.Join(v.dir, name) }

	v.run("config", "show", "--config", caller)
	v.run("config", "check", "--config", caller)
	v.run("dial", "--explain", "*1814085551234", "--config", caller)
	v.run("services", "--config", caller)
	v.run("doctor", "--quiet", "--config", caller)
	v.once("doctor", "--quiet", "--config", caller, "--bundle", at("help.tar.gz"), "--log-level", "debug")
	v.run("call", "5550486", "--config", caller)
	v.run("version")

	v.call(caller, callee, 2, "--log-level", "debug", "--pcap", at("call.pcapng"), "--transcript", at("call.txt"), "--log-file", at("log"))
	v.call(caller, callee, 2, "--log-level", "debug", "--json", "--stats")
	if n := v.openFinals(); n < 2 {
		t.Errorf("%d Finals were opened: without their keys this proves little", n)
	}
	v.call(caller, callee, 0, "--log-level", "debug", "--set", "secure.method=sdes", "--transcript", at("sdes.txt"))
	if !slices.Contains(slices.Collect(maps.Values(v.secrets)), "key in SDP") {
		t.Error("no key in SDP was seen: the last call proves nothing")
	}
	v.run("explain", at("call.pcapng"))
	v.run("explain", at("call.txt"))
	v.badInput(at)

	v.search("output", v.said.String())
	for _, name := range []string{"call.pcapng", "call.txt", "sdes.txt", "log"} {
		v.search(name, v.read(name))
	}
	v.search("help.tar.gz", unpacked(t, at("help.tar.gz")))
	if err := filepath.WalkDir(at("state"), func(path string, e os.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			v.search(path, v.read(path[len(v.dir):]))
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	if len(v.said.String()) < 20000 {
		t.Errorf("only %d bytes were said", v.said.Len())
	}
}

// call is a call that another program watches and ends by ctl, when so many INFO
// have secured it.
func (v *vault) call(caller, callee string, infos int, more ...string) {
	v.mu.Lock()
	v.passed = append(v.passed, "")
	before := len(v.passed)
	v.mu.Unlock()
	var wait sync.WaitGroup
	wait.Go(func() { v.once(append([]string{"answer", "--config", callee, "--count", "1"}, more...)...) })
	v.await(before, 1, "200 OK (REGISTER)")
	wait.Go(func() {
		v.once(append([]string{"call", "*1814085551234", "--config", caller, "--control", "--for", "20s"}, more...)...)
	})
	v.await(before, 1, "ACK ")
	v.await(before, 2*infos, "200 OK (INFO)") // each arrives at the registrar and leaves it
	time.Sleep(300 * time.Millisecond)        // for sound, on which nothing depends
	for _, command := range []string{"status", "calls", "hangup"} {
		v.once("ctl", command, "--config", caller)
	}
	wait.Wait()
}

// await waits until text has passed so many times.
func (v *vault) await(from, times int, text string) {
	for end := time.Now().Add(awaitLimit); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		v.mu.Lock()
		all := strings.Join(v.passed[from:], "\n")
		v.mu.Unlock()
		if strings.Count(all, text) >= times {
			return
		}
	}
	v.t.Errorf("no %d %q passed", times, text)
}

// badInput is what goes wrong around secrets: errors like to quote.
func (v *vault) badInput(at func(string) string) {
	v.once("call", "5550486", "--config", at("caller.yaml"), "--set", "line.password="+vaultWrong, "--log-level", "debug")
	for i, text := range []string{
		"line: {password: *" + vaultWrong + "}", "line:\n  password: \"" + vaultWrong, "line: {password: [" + vaultWrong + "]}",
		"line: {pasword: " + vaultWrong + "}", "line: " + vaultWrong, "password: " + vaultWrong, "line: {password: \"" + vaultWrong + "\\n\", user: \"1\"}",
		"line: {password: !!int " + vaultWrong + "}", "accounts: [{name: a, password: *" + vaultWrong + "}]", "secure: {private_key: " + vaultWrong + "}",
		"dialplan: {gateways: [{name: gw1, host: h, password: &" + vaultWrong + "}]}",
	} {
		v.run("config", "check", "--config", v.write(fmt.Sprintf("bad%d.yaml", i), text+"\n"))
	}
	v.hide("number", "0047110815") // a password of digits alone, which YAML reads as octal
	v.run("config", "check", "--config", v.write("octal.yaml", "line: {password: 0047110815}\n"))
	v.run("config", "check", "--set", "line.passwort="+vaultWrong)
	v.run("config", "check", "--set", vaultWrong)
	v.run("import", v.write("spa.txt", "User_ID[1] \"5\" ;\nPassword[1] \""+vaultPassword+"\" ;\nSRTP_Private_Key[1] \""+vaultWrong+"\" ;\nGateway_1[1] \"g.test\" ; GW1_Password[1] \""+vaultWrong+"\" ;\n"+
		"Dial_Plan[1] \"(<8:@h.test;uid=a;pwd="+vaultWrong+">xxxx)\" ;\nAuth_ID[1] \"b\" ;\n"),
		"--config", at("imported/c.yaml"), "--dry-run", "--ignored")
	v.run("import", v.write("spa.enc", "Salted__12345678"+strings.Repeat("x", 32)), "--key", vaultPhrase, "--config", at("imported/c.yaml"))
	v.run("cert", "show", v.write("not.mc", vaultWrong))
	v.t.Setenv("STAR18_LINE_PASSWORD", vaultWrong)
	v.run("config", "init", "--user", "14085550001", "--domain", "star18.test", "--transport", "udp", "--config", at("new/c.yaml"))
	v.run("doctor", "--quiet", "--config", at("caller.yaml"))
}

func (v *vault) read(name string) string {
	text, err := os.ReadFile(filepath.Join(v.dir, name))
	if err != nil {
		v.t.Error(err)
	}
	return string(text)
}

// unpacked is every name and text of an archive.
func unpacked(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for archive := tar.NewReader(packed); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return all.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(h.Name + "\n")
		if _, err := io.Copy(&all, archive); err != nil {
			t.Fatal(err)
		}
	}
}

// What a panic or a careless log prints of the structures that hold secrets.
func TestNoSecretInAStructure(t *testing.T) {
	v := newVault(t)
	l, err := config.Load(config.Options{Path: filepath.Join(v.dir, "caller.yaml")})
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := l.Line(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		for name, value := range map[string]any{
			"settings": l.Settings, "loaded": *l, "line": cfg, "secure": cfg.Secure, "identity": cfg.Secure.Identity, "password": cfg.Password,
		} {
			v.search(name+" by "+verb, fmt.Sprintf(verb, value))
		}
	}
	text, err := json.Marshal(l.Settings)
	if err != nil {
		t.Fatal(err)
	}
	v.search("JSON", string(text))
}

package config

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// write puts a configuration into a fresh folder, private as it should be.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func beside(t *testing.T, path, name, text string, mode os.FileMode) {
	t.Helper()
	file := filepath.Join(filepath.Dir(path), name)
	if err := os.WriteFile(file, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// problems loads and returns the messages without the folder.
func problems(t *testing.T, o Options) []string {
	t.Helper()
	_, err := Load(o)
	ps, ok := err.(Problems)
	if err != nil && !ok {
		t.Fatalf("not problems but %v", err)
	}
	var all []string
	for _, p := range ps {
		all = append(all, strings.ReplaceAll(p.String(), filepath.Dir(o.Path)+string(filepath.Separator), ""))
	}
	return all
}

// Each line is one mistake that people make, and what they are told.
func TestMistakesAndTheirFixes(t *testing.T) {
	for _, tt := range []struct{ yaml, want string }{
		{"line: {usr: x}", `config.yaml:1: line.usr: no such key; did you mean line.user?`},
		{"lnie:\n  user: x", `config.yaml:1: lnie: no such key; `},
		{"user: x", `config.yaml:1: user: no such key; did you mean line.user?`},
		{"line: {User: x}", `config.yaml:1: line.User: no such key; did you mean line.user?`},
		{"line.user: x", `config.yaml:1: line.user: keys are nested, not dotted; write line: {user: …}`},
		{"line: {user: 14085550001}", `config.yaml:1: line.user: 14085550001 without quotes is not a string in YAML; quote it: "14085550001"`},
		{"line:\n  user: 0123", `config.yaml:2: line.user: 0123 without quotes is an octal number in YAML; quote it: "0123"`},
		{"line: {password: true}", `config.yaml:1: line.password: is not a string in YAML; put it in quotes`},
		{"line:\n  user:", `config.yaml:2: line.user: has no value; give it one or remove the line`},
		{"line: {expires: 3600}", `config.yaml:1: line.expires: 3600 has no unit; write 3600s for seconds or 3600ms for milliseconds`},
		{"line: {expires: soon}", `config.yaml:1: line.expires: "soon" is not a length of time; write for example 20ms, 16s or 1h`},
		{"line: {expires: 1s}", `config.yaml:1: line.expires: 1s is not from 60s to 24h in whole seconds; write for example 3600s`},
		{"line: {register: yes}", `config.yaml:1: line.register: "yes" is neither true nor false; write true or false`},
		{`line: {register: "true"}`, `config.yaml:1: line.register: "true" is a string; remove the quotes`},
		{"line: {transport: ws, websocket_path: ws}", `config.yaml:1: line.websocket_path: "ws" is not a path; write what follows the host in the server's address: /ws of wss://pbx.example.com/ws`},
		{"line: {transport: sctp}", `config.yaml:1: line.transport: "sctp" is not supported; write udp, tcp, tls, ws, wss, auto`},
		{"sip: {tls: {cert_file: phone.pem}}", `config.yaml:1: sip.tls.cert_file: has no key; give sip.tls.key_file too`},
		{"sip: {tls: {key_file: phone.key}}", `config.yaml:1: sip.tls.key_file: has no certificate; give sip.tls.cert_file too`},
		{"line: {domain: \"sip:example.com\"}", `config.yaml:1: line.domain: "sip:example.com" is a URI; remove the scheme: example.com`},
		{"line: {proxy: \"host:0\"}", `config.yaml:1: line.proxy: "0" is not a port; write host:5060 or the host alone`},
		{"line: {user: \"joe@example.com\"}", `config.yaml:1: line.user: "joe@example.com" is not the part before the @; write the number or name alone and the rest in line.domain`},
		{`line: {display_name: "a\r\nVia: x"}`, `config.yaml:1: line.display_name: contains a control character; write it on one line without tabs or escapes`},
		{"line: {user: [1]}", `config.yaml:1: line.user: is not a single value; write one value after the colon`},
		{"line: x", `config.yaml:1: line: is not a section; write its keys indented below it`},
		{"line:\n  user: a\n  user: b", `config.yaml:3: line.user: is written twice (first in line 2); remove one`},
		{"sip: {listen: \"localhost:5060\"}", `config.yaml:1: sip.listen: "localhost" is not an IP address; write an address of this machine, or only :port`},
		{"sip: {session_expires: 60s}", `config.yaml:1: sip.session_expires: 1m0s is not from 90s to 24h in whole seconds; write for example 1800s, or 0 to ask for nothing`},
		{"sip: {min_se: 30s}", `config.yaml:1: sip.min_se: 30s is not from 90s to 24h in whole seconds; write 90s`},
		{"sip: {max_redirections: 21}", `config.yaml:1: sip.max_redirections: 21 is not from 0 to 20; write 5, or 0 to follow none`},
		{"rtp: {port_min: 80}", `config.yaml:1: rtp.port_min: 80 is not a port for RTP; write a port from 1024 to 65535`},
		{"rtp: {port_min: 016384}", `config.yaml:1: rtp.port_min: 016384 would be an octal number; write it without the leading zero`},
		{"rtp: {port_min: 5000, port_max: 5000}", `config.yaml:1: rtp.port_max: leaves no pair of ports above rtp.port_min 5000; leave two ports for each call`},
		{"rtp: {ptime: 25ms}", `config.yaml:1: rtp.ptime: 25ms is not supported; write 20ms or 30ms`},
		{"audio: {input: mic}", `config.yaml:1: audio.input: "mic" is not a sound device; write card, card:NAME, file:PATH.wav, tone:HZ, silence or null`},
		{"audio: {output: \"tone:440\"}", `config.yaml:1: audio.output: "tone:440" is not a sound device to play to; write card, card:NAME, file:PATH.wav, silence or null`},
		{"audio: {codecs: PCMU}", `config.yaml:1: audio.codecs: is not a list; write [PCMU]`},
		{"accounts:\n  work: {user: b}", `config.yaml:2: accounts: is not a list; begin each entry with "- "`},
		{"audio: {codecs: [G729]}", `config.yaml:1: audio.codecs: "G729" is no codec of star18; write opus, G722, PCMU, PCMA, G726-32, AAL2-G726-32 or L16/16000`},
		{"audio: {codecs: [PCMU, pcmu]}", `config.yaml:1: audio.codecs: "pcmu" is listed twice; remove one`},
		{"audio: {codecs: []}", `config.yaml:1: audio.codecs: is empty; write [PCMU, PCMA]`},
		{"secure: {require: true, service: false}", `config.yaml:1: secure.require: can never be met while secure.service is false; set secure.service: true or secure.require: false`},
		{"calls: {caller_id: PAI}", `config.yaml:1: calls.caller_id: "PAI" names no caller ID header; write PAID-RPID-FROM, P-ASSERTED-IDENTITY, REMOTE-PARTY-ID, FROM`},
		{"calls: {auto_answer: sometimes}", `config.yaml:1: calls.auto_answer: "sometimes" is not off, asked or always; write off, asked or always`},
		{"calls: {forward_all: \"a b\"}", `config.yaml:1: calls.forward_all: "a b" cannot be called; write a number or user@host`},
		{"calls: {no_answer_delay: 5m}", `config.yaml:1: calls.no_answer_delay: 5m0s is not from 1s to 255s; write for example 20s`},
		{"calls: {max: 0}", `config.yaml:1: calls.max: 0 is not from 1 to 16; write for example 4`},
		{"calls: {message_waiting: on}", `config.yaml:1: calls.message_waiting: "on" is not known; write auto or off`},
		{"tones: {gain_db: 40}", `config.yaml:1: tones.gain_db: 40 is not from -60 to 20; write 0 for the factory's levels`},
		{"tones: {ending: 1m}", `config.yaml:1: tones.ending: 1m0s is too long; write at most 30s, or 0s for no tone`},
		{"tones: {scripts: [dial]}", `config.yaml:1: tones.scripts: "dial" names no tone; `},
		{"tones: {scripts: [\"busy=480\"]}", `config.yaml:1: tones.scripts: busy: tone script: `},
		{"secure: {method: srtp}", `config.yaml:1: secure.method: "srtp" is no method; write x-sipura, sdes or auto`},
		{"secure: {expiry_zone: UTC}", `config.yaml:1: secure.expiry_zone: "UTC" is no zone; write utc or local`},
		{"secure: {tone: beep}", `config.yaml:1: secure.tone: `},
		{"secure: {wire: {transforms: [hmac-sha1-81]}}", `config.yaml:1: secure.wire.transforms: "hmac-sha1-81" is no transform; write names of [hmac-sha1-80 hmac-sha1-32 hmac-md5-80 hmac-md5-32 hmac-md5-128]`},
		{"secure: {wire: {transforms: [hmac-md5-80, hmac-md5-80]}}", `config.yaml:1: secure.wire.transforms: "hmac-md5-80" is listed twice; remove one`},
		{"secure: {wire: {transforms: []}}", `config.yaml:1: secure.wire.transforms: is empty; list at least one of [hmac-sha1-80 hmac-sha1-32 hmac-md5-80 hmac-md5-32 hmac-md5-128]`},
		{"secure: {wire: {final: both}}", `config.yaml:1: secure.wire.final: "both" is not supported; write auto, split or joined`},
		{"secure: {wire: {salt_bytes: 15}}", `config.yaml:1: secure.wire.salt_bytes: "15" is not supported; write 14 or 16`},
		{"secure: {wire: {message_ids: [1, 2]}}", `config.yaml:1: secure.wire.message_ids: has 2 numbers; write three: Caller Hello, Callee Hello, Caller Final`},
		{"secure: {wire: {version_flags: 0x100000000}}", `config.yaml:1: secure.wire.version_flags: "0x100000000" is not a whole number in range; `},
		{"dialplan: {codes: {secure_all: *16}}", `config.yaml:1: *16 without quotes is a YAML alias; write "*16"`},
		{"dialplan:\n  codes:\n    secure_all: *16\n", `config.yaml:3: *16 without quotes is a YAML alias; write "*16"`},
		{"dialplan: {codes: {secure_next: \"*16\"}}", `config.yaml:1: dialplan.codes.secure_next: codes secure_all and secure_next: "*16": star code is used twice; write another code, or "" to switch it off`},
		{"dialplan: {codes: {secure_next: \"*1a\"}}", `config.yaml:1: dialplan.codes.secure_next: code secure_next: "*1a": star code may hold only 0-9, * and #; write another code, or "" to switch it off`},
		{"dialplan: {plan: \"(xx\"}", `config.yaml:1: dialplan.plan: dial plan: `},
		{"dialplan: {incomplete: maybe}", `config.yaml:1: dialplan.incomplete: "maybe" is not known; write reject or send`},
		{"dialplan: {interdigit_long: 65s}", `config.yaml:1: dialplan.interdigit_long: 1m5s is too long; write at most 64s`},
		{"line: [", `config.yaml:1: did not find expected node content; repair the YAML here`},
	} {
		got := problems(t, Options{Path: write(t, tt.yaml)})
		if len(got) == 0 || !strings.HasPrefix(got[0], tt.want) {
			t.Errorf("%s\n got %q\nwant %q", tt.yaml, got, tt.want)
		}
	}
}

func TestEverythingWrongIsToldAtOnceInOrder(t *testing.T) {
	t.Setenv("STAR18_RTP_PTIME", "20")
	path := write(t, `
line:
  user: 0123
  transport: sctp
sip: {listn: ":5060"}
audio: {codecs: [SPEEX]}
`)
	got := problems(t, Options{Path: path, Sets: []string{"line.regster=false", "rtp.port_min", "rtp.port_max=70000"}})
	want := []string{
		`config.yaml:3: line.user: 0123 without quotes is an octal number in YAML; quote it: "0123"`,
		`config.yaml:4: line.transport: "sctp" is not supported; write udp, tcp, tls, ws, wss, auto`,
		`config.yaml:5: sip.listn: no such key; did you mean sip.listen?`,
		`config.yaml:6: audio.codecs: "SPEEX" is no codec of star18; write opus, G722, PCMU, PCMA, G726-32, AAL2-G726-32 or L16/16000`,
		`STAR18_RTP_PTIME: rtp.ptime: 20 has no unit; write 20s for seconds or 20ms for milliseconds`,
		`--set: line.regster: no such key; did you mean line.register?`,
		`--set rtp.port_min: has no =; write --set key=value`,
		`--set: rtp.port_max: 70000 is not a port for RTP; write a port from 1024 to 65535`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPrecedence(t *testing.T) {
	path := write(t, `line: {user: "file", display_name: "file", domain: "file", register: false}`)
	t.Setenv("STAR18_LINE_DISPLAY_NAME", "environment")
	t.Setenv("STAR18_LINE_DOMAIN", "environment")
	t.Setenv("STAR18_RTP_PTIME", "30ms")
	t.Setenv("STAR18_AUDIO_CODECS", "PCMA")
	t.Setenv("STAR18_SECURE_WIRE_MESSAGE_IDS", "4,5,6")
	t.Setenv("STAR18_SECURE_WIRE_VERSION_FLAGS", "0x20000")
	t.Setenv("STAR18_SECURE_DEFAULT", "true")
	l, err := Load(Options{Path: path, Sets: []string{"line.domain=set", "line.expires=60s", "audio.input=tone:620"}})
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Line.User, want.Line.DisplayName, want.Line.Domain = "file", "environment", "set"
	want.Line.Register, want.Line.Expires = false, time.Minute
	want.RTP.Ptime = 30 * time.Millisecond
	want.Audio.Codecs, want.Audio.Input = []string{"PCMA"}, "tone:620"
	want.Secure.Wire.MessageIDs, want.Secure.Wire.VersionFlags = []int{4, 5, 6}, 0x20000
	want.Secure.Default = true
	if !reflect.DeepEqual(l.Settings, want) {
		t.Errorf("got %+v\nwant %+v", l.Settings, want)
	}
}

// Every key of every type but accounts can come from the environment.
func TestEveryKeyFromTheEnvironment(t *testing.T) {
	d := Default()
	for _, k := range allKeys {
		text := fmt.Sprint(k.value(&d).Interface())
		if k.typ.Kind() == reflect.Slice {
			text = strings.ReplaceAll(text, " ", ",")
		}
		if k.path == "accounts" || k.typ.Kind() == reflect.Slice && k.typ.Elem().Kind() == reflect.Struct {
			continue // of the file alone
		}
		if k.typ == reflect.TypeFor[Secret]() || strings.HasSuffix(k.path, "_file") || strings.HasSuffix(k.path, "mini_certificate") {
			continue // empty by default, and tested by name
		}
		t.Setenv(k.env(), text)
	}
	l, err := Load(Options{Path: write(t, "line: {user: file, register: false}")})
	if err != nil {
		t.Fatal(err)
	}
	d.Line.User = "file" // an empty variable is none
	if !reflect.DeepEqual(l.Settings, d) {
		t.Errorf("got %+v\nwant %+v", l.Settings, d)
	}
}

func TestUnknownVariableIsAWarning(t *testing.T) {
	t.Setenv("STAR18_LINE_PASWORD", "x")
	l, err := Load(Options{Path: write(t, "")})
	if err != nil || len(l.Warnings) != 1 || !strings.Contains(l.Warnings[0], "STAR18_LINE_PASWORD") {
		t.Errorf("%v, %q", err, l.Warnings)
	}
}

func TestDefaultFileMayBeMissingANamedOneMayNot(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("HOME", dir)
	if l, err := Load(Options{}); err != nil || l.Path != "" {
		t.Errorf("%v, path %q", err, l.Path)
	}
	got := problems(t, Options{Path: filepath.Join(dir, "none.yaml")})
	want := "none.yaml: cannot be read: no such file or directory; name a file with --config, or write one: star18 config init"
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %q", got)
	}
}

func TestSecretFiles(t *testing.T) {
	const yaml = "line: {password_file: pw}"
	t.Run("relative to the configuration", func(t *testing.T) {
		path := write(t, yaml)
		beside(t, path, "pw", " geheim \n", 0o600)
		l, err := Load(Options{Path: path})
		if err != nil || l.Settings.Line.Password != " geheim " {
			t.Errorf("%v, %q", err, string(l.Settings.Line.Password))
		}
	})
	t.Run("missing", func(t *testing.T) {
		got := problems(t, Options{Path: write(t, yaml)})
		if len(got) != 1 || !strings.HasPrefix(got[0], "config.yaml:1: line.password_file: pw cannot be read: no such file") {
			t.Errorf("got %q", got)
		}
	})
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
		t.Run("open to others "+mode.String(), func(t *testing.T) {
			path := write(t, yaml)
			beside(t, path, "pw", "geheim", 0o600)
			if err := os.Chmod(filepath.Join(filepath.Dir(path), "pw"), mode); err != nil {
				t.Fatal(err)
			}
			got := problems(t, Options{Path: path})
			if len(got) != 1 || got[0] != "config.yaml:1: line.password_file: pw may be read by others; run: chmod 600 pw" {
				t.Errorf("got %q", got)
			}
		})
	}
	t.Run("the certificate is no secret", func(t *testing.T) {
		path := write(t, "secure: {mini_certificate_file: mc}")
		beside(t, path, "mc", "AAAA", 0o644)
		if got := problems(t, Options{Path: path}); got != nil {
			t.Errorf("got %q", got)
		}
	})
	t.Run("together with the inline key", func(t *testing.T) {
		path := write(t, "line: {password: a, password_file: pw}")
		got := problems(t, Options{Path: path})
		if len(got) != 1 || got[0] != "config.yaml:1: line.password_file: is given together with line.password; keep one of the two" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("the environment beats the file's file", func(t *testing.T) {
		t.Setenv("STAR18_LINE_PASSWORD", "outside")
		l, err := Load(Options{Path: write(t, yaml)})
		if err != nil || l.Settings.Line.Password != "outside" {
			t.Errorf("%v", err)
		}
	})
}

func TestInlineSecretMakesTheFileSecret(t *testing.T) {
	path := write(t, `line: {password: "geheim"}`)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	got := problems(t, Options{Path: path})
	want := "config.yaml:1: line.password: is a secret in a file that others may read; run: chmod 600 config.yaml"
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %q", got)
	}
	if err := os.WriteFile(path, []byte(`line: {user: "a"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := problems(t, Options{Path: path}); got != nil {
		t.Errorf("without a secret: %q", got)
	}
	if err := os.WriteFile(path, []byte(`dialplan: {plan: "(x.<:@h;pwd=geheim>)"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	want = "config.yaml:1: dialplan.plan: holds a password in a file that others may read; run: chmod 600 config.yaml"
	if got := problems(t, Options{Path: path}); len(got) != 1 || got[0] != want {
		t.Errorf("in a plan: %q", got)
	}
}

// Whatever shows settings shows no secret.
func TestSecretsAreNeverShown(t *testing.T) {
	path := write(t, `{line: {password: "geheim1"}, secure: {private_key: "geheim2"}, dialplan: {plan: "(x.<:@h;pwd=geheim3>)"}}`)
	l, err := Load(Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	l.Show(&b)
	fmt.Fprint(&b, l.JSON())
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "s", l.Settings.Line.Password)
	l.Settings.Dialplan.Plan = "" // a plain string to the rooms
	fmt.Fprintf(&b, "%v %+v %#v %s %q", l.Settings, l.Settings, l.Settings, l.Settings.Line.Password, l.Settings.Line.Password)
	if strings.Contains(b.String(), "geheim") {
		t.Errorf("shown: %s", &b)
	}
	if !strings.Contains(b.String(), `password: "[secret]"  # line 1`) || !strings.Contains(b.String(), `plan: "(x.<:@h;pwd=[secret]>)"`) {
		t.Errorf("show does not say that there is one:\n%s", &b)
	}
}

// What show prints is YAML that means the same settings.
func TestShowIsYAML(t *testing.T) {
	l, err := Load(Options{Path: write(t, "line: {user: \"0123\"}")})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	l.Show(&b)
	again, err := Load(Options{Path: write(t, b.String())})
	if err != nil {
		t.Fatalf("%v\n%s", err, &b)
	}
	if !reflect.DeepEqual(again.Settings, l.Settings) {
		t.Errorf("got %+v\nwant %+v", again.Settings, l.Settings)
	}
}

// A second YAML document would be read by nobody.
func TestSecondDocument(t *testing.T) {
	f := readYAML("x.yaml", []byte("line:\n  user: \"1\"\n---\nline:\n  user: \"2\"\n"))
	if len(f.problems) != 1 || f.problems[0].Line < 3 || !strings.Contains(f.problems[0].Wrong, "second document") {
		t.Errorf("%+v", f.problems)
	}
}

package say

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"star18/audio"
	"star18/securecall"
	"star18/ua"
	"star18/ua/sipnet"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 5, 4, 14, 0, 0, 123456789, time.FixedZone("east", 2*3600))

// silent is a registration that got no answer for a comparable reason.
func silent(why error, detail string) ua.Event {
	err := fmt.Errorf("no connection: %w: %s", why, detail)
	return ua.RegistrationFailed{Reason: err.Error(), RetryIn: 30, Err: err}
}

// every event once, and those that decide over safety in all their shapes
var story = []ua.Event{
	ua.Registered{AOR: "sip:14085550001@example.com", Expires: 3600, Via: "192.0.2.1:5060"},
	ua.RegistrationFailed{Status: 403, Reason: "Forbidden", RetryIn: 30},
	ua.RegistrationFailed{Reason: "no answer"},
	silent(ua.ErrNoNetwork, "udp 192.0.2.1:5060"),
	ua.RegistrationFailed{Status: 404, Reason: "404 Not Found"},
	ua.RegistrationFailed{Status: 500, Reason: "500 Server Error"},
	silent(sipnet.ErrExpired, "since 2026-01-01"),
	silent(sipnet.ErrUnknownCA, "issued by Lab"),
	silent(sipnet.ErrWrongName, "it names a.test"),
	silent(sipnet.ErrClientWants, "bad certificate"),
	ua.Incoming{FromName: "Evil\x1b[2JName", FromNumber: "14085550001"},
	ua.Dialing{Dialed: "*1814085551234", Number: "14085551234", Secure: true},
	ua.Dialing{Dialed: "14085551234", Number: "14085551234"},
	ua.Dialing{Dialed: "*8114085551234", Number: "14085551234", Hidden: true},
	ua.Dialing{Dialed: "*81*1814085551234", Number: "14085551234", Secure: true, Hidden: true, NamedBySecurity: true},
	ua.Incoming{FromName: "Anonymous", Anonymous: true},
	ua.Incoming{FromName: "Joe", FromNumber: "14085551234", Asserted: true},
	ua.TurnedAway{FromName: "Joe", FromNumber: "14085551234", Why: "do-not-disturb", Status: 486},
	ua.TurnedAway{FromName: "Joe", FromNumber: "14085551234", Why: "unconditional", To: "14085557777", Status: 302},
	ua.TurnedAway{FromName: "Anonymous", Why: "anonymous", Status: 433},
	ua.AutoAnswered{},
	ua.Messages{Waiting: true, New: 2, Old: 8},
	ua.Messages{},
	ua.Redirected{Status: 302, To: "sip:14085557777@example.test", Number: "14085551234", Secure: true},
	ua.Redirected{Status: 302, To: "sip:14085557777@example.test", Number: "14085551234"},
	CallBackWaits{Number: "14085551234", RetryIn: 30},
	Dropped{Count: 12},
	Reply{Command: "calls", Text: "c1 up 14085551234, speaking"},
	Reply{Command: "hold", Text: "there is no such call", Failed: true},
	ua.Ringing{},
	ua.EarlyMedia{},
	ua.Answered{Codec: "PCMU", Ptime: 20, Remote: "14085551234"},
	ua.Answered{Codec: "PCMU", Ptime: 20, Remote: "14085551234", Protected: true},
	ua.Securing{},
	ua.Secured{Name: "$Joe Smith", Number: "14085551234", Proven: true, Expires: time.Date(2034, 1, 1, 2, 0, 0, 0, time.FixedZone("east", 2*3600)),
		Transform: "hmac-sha1-80", MS: 14, Method: ua.MethodXSipura},
	ua.Secured{Name: "$Demo Caller", Number: "14085550001", Transform: "hmac-sha1-80", MS: 9, Method: ua.MethodXSipura, PublishedCA: true},
	ua.Secured{Transform: "hmac-sha1-32", MS: 3, Method: ua.MethodSDES},
	ua.Secured{Transform: "hmac-sha1-80", MS: 3, Method: ua.MethodSDES, KeysInClear: true},
	ua.NotSecured{Reason: securecall.PeerRefused, Status: 488},
	ua.NotSecured{Reason: securecall.SDESPeer, Detail: "a call from 14085550002 was refused", Status: 488, Over: true},
	ua.NotSecured{Reason: securecall.NoIdentity, Detail: "key_mismatch"},
	ua.NotSecured{Reason: securecall.NoMedia},
	ua.NotSecured{Reason: securecall.MediaDowngraded},
	ua.NotSecured{Reason: securecall.CallEnded},
	ua.TonePlayed{Name: "secure"},
	ua.Held{By: "remote"},
	ua.Resumed{By: "remote"},
	ua.Held{By: "local", Detail: "the other side refused: 488 Not Acceptable Here: it hears silence"},
	ua.Active{},
	ua.Conference{Calls: []string{"c1", "c2"}},
	ua.Conference{Calls: []string{"c1", "c2"}, Mixed: true},
	ua.Conference{Calls: []string{}},
	ua.Transfer{Role: ua.Transferor, Target: "sip:14085557777@example.test", Status: 202, Reason: "Accepted"},
	ua.Transfer{Role: ua.Transferor, Target: "sip:14085557777@example.test", Status: 200, Reason: "OK", Done: true},
	ua.Transfer{Role: ua.Transferor, Target: "sip:14085557777@example.test", Status: 486, Reason: "Busy Here", Done: true},
	ua.Transfer{Role: ua.Transferee, Target: "sip:14085557777@example.test", By: "<sip:14085550001@example.test>", Asking: true},
	ua.Transfer{Role: ua.Transferee, Target: "sip:14085557777@example.test", By: "<sip:14085550001@example.test>", NewCall: "c2"},
	ua.Transfer{Role: ua.Transferee, Target: "sip:14085557777@example.test", NewCall: "c2", SecureLost: true},
	ua.Transfer{Role: ua.TransferTo, Target: "14085557777", By: "<sip:14085550001@example.test>", Status: 200, OldCall: "c1", Done: true},
	ua.Transfer{Role: ua.TransferTo, Target: "14085557777", Status: 200, OldCall: "c1", SecureLost: true, Done: true},
	ua.DTMF{Digit: "#", Method: ua.KeysRFC4733},
	ua.DeviceFault{State: audio.DeviceLost, Fault: "no default output device", Using: "silence"},
	ua.DeviceFault{State: audio.DeviceStandIn, Output: "default", Fault: "sound card: input \"headset\": no sound device of that name", Using: "default, and no microphone"},
	ua.DeviceFault{State: audio.DeviceRunning, Input: "headset", Output: "headset", Using: "headset"},
	ua.Stats{Rx: ua.RxStats{Packets: 50, Lost: 1, JitterMS: 2.25}, Tx: ua.TxStats{Packets: 50, RTTMS: 41.5, Lost: 2}, MOS: 4.12,
		Sent: audio.Level{RMS: -23.4, Peak: -9.1}, Heard: audio.Level{RMS: audio.LevelFloor, Peak: audio.LevelFloor}},
	ua.Stats{Rx: ua.RxStats{Lost: 9, Corrected: 7, Late: 3}, Sent: audio.Level{RMS: -96, Peak: -90.3}, Heard: audio.Level{RMS: -3, Peak: 0}},
	ua.Stats{Card: audio.DeviceCounts{Overruns: 1, Underruns: 2, Breaks: 3}},
	ua.NoAudio{Seconds: 5}, ua.NoAudio{Seconds: 5, Ever: true}, ua.NoAudio{Seconds: 5, Rejected: 250}, ua.AudioArrived{Seconds: 12},
	ua.Muted{}, ua.Unmuted{},
	ua.Recording{State: ua.RecordingStarted, File: "call.wav", Notice: true},
	ua.Recording{State: ua.RecordingGoesOn, File: "call.wav", Unencrypted: true},
	ua.Recording{State: ua.RecordingFailed, File: "call.wav", Detail: "no space left on device"},
	ua.Recording{State: ua.RecordingStopped, File: "call.wav"},
	ua.Playing{State: ua.PlayingStarted, File: "hello.wav"}, ua.Playing{State: ua.PlayingEnded, File: "hello.wav"},
	ua.Playing{State: ua.PlayingStopped, File: "hello.wav"}, ua.Playing{State: ua.PlayingFailed, File: "hello.wav", Detail: "read error"},
	ua.Ended{By: ua.Remote, Cause: ua.CauseHangup, DurationMS: 12340, Secure: ua.SecureDone, Answered: true, MOS: 4.21},
	ua.Ended{By: ua.Local, Cause: ua.CauseSecurityRequired, DurationMS: 900, Secure: ua.SecureNever, Answered: true},
	ua.Ended{By: ua.Local, Cause: ua.CauseSessionExpired, DurationMS: 900, Secure: ua.SecureNever, Answered: true},
	ua.Ended{By: ua.Remote, Status: 401, Cause: ua.CauseForbidden, Secure: ua.SecureNever, Detail: "Unauthorized"},
	ua.Ended{By: ua.Remote, Status: 403, Cause: ua.CauseForbidden, Secure: ua.SecureNever},
	ua.Ended{By: ua.Remote, Status: 404, Cause: ua.CauseNotFound, Secure: ua.SecureNever},
	ua.Ended{By: ua.Remote, Status: 408, Cause: ua.CauseNoAnswer, Secure: ua.SecureNever},
	ua.Ended{By: ua.Remote, Status: 480, Cause: ua.CauseUnavailable, Secure: ua.SecureNever},
	ua.Ended{By: ua.Remote, Status: 486, Cause: ua.CauseBusy, Secure: ua.SecureNever},
	ua.Ended{By: ua.Remote, Status: 488, Cause: ua.CauseNotAcceptable, Secure: ua.SecureNever},
	ua.Ended{By: ua.Remote, Status: 603, Cause: ua.CauseDeclined, Secure: ua.SecureNever},
	ua.Ended{By: ua.Local, Cause: ua.CauseUnreachable, Secure: ua.SecureNever, Detail: "sendto: network is unreachable"},
	ua.Ended{By: ua.Local, Cause: ua.CauseBusy, Secure: ua.SecureNever},
	ua.Ended{By: ua.Remote, Cause: ua.CauseCancelled, Secure: ua.SecureNever},
}

// The oracle is the file, which a person has read; -update rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs:\n%s\nwant:\n%s", name, got, want)
	}
}

func tell(t Teller) {
	for _, ev := range story {
		t.Tell(Told{At: noon, Call: "c1", Event: ev})
	}
}

func TestPeople(t *testing.T) {
	var b bytes.Buffer
	tell(People{W: &b})
	golden(t, "people.txt", b.Bytes())
}

func TestPeopleWithRequire(t *testing.T) {
	var b bytes.Buffer
	People{W: &b, Require: true, Prefix: "| "}.Tell(Told{Event: ua.NotSecured{Reason: securecall.PeerSilent}})
	want := "| NOT SECURE  the call is ended, because security is required: the other side did not answer the request to make the call secure [peer_silent]\n" +
		"|   next      a server between does not pass INFO, or the other end knows no secure calls (docs/setup.md)\n"
	if b.String() != want {
		t.Errorf("got %q", &b)
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	tell(JSON{&b})
	golden(t, "events.json", b.Bytes())
	for line := range strings.Lines(b.String()) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		if v["time"] != "2026-05-04T12:00:00.123Z" || v["call"] != "c1" || v["event"] == nil {
			t.Errorf("circumstances are wrong: %s", line)
		}
	}
}

func TestJSONWithoutCall(t *testing.T) {
	var b bytes.Buffer
	JSON{&b}.Tell(Told{At: noon, Event: ua.Registered{AOR: "sip:a@b"}})
	if strings.Contains(b.String(), `"call"`) {
		t.Errorf("a line's own event names a call: %s", &b)
	}
}

// Every event, in order, whoever posts, and none lost by Close.
func TestQueue(t *testing.T) {
	var heard recorder
	q := NewQueue(&heard)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 100 {
				q.Post("c", ua.Registered{Expires: i})
			}
		})
	}
	wg.Wait()
	q.Close()
	q.Post("c", ua.Ringing{})
	if len(heard) != 400 {
		t.Errorf("%d events, want 400", len(heard))
	}
}

type recorder []Told

func (r *recorder) Tell(t Told) { *r = append(*r, t) }

// A terminal that does not read must not hold up a call.
func TestPostNeverWaits(t *testing.T) {
	r, w := io.Pipe()
	q := NewQueue(People{W: w})
	for range 1000 {
		q.Post("c", ua.Ringing{})
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	q.Close()
	_ = w.Close()
}

// Whatever can fail has a next step: a reason or cause that is added later is not
// forgotten here.
func TestEveryFailureHasANextStep(t *testing.T) {
	well := map[ua.Cause]bool{ua.CauseHangup: true, ua.CauseCancelled: true, ua.CauseTransferred: true, ua.CauseForwarded: true}
	for cause := range causeWords {
		if got := Advice(ua.Ended{By: ua.Remote, Cause: cause}); (got == "") != well[cause] {
			t.Errorf("%s: advice %q", cause, got)
		}
	}
	for _, r := range []securecall.Reason{
		securecall.NoIdentity, securecall.ServiceOff, securecall.PeerRefused, securecall.PeerSilent, securecall.NotBase64, securecall.BadLength,
		securecall.BadSignature, securecall.Expired, securecall.UserIDMismatch, securecall.BadKeyBlock, securecall.Replayed, securecall.NoMedia,
		securecall.OutOfOrder, securecall.EmptyAnswer, securecall.SDESPeer, securecall.LocalError,
	} {
		if Advice(ua.NotSecured{Reason: r}) == "" {
			t.Errorf("%s: no advice", r)
		}
	}
}

// Nobody borrows the sign of a certificate.
func TestCallerHasNoDollar(t *testing.T) {
	var out strings.Builder
	p := People{W: &out}
	p.Tell(Told{Call: "c1", Event: ua.Incoming{FromName: "$Joe Smith", FromNumber: "1"}})
	p.Tell(Told{Event: ua.TurnedAway{FromName: "$Joe Smith", FromNumber: "1", Why: "user-busy"}})
	if text := out.String(); strings.Count(text, `"$Joe Smith" 1`) != 2 {
		t.Error(text)
	}
}

// docs/scripts.md is the interface: it names every event.
func TestEveryEventIsDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "scripts.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range story {
		if name := "`" + ev.EventName() + "`"; !bytes.Contains(text, []byte("| "+name)) && !bytes.Contains(text, []byte(", "+name)) {
			t.Errorf("%s is not in docs/scripts.md", name)
		}
	}
}

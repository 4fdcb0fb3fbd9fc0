package screen

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"star18/audio"
	"star18/cmd/internal/say"
	"star18/cmd/internal/trace"
	"star18/securecall"
	"star18/ua"
	"star18/ua/sipnet"
)

var write = flag.Bool("write", false, "write the screens anew; look at them before you keep them")

// same compares a screen with the one in testdata that was looked at.
func (b *bench) same(t *testing.T, name string) {
	t.Helper()
	lines := strings.Split(b.shown(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	got := strings.Join(lines, "\n") + "\n"
	path := filepath.Join("testdata", name+".txt")
	if *write {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is\n%s\nand was\n%s", name, got, want)
	}
}

var (
	registered = ua.Registered{AOR: "sip:14085550001@pbx.example", Expires: 3600, Via: "udp"}
	joe        = ua.Secured{
		Name: "$Joe Smith", Number: "14085551234", Proven: true, Transform: "hmac-sha1-80", MS: 40,
		Expires: time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC), Method: ua.MethodXSipura,
	}
)

func (b *bench) up(id, number string) {
	b.phone.infos = append(b.phone.infos, ua.CallInfo{ID: id, State: "up", Outgoing: true, Number: number, Active: true, Since: b.at})
	b.told(id, ua.Dialing{Dialed: "*18" + number, Number: number, Secure: true}, ua.Answered{Codec: "PCMU", Ptime: 20})
}

// speak lets a call go on for some seconds that get worse and better.
func (b *bench) speak(id string, seconds int) {
	for i := range seconds {
		b.told(id, ua.Stats{
			Rx:  ua.RxStats{Packets: uint64(50 * i), Lost: uint64(i * i / 30), JitterMS: float64(i % 17)},
			Tx:  ua.TxStats{RTTMS: 20 + float64(i%7)*20},
			MOS: 4.3 - float64(i%5)*.3,

			Sent: audio.Level{RMS: -20 - float64(i%9)}, Heard: audio.Level{RMS: -50 + float64(i%30)},
		})
	}
}

// TestScreens: the oracle is that somebody looked at testdata and found it good.
func TestScreens(t *testing.T) {
	for _, test := range []struct {
		name          string
		width, height int
		play          func(*bench)
	}{
		{"first", 80, 24, func(*bench) {}},
		{"refused", 80, 24, func(b *bench) {
			b.told("", ua.RegistrationFailed{Status: 403, Reason: "403 Forbidden: wrong password or user", RetryIn: 30})
		}},
		{"dialling", 80, 24, func(b *bench) { b.told("", registered); b.write("*1814085551234") }},
		{"calling", 80, 24, func(b *bench) {
			b.told("", registered)
			b.phone.infos = []ua.CallInfo{{ID: "1", State: "calling", Outgoing: true, Number: "14085551234"}}
			b.told("1", ua.Dialing{Dialed: "*1814085551234", Number: "14085551234", Secure: true})
		}},
		{"incoming", 80, 24, func(b *bench) {
			b.told("", registered)
			b.phone.infos = []ua.CallInfo{{ID: "1", State: "ringing", Name: "Bank", Number: "18005550000"}}
			b.told("1", ua.Incoming{FromName: "Bank", FromNumber: "18005550000"})
		}},
		{"securing", 80, 24, func(b *bench) { b.told("", registered); b.up("1", "14085551234"); b.told("1", ua.Securing{}) }},
		{"secured", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, joe)
			b.speak("1", 60)
		}},
		{"presented", 80, 24, func(b *bench) {
			b.told("", registered)
			b.phone.infos = []ua.CallInfo{{ID: "1", State: "up", Name: "Bank", Number: "18005550000", Active: true, Since: b.at}}
			s := joe
			s.Proven = false
			b.told("1", ua.Incoming{FromName: "Bank", FromNumber: "18005550000", Asserted: true}, ua.Answered{Codec: "PCMU", Ptime: 20}, ua.Securing{}, s)
		}},
		{"published", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			s := joe
			s.PublishedCA, s.Proven = true, false
			b.told("1", ua.Securing{}, s)
		}},
		{"sdes", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Secured{Method: ua.MethodSDES, Transform: "hmac-sha1-80", KeysInClear: true, MS: 20})
		}},
		{"notsecured", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, ua.NotSecured{Reason: securecall.PeerRefused, Status: 488})
			b.speak("1", 10)
		}},
		{"lost", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, joe, ua.NotSecured{Reason: securecall.MediaDowngraded})
		}},
		{"two", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, joe)
			b.speak("1", 20)
			b.phone.infos = append(b.phone.infos, ua.CallInfo{ID: "2", State: "ringing", Name: "Bank", Number: "18005550000"})
			b.told("2", ua.Incoming{FromName: "Bank", FromNumber: "18005550000", Waiting: true})
		}},
		{"asked", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Transfer{Role: ua.Transferee, Target: "14085559999", Asking: true})
		}},
		{"failed", 80, 24, func(b *bench) {
			b.told("", registered)
			b.told("1", ua.Dialing{Dialed: "12", Number: "12"}, ua.Ended{By: ua.Remote, Status: 404, Cause: ua.CauseNotFound})
		}},
		{"required", 80, 24, func(b *bench) {
			b.Model.board.Require = true
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, ua.NotSecured{Reason: securecall.PeerRefused, Status: 415},
				ua.Ended{By: ua.Local, Answered: true, DurationMS: 100, Cause: ua.CauseSecurityRequired})
		}},
		{"unheard", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			for range 6 {
				b.told("1", ua.Stats{Sent: audio.Level{RMS: -20}, Heard: audio.Level{RMS: audio.LevelFloor}})
			}
			b.told("1", ua.NoAudio{Seconds: 5})
		}},
		{"recording", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, joe, ua.Muted{}, ua.Recording{State: ua.RecordingStarted, File: "star18-20260501-120000.wav", Notice: true, Unencrypted: true})
			b.speak("1", 20)
		}},
		{"held", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, joe, ua.Held{By: "local"})
			b.phone.infos[0].HeldByUs, b.phone.infos[0].Active = true, false
			b.speak("1", 5)
			b.press("5")
		}},
		{"mixed", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.up("2", "18005550000")
			b.told("1", ua.Securing{}, joe)
			for i := range b.phone.infos {
				b.phone.infos[i].Conference = true
			}
			b.told("", ua.Conference{Calls: []string{"1", "2"}, Mixed: true})
		}},
		{"services", 80, 24, func(b *bench) {
			b.phone.services = []string{"do not disturb (*78, *79), by star code", "forward all to 14085550009 (*72, *73), by star code"}
			b.phone.identity, b.phone.fault = "", "mini-certificate: expired"
			b.told("", registered, ua.DeviceFault{State: audio.DeviceLost, Fault: "sound card: no such device", Using: "silence"}, ua.Messages{Waiting: true, New: 3})
		}},
		{"devices", 80, 24, func(b *bench) {
			b.phone.devices = []Device{
				{Name: "card", Words: "the default one, whichever that is", Used: true}, {Name: "card:USB Headset", Words: "ALSA, 1 channels"}, {Name: "silence", Words: "nothing"},
				{Output: true, Name: "card", Words: "the default one, whichever that is", Used: true}, {Output: true, Name: "card:USB Headset", Words: "ALSA, 2 channels"},
			}
			b.press("esc", "d", "down", "enter")
		}},
		{"events", 80, 24, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, joe, ua.Held{By: "remote"}, ua.NotSecured{Reason: securecall.MediaDowngraded}, ua.Ended{Answered: true, By: ua.Remote, DurationMS: 65000, Secure: ua.SecureLost, Cause: ua.CauseHangup})
			b.press("esc", "e")
		}},
		{"history", 80, 24, func(b *bench) {
			b.told("", registered)
			b.former = []Past{{At: start.Add(-48 * time.Hour), Number: "14085550002"}, {At: start.Add(-50 * time.Hour), Outgoing: true, Number: "911", Dialed: "911"}}
			b.told("1", ua.Dialing{Dialed: "*1814085551234", Number: "14085551234"}, ua.Answered{}, joe, ua.Ended{Answered: true, Secure: ua.SecureDone})
			b.told("2", ua.Incoming{FromName: "Bank", FromNumber: "18005550000"}, ua.Ended{})
			b.press("esc", "i")
		}},
		{"ladder", 80, 24, func(b *bench) { b.ladder(); b.press("esc", "l", "up") }},
		{"ladder-narrow", 40, 12, func(b *bench) { b.ladder(); b.press("esc", "l", "o") }},
		{"lines-ladder", 80, 24, func(b *bench) {
			b.ladder()
			for i := range b.phone.messages {
				b.phone.messages[i].Account = b.own[i/4%2].Account
			}
			b.press("esc", "l", "up")
		}},
		{"message", 80, 24, func(b *bench) { b.ladder(); b.press("esc", "l", "enter") }},
		{"help", 80, 24, func(b *bench) { b.press("?") }},
		{"wide", 132, 40, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, joe)
			b.speak("1", 60)
		}},
		{"middle", 60, 20, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, joe)
			b.speak("1", 60)
		}},
		{"narrow", 40, 12, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, joe)
			b.speak("1", 60)
		}},
		{"narrow-two", 40, 12, func(b *bench) {
			b.told("", registered)
			b.up("1", "14085551234")
			b.told("1", ua.Securing{}, joe)
			ringing(b)
		}},
		{"lines", 80, 24, func(b *bench) { b.lines() }},
		{"lines-middle", 60, 20, func(b *bench) { b.lines() }},
		{"lines-narrow", 40, 12, func(b *bench) { b.lines() }},
		{"lines-idle", 80, 24, func(b *bench) {
			b.of("home", "", registered, ua.Messages{Waiting: true, New: 2})
			b.of("work", "", ua.RegistrationFailed{AOR: "sip:14085550002@work.example", Status: 403, Reason: "403 Forbidden", RetryIn: 30})
			b.press("ctrl+n", "1")
		}},
		{"lines-many", 60, 16, func(b *bench) {
			for i := range b.own {
				b.of(b.own[i].Account, "", ua.Registered{AOR: "sip:1@pbx.example", Expires: 3600, Via: "udp"})
			}
			b.of("attic", "", ua.RegistrationFailed{Reason: "no answer from the registrar", RetryIn: 30})
		}},
		{"tiny", 20, 5, func(*bench) {}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(test.width, test.height, accountsOf(test.name)...)
			test.play(b)
			b.same(t, test.name)
			lines := strings.Split(b.shown(), "\n")
			if len(lines) > test.height {
				t.Errorf("%d lines", len(lines))
			}
			for _, line := range lines {
				if w := ansi.StringWidth(line); w > test.width {
					t.Errorf("%d columns: %q", w, line)
				}
			}
		})
	}
}

// accountsOf are the lines of a screen: several if it is called so.
func accountsOf(name string) []string {
	if name == "lines-many" {
		return []string{"reception", "workshop", "store", "office", "attic", "cellar"}
	}
	if strings.HasPrefix(name, "lines") {
		return []string{"home", "work"}
	}
	return nil
}

// of takes events of a line that has a name.
func (b *bench) of(account, call string, events ...ua.Event) {
	for _, ev := range events {
		_, cmd := b.Update(say.Told{At: b.at, Account: account, Call: call, Event: ev})
		b.carryOut(cmd)
		b.at = b.at.Add(time.Second)
	}
}

// lines is a telephone of two lines, with a call by one and one that rings for the
// other.
func (b *bench) lines() {
	b.of("home", "", registered)
	b.of("work", "", ua.RegistrationFailed{AOR: "sip:14085550002@work.example", Reason: "no answer from the registrar", RetryIn: 30})
	b.of("work", "", ua.Registered{AOR: "sip:14085550002@work.example", Expires: 3600, Via: "tls"})
	b.phone.infos = []ua.CallInfo{{ID: "1", State: "up", Outgoing: true, Number: "14085551234", Active: true, Since: b.at}}
	b.of("home", "1", ua.Dialing{Dialed: "*1814085551234", Number: "14085551234", Secure: true}, ua.Answered{Codec: "PCMU", Ptime: 20}, ua.Securing{}, joe)
	b.phone.infos = append(b.phone.infos, ua.CallInfo{ID: "2", State: "ringing", Name: "Bank", Number: "18005550000"})
	b.of("work", "2", ua.Incoming{FromName: "Bank", FromNumber: "18005550000", Waiting: true})
}

func (b *bench) ladder() {
	b.told("", registered)
	hop := sipnet.Hop{Transport: sipnet.UDP, Addr: netipAddr("192.0.2.1:5060")}
	for i, label := range []string{"REGISTER", "401 Unauthorized (REGISTER)", "REGISTER, digest", "200 OK (REGISTER)", "OPTIONS", "200 OK (OPTIONS)", "INVITE 14085551234"} {
		b.phone.messages = append(b.phone.messages, trace.Message{
			At: start.Add(time.Duration(i*11) * time.Millisecond), Sent: i%2 == 0, Hop: hop, Label: label,
			Text: "INVITE sip:14085551234@pbx.example SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2\r\nSubject: \x1b[31mred\r\nAuthorization: Digest username=\"14085550001\", realm=\"pbx.example\", nonce=\"84a4cc6f3082121f32b42a2187831a9e\", response=[hidden]\r\n\r\nv=0\r\n",
		})
	}
}

// TestReadme: what the README shows is a screen that was looked at.
func TestReadme(t *testing.T) {
	screen, err := os.ReadFile(filepath.Join("testdata", "middle.txt"))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, text := range strings.SplitAfter(string(screen), "\n") {
		if text != "\n" && text != "" {
			text = "    " + text
		}
		want.WriteString(text)
	}
	if !strings.Contains(string(readme), want.String()) {
		t.Errorf("the README shows another screen than\n%s", &want)
	}
}

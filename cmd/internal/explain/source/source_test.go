package source

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"star18/cmd/internal/capture"
)

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 250e6, time.UTC)
	alice = netip.MustParseAddrPort("10.0.0.1:5060")
	bob   = netip.MustParseAddrPort("10.0.0.2:5062")
)

// body is the length of a Hello in base64.
var body = strings.Repeat("QUJD", 88)

// messages are three of a call: without a body, with a description of several
// lines, with a long line.
var messages = []string{
	"ACK sip:b@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1\r\nCall-ID: x\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n",
	"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.1\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\nContent-Length: 28\r\n\r\nv=0\r\no=- 1 1 IN IP4 10.0.0.2",
	"INFO sip:b@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1\r\nl: 352\r\nCall-ID: x\r\nCSeq: 2 INFO\r\n\r\n" + body,
}

// dialect is how a tool writes messages. marked says that it tells addresses,
// dated that it tells the whole time.
type dialect struct {
	name          string
	write         func(message string) string
	marked, dated bool
}

var dialects = []dialect{
	{"sngrep", func(m string) string {
		return "2026/03/01 12:00:00.250000 10.0.0.1:5060 -> 10.0.0.2:5062\n" + m + "\n\n"
	}, true, true},
	{"sngrep 1.6", func(m string) string {
		return "proto:UDP 2026-03-01T12:00:00.250000Z  10.0.0.1:5060 ---> 10.0.0.2:5062\n\n" + m + "\n\n"
	}, true, true},
	{"ngrep -W byline", func(m string) string {
		return "#\nU 2026/03/01 12:00:00.250000 10.0.0.1:5060 -> 10.0.0.2:5062\n" + strings.ReplaceAll(m, "\r\n", ".\n") + "\n"
	}, true, true},
	{"bare lines", func(m string) string { return "received:\n" + strings.ReplaceAll(m, "\r\n", "\n") + "\n\n" }, false, false},
	{"SPA syslog", func(m string) string {
		return everyLine("Mar  1 12:00:00 10.0.0.1 ", "[0:5060]<<10.0.0.2:5062\r\n"+m)
	}, false, false},
	{"syslog whose seconds pass", func(m string) string {
		n := 0
		var b strings.Builder
		for _, line := range strings.Split(m, "\r\n") {
			fmt.Fprintf(&b, "Mar 11 12:00:%02d host spa[%d]: %s\n", n, 17, line)
			n++
		}
		return b.String()
	}, false, false},
	{"syslog with trimmed lines", func(m string) string {
		return strings.ReplaceAll(everyLine("Mar  1 12:00:00 10.0.0.1 ", m), "10.0.0.1 \n", "10.0.0.1\n")
	}, false, false},
	{"Kamailio, escaped by rsyslog", func(m string) string {
		return "Mar  1 12:00:00 sbc kamailio[9]: INFO: dump: " + strings.ReplaceAll(m, "\r\n", "#015#012") + "\n"
	}, false, false},
	{"a quoted value", func(m string) string {
		return `time=2026-03-01T12:00:00.250Z level=DEBUG msg=x data="` + strings.ReplaceAll(m, "\r\n", `\r\n`) + "\"\n"
	}, false, true},
}

func everyLine(prefix, message string) string {
	return prefix + strings.ReplaceAll(message, "\r\n", "\n"+prefix) + "\n"
}

// In every dialect the same three messages are found, each whole.
func TestTextDialects(t *testing.T) {
	for _, d := range dialects {
		t.Run(d.name, func(t *testing.T) {
			text := "some log\n\n"
			for _, m := range messages {
				text += d.write(m) + "other words: 12:00 nothing\n"
			}
			f, err := Read(strings.NewReader(text))
			if err != nil || f.Format != Text {
				t.Fatalf("%v", err)
			}
			if len(f.Packets) != len(messages) {
				t.Fatalf("%d messages, want %d", len(f.Packets), len(messages))
			}
			for i, p := range f.Packets {
				if !same(string(p.Data), messages[i]) {
					t.Errorf("message %d:\n%q\nwant\n%q", i, p.Data, messages[i])
				}
				d.check(t, p)
			}
		})
	}
}

func (d dialect) check(t *testing.T, p capture.Datagram) {
	t.Helper()
	if d.marked && (p.From != alice || p.To != bob) {
		t.Errorf("from %v to %v", p.From, p.To)
	}
	if d.dated && !p.Time.Equal(noon) {
		t.Errorf("time %v, want %v", p.Time, noon)
	}
}

// same but for white space at the end and a quote that closes a value.
func same(got, want string) bool {
	return strings.TrimRight(got, "\r\n\"") == strings.TrimRight(want, "\r\n")
}

// What follows a message is not part of it, and a message that breaks off does
// not take the next one with it.
func TestTextWithBrokenMessages(t *testing.T) {
	text := "INVITE sip:b@h SIP/2.0\nCall-ID: x\nthis is no header\n" + messages[2][:200] + "\n" + messages[0]
	f, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var starts []string
	for _, p := range f.Packets {
		first, _, _ := strings.Cut(string(p.Data), " ")
		starts = append(starts, first)
		if strings.Contains(string(p.Data), "no header") {
			t.Errorf("%q", p.Data)
		}
	}
	if fmt.Sprint(starts) != "[INVITE INFO ACK]" {
		t.Errorf("found %v", starts)
	}
}

func TestUnreadableFiles(t *testing.T) {
	for _, tt := range []struct {
		text string
		want error
	}{
		{"", ErrEmpty},
		{" \n\t\n", ErrEmpty},
		{"\x1f\x8b\x08\x00", ErrCompressed},
		{"\x7fELF\x00\x00", ErrUnknown},
		{"dear diary", ErrNoSIP},
		{"\xd4\xc3\xb2\xa1\x02\x00", ErrNotCapture},
		{"\x0a\x0d\x0d\x0a\x00\x00\x00\x00", ErrNotCapture},
		{`{"time":"2026-01-01T00:00:00Z","start":{"transcript":"star18","version":1}}` + "\n", ErrNoSIP},
	} {
		if _, err := Read(strings.NewReader(tt.text)); !errors.Is(err, tt.want) {
			t.Errorf("%q: %v, want %v", tt.text, err, tt.want)
		}
	}
}

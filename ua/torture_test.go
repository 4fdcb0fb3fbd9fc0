package ua

import (
	"bytes"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
	"star18/ua/sipnet/memstream"
)

// oddity is one row of docs/torture.md. The oracles are RFC 4475 and RFC 5118,
// section by section.
type oddity struct{ name, section, udp, tcp, why string }

func readOddities(t *testing.T) []oddity {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "torture.md"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []oddity
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 7 || strings.Contains(line, "---") || strings.Contains(line, "section") {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, oddity{cells[1], cells[2], cells[3], cells[4], cells[5]})
	}
	return rows
}

// tortureFiles are the messages: RFC 4475's come with sipgo's module.
func tortureFiles(t *testing.T) map[string][]byte {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/emiago/sipgo").Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, pattern := range []string{filepath.Join(strings.TrimSpace(string(out)), "sip/testdata/torture/*/*.dat"), "testdata/rfc5118/*.dat"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files[strings.TrimSuffix(filepath.Base(path), ".dat")] = raw
		}
	}
	return files
}

func TestTorture(t *testing.T) {
	files, rows := tortureFiles(t), readOddities(t)
	for _, row := range rows {
		raw, ok := files[row.name]
		if !ok {
			t.Errorf("%s: in the table, and no such message", row.name)
			continue
		}
		delete(files, row.name)
		t.Run(row.name+"/udp", func(t *testing.T) {
			virtual(t, func(t *testing.T) { expectOdd(t, row, row.udp, askUDP(t, raw)) })
		})
		t.Run(row.name+"/tcp", func(t *testing.T) {
			virtual(t, func(t *testing.T) { expectOdd(t, row, row.tcp, askTCP(t, raw)) })
		})
	}
	for name := range files {
		t.Errorf("%s: not in the table", name)
	}
	t.Logf("%d messages, each over UDP and TCP", len(rows))
}

func expectOdd(t *testing.T, row oddity, want, got string) {
	t.Helper()
	if got != want {
		t.Errorf("%s (%s: %s): answered %q, want %q", row.name, row.section, row.why, got, want)
	}
}

var passerBy = netip.MustParseAddrPort("192.0.2.77:41234")

func askUDP(t *testing.T, raw []byte) string {
	r := newRig(t, nil)
	seen := &answers{}
	r.net.Tap(func(p memnet.Packet) {
		if p.From == r.callee.addr && p.To == passerBy {
			seen.take(p.Data)
		}
	})
	r.net.Inject(passerBy, r.callee.addr, raw)
	time.Sleep(time.Second)
	text := seen.text()
	r.hangupAll()
	r.close()
	return text
}

func askTCP(t *testing.T, raw []byte) string {
	streams := memstream.New()
	r := newRig(t, func(_, callee *Config) { callee.ListenTCP, callee.DialTCP = streams.Listen, streams.Dial })
	conn, err := streams.Dial(t.Context(), passerBy.Addr(), r.callee.addr)
	if err != nil {
		t.Fatal(err)
	}
	seen := &answers{}
	var reader sync.WaitGroup
	reader.Go(func() {
		buf := make([]byte, 65536)
		for {
			n, err := conn.Read(buf)
			if err != nil {
				return
			}
			seen.take(buf[:n])
		}
	})
	if _, err := conn.Write(raw); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	text := seen.text()
	r.hangupAll()
	r.close()
	conn.Close()
	reader.Wait()
	return text
}

// A busy line still says what is wrong with a message, and busy to what is right.
func TestTortureOfABusyLine(t *testing.T) {
	files := tortureFiles(t)
	for name, want := range map[string]string{"invut": "415", "sdp01": "406", "bext01": "420", "esc01": "486"} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, nil)
			out, in := r.dial(false)
			seen := &answers{}
			r.net.Tap(func(p memnet.Packet) {
				if p.From == r.callee.addr && p.To == passerBy {
					seen.take(p.Data)
				}
			})
			r.net.Inject(passerBy, r.callee.addr, files[name])
			time.Sleep(time.Second)
			if got := seen.text(); got != want {
				t.Errorf("%s: answered %s, want %s", name, got, want)
			}
			out.Hangup()
			<-in.Done()
			r.close()
		})
	}
}

// hangupAll refuses what rings.
func (r *rig) hangupAll() {
	for {
		select {
		case in := <-r.callee.Incoming():
			in.Hangup()
		default:
			return
		}
	}
}

// answers are the statuses that came back, provisional 100s and repetitions left
// out.
type answers struct {
	mu   sync.Mutex
	seen []string
}

func (a *answers) take(data []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for part := range bytes.SplitSeq(data, []byte("SIP/2.0 ")) {
		if len(part) < 3 || bytes.HasPrefix(part, []byte("100")) || !bytes.Contains(part, []byte("CSeq: ")) {
			continue
		}
		status := string(part[:3])
		if n := len(a.seen); n > 0 && a.seen[n-1] == status {
			continue
		}
		a.seen = append(a.seen, status)
	}
}

func (a *answers) text() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.seen) == 0 {
		return "-"
	}
	slices.Sort(a.seen) // two messages are answered in any order
	return strings.Join(a.seen, " ")
}

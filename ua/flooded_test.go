package ua

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sipnet"
)

// 20,000 hostile datagrams, from every torture message and with octets changed or
// cut off, leave nothing behind: no goroutine, no memory, and a line that takes the
// next call.
func TestNothingGrows(t *testing.T) {
	files := tortureFiles(t)
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		names := []string{}
		for name := range files {
			names = append(names, name)
		}
		slices.Sort(names)
		dice := rand.New(rand.NewPCG(4475, 5118))
		salvo := func(n int) (goroutines int, heap uint64) {
			for i := range n {
				raw := slices.Clone(files[names[dice.IntN(len(names))]])
				if dice.IntN(4) == 0 {
					raw = []byte(strings.ReplaceAll(strangeInvite, "c1", fmt.Sprint("c", n, "-", i)))
				}
				for range dice.IntN(4) {
					raw[dice.IntN(len(raw))] = byte(dice.IntN(256))
				}
				if dice.IntN(4) == 0 {
					raw = raw[:dice.IntN(len(raw))]
				}
				r.net.Inject(netip.AddrPortFrom(passerBy.Addr(), uint16(1024+i)), r.callee.addr, raw)
				if i%50 == 0 {
					time.Sleep(10 * time.Millisecond)
					r.hangupAll()
				}
			}
			time.Sleep(2 * time.Minute) // every transaction has ended (RFC 3261 17)
			r.hangupAll()
			time.Sleep(2 * time.Minute)
			runtime.GC()
			var mem runtime.MemStats
			runtime.ReadMemStats(&mem)
			return runtime.NumGoroutine(), mem.HeapAlloc
		}
		goroutines, heap := salvo(1000)
		after, grown := salvo(20000)
		if after > goroutines {
			t.Errorf("%d goroutines, %d before", after, goroutines)
		}
		if grown > heap+4<<20 {
			t.Errorf("%d octets in use, %d before", grown, heap)
		}
		r.callee.mu.Lock()
		r.callee.events = nil
		r.callee.mu.Unlock()
		out, in := r.dial(false)
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// Who knows a Call-ID and not both tags is in no dialog (RFC 3261 12.2.2); and a
// sequence number that has gone by, or that is none, changes nothing (8.1.1.5).
func TestStrangerInACall(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(false)
		x := newStranger(t, r)
		id := in.key.callID
		for _, method := range []string{"BYE", "INVITE", "REFER", "NOTIFY", "UPDATE", "INFO", "OPTIONS", "PRACK"} {
			for name, inside := range map[string]string{"no tag of ours": "guess;" + id, "no tag of his": in.key.localTag + ";" + id, "another call": in.key.localTag + ";guess"} {
				if got := x.ask(method, "Refer-To: <sip:x@y>\r\nEvent: refer\r\nSubscription-State: active\r\nRAck: 1 1 INVITE\r\n", inside); got != "481" {
					t.Errorf("%s, %s: %s", method, name, got)
				}
			}
		}
		x.from = out.key.localTag
		for _, tt := range []struct {
			seq  int
			want string
		}{{0, "500"}, {1 << 31, "400"}, {1 << 40, "400"}} {
			x.seq = tt.seq - 1
			if got := x.ask("BYE", "", in.key.localTag+";"+id); got != tt.want {
				t.Errorf("CSeq %d: %s, want %s", tt.seq, got, tt.want)
			}
		}
		if count[Ended](r.callee) != 0 {
			t.Error("the call ended")
		}
		x.close()
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// Whatever arrives: what passes is read by the parser behind, is judged alike
// again, and every header field that a line relies on is there.
func FuzzScreen(f *testing.F) {
	f.Add([]byte(strangeInvite), false)
	f.Add([]byte(strings.Replace(strangeInvite, "From: ", "From:\r\n\t\"A\\\" B\" ", 1)), true)
	f.Add([]byte("SIP/2.0 180 \r\n"+strangeInvite[strings.Index(strangeInvite, "\n")+1:]), true)
	c := Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	f.Fuzz(func(t *testing.T, raw []byte, stream bool) {
		hop := sipnet.Hop{Transport: sipnet.UDP, Addr: passerBy}
		if stream {
			hop.Transport = sipnet.TCP
		}
		pass, reply := c.screen(hop, raw)
		if pass == nil {
			return
		}
		if reply != nil {
			t.Fatal("passed and answered")
		}
		if again, _ := c.screen(hop, pass); string(again) != string(pass) {
			t.Fatalf("passed\n%q\nthen\n%q", pass, again)
		}
		msg, err := sip.ParseMessage(pass)
		if err != nil {
			t.Fatal(err)
		}
		if msg.Via() == nil || msg.From() == nil || msg.To() == nil || msg.CallID() == nil || msg.CSeq() == nil {
			t.Fatalf("incomplete: %q", pass)
		}
	})
}

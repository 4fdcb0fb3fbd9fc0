package ua

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"star18/securecall"
)

// exchanges records both ends of a secured call, and every INFO on the wire.
func exchanges(t *testing.T) (caller, callee []Exchange) {
	t.Helper()
	var mu sync.Mutex
	record := func(to *[]Exchange) func(Exchange) {
		return func(e Exchange) {
			mu.Lock()
			defer mu.Unlock()
			*to = append(*to, e)
		}
	}
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) {
			a.Secure.OnExchange, b.Secure.OnExchange = record(&caller), record(&callee)
		})
		out, in := r.dial(true)
		time.Sleep(2 * time.Second)
		out.Hangup()
		<-out.Done()
		<-in.Done()
		r.close()
	})
	return caller, callee
}

// The oracle is the ladder of the secure call: Hello, its answer, Final, an
// empty 200, each told once at each end.
func TestExchangesAreTold(t *testing.T) {
	caller, callee := exchanges(t)
	want := []string{"INFO 264 hello ", "200 264 hello ", "INFO 132  split", "200 0  "}
	for role, all := range map[Role][]Exchange{RoleCaller: caller, RoleCallee: callee} {
		var got []string
		for i, e := range all {
			what := e.Method
			if e.Status != 0 {
				what = fmt.Sprint(e.Status)
			}
			hello := map[bool]string{true: "hello", false: ""}[len(e.Hello) > 0]
			got = append(got, fmt.Sprintf("%s %d %s %s", what, e.Bytes, hello, e.Form))
			// The callee may not have heard the caller yet: its own first packet
			// is what started the exchange.
			if e.Role != role || e.Sent != ((i%2 == 0) == (role == RoleCaller)) || e.Number != calleeUser || e.Call == "" || e.At.IsZero() || !e.Heard && role == RoleCaller {
				t.Errorf("%s %d: %+v", role, i, e)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s told %q, want %q", role, got, want)
		}
	}
	if n := len(caller[3].Observed); n != 1 {
		t.Errorf("the caller has seen %d messages, want the callee's hello", n)
	}
	if n := len(callee[3].Observed); n != 2 {
		t.Errorf("the callee has seen %d messages, want hello and final", n)
	}
}

// What is sealed in a Final, or could be, is in no field.
func TestExchangeHoldsNoSealedBlock(t *testing.T) {
	block := strings.Repeat("\xa5", 64)
	for _, msg := range []string{
		"\x00\x00\x00\x03" + block, "\x00\x00\x00\x03" + block + block, "\x00\x00\x00\x03" + block + block + "\x00", block,
	} {
		var e Exchange
		body := securecall.EncodeBody([]byte(msg))
		e.carry(body)
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if e.Bytes != len(msg) || bytes.Contains(text, body[20:60]) || len(e.Hello) > 0 {
			t.Errorf("%d bytes: %s", len(msg), text)
		}
	}
}

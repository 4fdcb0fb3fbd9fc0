package reliable

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// The oracle is RFC 3262 section 4: the first response may have any number, each
// later one is exactly one higher, and nothing else is acknowledged.
func TestReceiverKeepsOrder(t *testing.T) {
	var r Receiver
	for i, tt := range []struct {
		rseq uint32
		want Verdict
	}{{900, Fresh}, {900, Repeated}, {902, Early}, {901, Fresh}, {902, Fresh}, {901, Repeated}, {5, Repeated}} {
		if got := r.Take(tt.rseq); got != tt.want {
			t.Errorf("%d: RSeq %d is %v, want %v", i, tt.rseq, got, tt.want)
		}
	}
}

// RFC 3262 section 3: T1, doubling, until 64*T1; then the INVITE fails.
func TestSenderRepeats(t *testing.T) {
	s := NewSender(41, 7)
	rseq, wait, ok := s.Begin()
	if rseq != 42 || !ok {
		t.Fatalf("RSeq %d %v", rseq, ok)
	}
	if _, _, ok := s.Begin(); ok {
		t.Error("a second response while the first is not acknowledged")
	}
	var at []time.Duration
	for now := time.Duration(0); ; {
		now += wait
		next, send, failed := s.Again()
		if failed {
			at = append(at, now)
			break
		}
		if !send {
			t.Fatal("neither sent again nor failed")
		}
		at, wait = append(at, now), next
	}
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	if want := []time.Duration{ms(500), ms(1500), ms(3500), ms(7500), ms(15500), ms(31500), ms(32000)}; !slices.Equal(at, want) {
		t.Errorf("again at %v, want %v", at, want)
	}
	if s.Pending() {
		t.Error("still pending after it failed")
	}
}

// RFC 3262 section 3: a PRACK matches by RSeq, CSeq and method, once.
func TestSenderAcknowledged(t *testing.T) {
	s := NewSender(0, 7)
	if s.Acknowledge(Ack{1, 7, "INVITE"}) {
		t.Error("acknowledged before anything was sent")
	}
	s.Begin()
	for _, bad := range []Ack{{2, 7, "INVITE"}, {1, 8, "INVITE"}, {1, 7, "UPDATE"}} {
		if s.Acknowledge(bad) {
			t.Errorf("%v acknowledged", bad)
		}
	}
	if !s.Acknowledge(Ack{1, 7, "INVITE"}) || s.Pending() {
		t.Error("not acknowledged")
	}
	if s.Acknowledge(Ack{1, 7, "INVITE"}) {
		t.Error("acknowledged twice")
	}
	if _, send, failed := s.Again(); send || failed {
		t.Error("repeated after the PRACK")
	}
	if rseq, _, ok := s.Begin(); rseq != 2 || !ok {
		t.Errorf("next RSeq %d %v", rseq, ok)
	}
	var none *Sender
	if none.Pending() || none.Acknowledge(Ack{1, 7, "INVITE"}) {
		t.Error("a UAS that sends nothing reliably waits for nothing")
	}
}

func TestAck(t *testing.T) {
	a, err := ParseAck(" 776656  1 INVITE ")
	if err != nil || a != (Ack{776656, 1, "INVITE"}) || a.String() != "776656 1 INVITE" {
		t.Errorf("%v %v", a, err)
	}
	for _, bad := range []string{"", "1", "1 2", "1 2 INVITE x", "0 1 INVITE", "-1 1 INVITE", "4294967296 1 INVITE", "1 4294967296 INVITE", "x 1 INVITE"} {
		if got, err := ParseAck(bad); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v %v", bad, got, err)
		}
	}
}

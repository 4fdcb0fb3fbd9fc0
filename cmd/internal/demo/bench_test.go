package demo

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"star18/ua"
)

// BenchmarkSecured measures milliseconds from the ACK to the first
// authenticated packet, at the later of the two ends, over real sockets on
// loopback: go test -bench Secured -benchtime 100x ./cmd/internal/demo
func BenchmarkSecured(b *testing.B) {
	for _, rule := range []struct {
		name   string
		adjust func(*ua.Config)
	}{
		{"start=first_packet", nil},
		{"start=at_once", func(c *ua.Config) { c.Secure.StartDelay = 0 }},
	} {
		b.Run(rule.name, func(b *testing.B) { benchmarkSecured(b, rule.adjust) })
	}
}

func benchmarkSecured(b *testing.B, adjust func(*ua.Config)) {
	r := &run{Options: Options{Out: &lineWriter{w: io.Discard}, JSON: true}, start: time.Now(), watch: newWatch(), adjust: adjust}
	if err := r.open(filepath.Join(b.TempDir(), "bench.pcapng")); err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := r.close(); err != nil {
			b.Error(err)
		}
	}()
	for _, e := range r.ends() {
		e.line.Start()
		if !r.step(b.Context(), e, func(f facts) bool { return f.registered != nil }) {
			b.Fatal("not registered")
		}
	}
	var took []int64
	for b.Loop() {
		took = append(took, r.measure(b))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2]), "ms-median")
	b.ReportMetric(float64(took[len(took)-1]), "ms-worst")
}

// measure makes one call and hangs up as soon as both ends are secure.
func (r *run) measure(b *testing.B) int64 {
	ctx := context.Background()
	for _, e := range r.ends() {
		e.forget()
	}
	c, err := r.dial(ctx)
	if err != nil || !r.pickUp(ctx) {
		b.Fatalf("no call: %v", err)
	}
	for _, e := range r.ends() {
		if !r.step(ctx, e, func(f facts) bool { return f.secured != nil }) {
			b.Fatalf("%s: %s", e.name, e.whyNotSecured())
		}
	}
	c.Hangup()
	worst := int64(0)
	for _, e := range r.ends() {
		r.step(ctx, e, func(f facts) bool { return f.ended != nil })
		worst = max(worst, e.now().secured.MS)
	}
	return worst
}

// forget is for the next call: the registration stays.
func (e *end) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.facts = facts{registered: e.facts.registered}
	e.ear.mu.Lock()
	defer e.ear.mu.Unlock()
	e.ear.spoken, e.ear.heard = e.ear.spoken[:0], e.ear.heard[:0]
}

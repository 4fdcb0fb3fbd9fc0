package securecall

import (
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"star18/securecall/published"
)

// testNow is when every test happens unless it says otherwise.
var testNow = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func clock() time.Time { return testNow }

// seeded is randomness that is the same in every run.
func seeded(label string) io.Reader {
	var seed [32]byte
	copy(seed[:], label)
	return rand.NewChaCha8(seed)
}

// joe is the vendor's example, under the CA that everybody can sign with.
func joe(t testing.TB) *Identity {
	t.Helper()
	id, err := NewIdentity(published.MiniCertificate(), published.PrivateKey(), UTC, testNow)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// A CA of our own with two identities, made once: alice calls bob.
var privateCA = sync.OnceValues(func() (*CAKey, error) { return NewCAKey(seeded("ca")) })

var issuedOnce sync.Map

// issue gives the same identity for the same name and number, made once.
func issue(t testing.TB, name, userID string) *Issued {
	t.Helper()
	made, ok := issuedOnce.Load(name + userID)
	if !ok {
		made, _ = issuedOnce.LoadOrStore(name+userID, issueNow(t, name, userID))
	}
	return made.(*Issued)
}

func issueNow(t testing.TB, name, userID string) *Issued {
	t.Helper()
	ca, err := privateCA()
	if err != nil {
		t.Fatal(err)
	}
	expiry, err := ParseExpiry("00:00:00 1/1/34", UTC)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := Issue(ca, Request{Name: name, UserID: userID, Expiry: expiry}, seeded(name))
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

func identity(t testing.TB, issued *Issued) *Identity {
	t.Helper()
	id, err := NewIdentity(issued.MiniCertificateParameter(), issued.PrivateKeyParameter(), UTC, testNow)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func alice(t testing.TB) *Identity { return identity(t, issue(t, "Alice", "14085550001")) }
func bob(t testing.TB) *Identity   { return identity(t, issue(t, "Bob", "14085550002")) }

const (
	aliceSSRC = 0xa11ce001
	bobSSRC   = 0xb0b00002
)

// atCaller and atCallee are what each end knows of the two streams.
var (
	atCaller = Streams{OwnSSRC: aliceSSRC, PeerSSRC: bobSSRC, PeerKnown: true}
	atCallee = Streams{OwnSSRC: bobSSRC, PeerSSRC: aliceSSRC, PeerKnown: true}
)

// callBob is alice calling bob; change edits her configuration.
func callBob(t testing.TB, change func(*CallerConfig)) *Caller {
	t.Helper()
	cfg := CallerConfig{
		Identity: alice(t), Wire: DefaultWire(), ExpectUserID: "14085550002",
		Now: clock, Rand: seeded("caller"),
	}
	if change != nil {
		change(&cfg)
	}
	c, refusal := NewCaller(cfg)
	if refusal != nil {
		t.Fatal(refusal)
	}
	return c
}

// bobAnswers is bob's end of one call; change edits his configuration.
func bobAnswers(t testing.TB, change func(*CalleeConfig)) *Callee {
	t.Helper()
	cfg := CalleeConfig{
		Identity: bob(t), Service: true, Wire: DefaultWire(), Replay: NewMemoryReplay(),
		Now: clock, Rand: seeded("callee"),
	}
	if change != nil {
		change(&cfg)
	}
	return NewCallee(cfg)
}

// greet walks both ends through the Hello and returns the Final.
func greet(t testing.TB, caller *Caller, callee *Callee) (final []byte, keys Keys, peer Peer) {
	t.Helper()
	a := callee.Receive("application/x-sipura", caller.Hello(aliceSSRC), atCallee)
	if a.Refusal != nil {
		t.Fatalf("hello refused: %v", a.Refusal)
	}
	final, keys, peer, refusal := caller.HelloAnswered(a.Status, a.ContentType, a.Body, atCaller)
	if refusal != nil {
		t.Fatalf("answer refused: %v", refusal)
	}
	return final, keys, peer
}

func wantRefusal(t testing.TB, got *Refusal, reason Reason, status int) {
	t.Helper()
	if got == nil {
		t.Fatalf("accepted, want %s", reason)
	}
	if got.Reason != reason || got.Status != status {
		t.Fatalf("refused with %s, status %d (%s); want %s, %d", got.Reason, got.Status, got.Detail, reason, status)
	}
}

func trimmed(s string) string { return strings.TrimSpace(s) }

package dialplan

import (
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// The automaton against the backtracking matcher of naive_test.go, on random plans and keys.
// DIALPLAN_CASES sets how many plans, DIALPLAN_SEED the first seed; a failure prints its own.
func TestAutomatonAgainstBacktracking(t *testing.T) {
	cases, first := setting(t, "DIALPLAN_CASES", 20000), setting(t, "DIALPLAN_SEED", 1)
	outcomes := map[Outcome]int{}
	for seed := first; seed < first+cases; seed++ {
		r := rand.New(rand.NewPCG(seed, 18))
		naive, script := randomPlan(r)
		keys := randomKeys(r, naive)
		m := planMatcher(t, script)
		m.pressAll(keys)
		got := naiveState{verdict: m.decide(), tone: m.tone}
		if _, complete := m.best(); complete {
			got.sent = sentWord(m)
		}
		want := naiveMatch(naive, keys, factoryShortTimer, factoryLongTimer)
		if got != want {
			t.Fatalf("seed %d: %s %q: %+v, want %+v", seed, script, keys, got, want)
		}
		outcomes[want.outcome]++
	}
	t.Logf("%d cases from seed %d: %v", cases, first, outcomes)
	for _, outcome := range []Outcome{OutcomeDial, OutcomeReject, OutcomeWaitShort, OutcomeWaitLong} {
		if cases >= 1000 && outcomes[outcome] < int(cases/20) {
			t.Errorf("only %d cases end in %s: the comparison says little", outcomes[outcome], outcome)
		}
	}
}

// A session that is only pressed and then sent must come to what the same keys come to as a whole
// string, unless a rule decides before the last key.
func TestSessionAgainstWholeString(t *testing.T) {
	cases, first := setting(t, "DIALPLAN_CASES", 20000)/10, setting(t, "DIALPLAN_SEED", 1)
	compared := 0
	for seed := first; seed < first+cases; seed++ {
		r := rand.New(rand.NewPCG(seed, 19))
		naive, script := randomPlan(r)
		keys := strings.Trim(randomKeys(r, naive), "#")
		d := dialer(t, func(c *Config) { c.Plan = script })
		s := d.Session()
		early := s.Step().Done
		for i := range len(keys) {
			early = early || s.Press(keys[i]).Done && i < len(keys)-1 || len(s.Step().Intent.Codes) > 0
		}
		want := d.Explain(keys + "#")
		// A long timer of no seconds runs out before anyone can send.
		early = early || errors.Is(s.Step().Intent.Err, ErrIncomplete)
		if early || len(want.Codes) > 0 || s.matcher.wants(keyBit('#')) {
			continue
		}
		compared++
		if got := s.Send(); got.Outcome != want.Outcome || got.Intent.Number != want.Number {
			t.Fatalf("seed %d: %s %q: session %s %q, string %s %q", seed, script, keys, got.Outcome, got.Intent.Number, want.Outcome, want.Number)
		}
	}
	if cases >= 1000 && compared < int(cases/4) {
		t.Errorf("only %d of %d compared", compared, cases)
	}
}

func setting(t *testing.T, name string, otherwise uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

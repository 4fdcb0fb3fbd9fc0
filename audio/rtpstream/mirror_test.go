package rtpstream

import (
	"testing"
	"time"
)

// listing is keys with the given role and list.
func listing(t testing.TB, role Role, list ...Transform) Keys {
	k := rfcKeys(t)
	k.Role, k.Transforms = role, list
	return k
}

// beginningWith is every transform, with one put first.
func beginningWith(first Transform) []Transform {
	list := []Transform{first}
	for _, t := range Transforms() {
		if t != first {
			list = append(list, t)
		}
	}
	return list
}

// Each script is what a stream hears and when it sends; the expected transform
// follows from the two rules of the change in words.
func TestMirror(t *testing.T) {
	const a, b, c = HMACSHA1_80, HMACMD5_32, HMACMD5_128
	type step struct {
		at   time.Duration
		hear Transform // "" : send
		want Transform // what is sent with
	}
	second := time.Second
	for _, s := range []struct {
		name  string
		role  Role
		steps []step
	}{
		{"callee follows the caller's first packet", Callee, []step{{0, "", a}, {1, b, ""}, {2, "", b}}},
		{"callee heard the caller before it sent", Callee, []step{{0, b, ""}, {1, "", b}}},
		{"callee changes once", Callee, []step{{0, b, ""}, {1, "", b}, {2, c, ""}, {3, "", b}, {9 * second, c, ""}, {9 * second, "", b}}},
		{"callee goes by the first packet, not the last", Callee, []step{{0, b, ""}, {1, c, ""}, {2, "", b}}},
		{"callee that agreed stays", Callee, []step{{0, a, ""}, {1, "", a}, {2, b, ""}, {3, "", a}}},
		{"caller waits a second after both", Caller, []step{{0, "", a}, {second, b, ""}, {2*second - 1, "", a}, {2 * second, "", b}}},
		{"caller that sent last", Caller, []step{{0, b, ""}, {3 * second, "", a}, {4*second - 1, "", a}, {4 * second, "", b}}},
		{"callee came over in time", Caller, []step{{0, "", a}, {0, b, ""}, {second / 2, a, ""}, {second, "", a}, {2 * second, b, ""}, {9 * second, "", a}}},
		{"caller goes by the last packet", Caller, []step{{0, "", a}, {0, b, ""}, {second / 2, c, ""}, {second, "", c}}},
		{"caller changes once", Caller, []step{{0, "", a}, {0, b, ""}, {second, "", b}, {second, c, ""}, {3 * second, "", b}, {9 * second, a, ""}, {9 * second, "", b}}},
		{"caller hears nothing", Caller, []step{{0, "", a}, {time.Hour, "", a}}},
		{"nobody follows what has no tag", Callee, []step{{0, "", a}, {1, None, ""}, {2, "", a}, {3, b, ""}, {4, "", b}}},
		{"caller does not either", Caller, []step{{0, "", a}, {1, None, ""}, {9 * second, "", a}}},
		{"without a role nothing changes", 0, []step{{0, "", a}, {0, b, ""}, {9 * second, "", a}}},
	} {
		t.Run(s.name, func(t *testing.T) {
			list := []Transform{a, b, c, None}
			k := listing(t, s.role, list...)
			m := newMirror(&k)
			for i, step := range s.steps {
				if step.hear != "" {
					m.authenticated(place(list, step.hear), step.at)
					continue
				}
				if got := list[m.choose(step.at)]; got != step.want {
					t.Fatalf("step %d: sends %v, want %v", i, got, step.want)
				}
			}
		})
	}
}

func place(list []Transform, name Transform) int {
	for i := range list {
		if list[i] == name {
			return i
		}
	}
	return -1
}

// The order of a trial: the last that authenticated, then the others; one only
// when the time is over.
func TestTrial(t *testing.T) {
	list := Transforms()
	trial := trial{}
	for i := range list {
		trial.candidates = append(trial.candidates, candidate{name: &list[i], place: i})
	}
	check := func(now time.Duration, want ...int) {
		t.Helper()
		got := trial.enabled(now)
		if len(got) != len(want) {
			t.Fatalf("%d tried, want %v", len(got), want)
		}
		for i := range want {
			if got[i].place != want[i] {
				t.Errorf("number %d is %d, want %v", i, got[i].place, want)
			}
		}
	}
	check(time.Hour, 0, 1, 2, 3, 4) // no end before it began
	trial.found(3, time.Second)
	check(time.Second, 3, 0, 1, 2, 4)
	trial.found(2, 2*time.Second)
	check(2*time.Second, 1, 3, 0, 2, 4)
	trial.found(4, 5*time.Second)
	check(6*time.Second-1, 4, 1, 3, 0, 2)
	check(6*time.Second, 4)
}

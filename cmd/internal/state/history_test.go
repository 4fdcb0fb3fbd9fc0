package state

import (
	"os"
	"strconv"
	"testing"
	"time"
)

func TestHistoryIsBoundedAndPrivate(t *testing.T) {
	s := open(t, t.TempDir())
	for i := range maxHistory + 20 {
		if err := s.Remember(Call{Time: time.Unix(int64(i), 0), Direction: In, Number: strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	var h history
	if err := s.read(historyFile, &h); err != nil || len(h.Calls) != maxHistory || h.Calls[0].Number != "20" {
		t.Errorf("%d calls, the first %+v: %v", len(h.Calls), h.Calls[0], err)
	}
	if info, err := os.Stat(s.Path(historyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// Call return calls who can be called: an anonymous caller has no number.
func TestLast(t *testing.T) {
	s := open(t, t.TempDir())
	if _, found, err := s.Last(In); found || err != nil {
		t.Errorf("a fresh history has a call: %v", err)
	}
	for _, c := range []Call{
		{Direction: Out, Number: "1", Dialed: "*181"}, {Direction: In, Number: "2"}, {Direction: In, Name: "Anonymous"}, {Direction: Out, Number: "3", Dialed: "3"},
	} {
		if err := s.Remember(c); err != nil {
			t.Fatal(err)
		}
	}
	for direction, want := range map[Direction]string{In: "2", Out: "3"} {
		if c, found, err := s.Last(direction); !found || err != nil || c.Number != want {
			t.Errorf("%s: %+v, %v", direction, c, err)
		}
	}
}

func TestCallBackOutlivesCalls(t *testing.T) {
	s := open(t, t.TempDir())
	at := time.Unix(1000, 0).UTC()
	if err := s.SetCallBack(at); err != nil {
		t.Fatal(err)
	}
	if err := s.Remember(Call{Direction: Out, Number: "1"}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.CallBack(); err != nil || !got.Equal(at) {
		t.Errorf("%v, %v", got, err)
	}
	if err := s.SetCallBack(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.CallBack(); err != nil || !got.IsZero() {
		t.Errorf("%v, %v", got, err)
	}
}

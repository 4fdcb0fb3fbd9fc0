package redirect

import (
	"slices"
	"testing"

	"github.com/emiago/sipgo/sip"
)

func uri(t *testing.T, text string) sip.Uri {
	t.Helper()
	var u sip.Uri
	if err := sip.ParseUri(text, &u); err != nil {
		t.Fatal(err)
	}
	return u
}

func contact(t *testing.T, text, q string) *sip.ContactHeader {
	h := &sip.ContactHeader{Address: uri(t, text), Params: sip.NewParams()}
	if q != "" {
		h.Params.Add("q", q)
	}
	return h
}

func callable(u sip.Uri) (sip.Uri, bool) { return u, u.Host != "refused" }

func walk(c *Course) []string {
	var out []string
	for {
		u, ok := c.Next()
		if !ok {
			return out
		}
		out = append(out, u.String())
	}
}

// RFC 3261 8.1.3.4 and 20.10: the highest q first, without one it is 1; each
// address once.
func TestOrder(t *testing.T) {
	c := New(uri(t, "sip:bob@example.test"), 5)
	n := c.Add([]*sip.ContactHeader{
		contact(t, "sip:low@a", "0.1"), contact(t, "sip:none@a", ""), contact(t, "sip:bad@a", "7"), contact(t, "sip:mid@a", "0.5"),
		contact(t, "sip:none@A", ""), contact(t, "sip:bob@example.test", ""), contact(t, "sip:x@refused", ""),
	}, callable)
	if want := []string{"sip:none@a", "sip:mid@a", "sip:low@a", "sip:bad@a"}; n != 4 || !slices.Equal(walk(c), want) {
		t.Errorf("%d targets", n)
	}
}

// A loop ends by itself, and so does a chain that never ends.
func TestLimits(t *testing.T) {
	c := New(uri(t, "sip:a@x"), 5)
	c.Add([]*sip.ContactHeader{contact(t, "sip:b@x", "")}, callable)
	c.Next()
	if n := c.Add([]*sip.ContactHeader{contact(t, "sip:a@x", ""), contact(t, "sip:b@X", "")}, callable); n != 0 {
		t.Errorf("%d of a loop are new", n)
	}
	hops := 1
	for i := range 20 {
		c.Add([]*sip.ContactHeader{contact(t, "sip:next"+string(rune('a'+i))+"@x", "")}, callable)
		if _, ok := c.Next(); ok {
			hops++
		}
	}
	if hops != 5 {
		t.Errorf("%d redirections followed, want 5", hops)
	}
	var none *Course
	if _, ok := none.Next(); ok {
		t.Error("a call that was not sent elsewhere has a next target")
	}
}

// What a 3xx adds comes before what an earlier one left over.
func TestNested(t *testing.T) {
	c := New(uri(t, "sip:a@x"), 5)
	c.Add([]*sip.ContactHeader{contact(t, "sip:b@x", "0.9"), contact(t, "sip:c@x", "0.8")}, callable)
	c.Next()
	c.Add([]*sip.ContactHeader{contact(t, "sip:d@x", "0.1")}, callable)
	if got := walk(c); !slices.Equal(got, []string{"sip:d@x", "sip:c@x"}) {
		t.Error(got)
	}
}

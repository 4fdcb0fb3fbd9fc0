package redirect

import (
	"slices"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Course is the targets of one call: those that were tried and those that wait.
type Course struct {
	left  int
	seen  map[string]bool
	queue []candidate
}

type candidate struct {
	uri sip.Uri
	q   float64
}

// New begins with the address that was dialled; at most limit others follow.
func New(dialled sip.Uri, limit int) *Course {
	return &Course{left: limit, seen: map[string]bool{key(dialled): true}}
}

// Add takes the Contacts of a 3xx and returns how many are new and of a form
// that can be called. usable brings one into that form, or refuses it. New ones
// come before older ones, the highest q first.
func (c *Course) Add(contacts []*sip.ContactHeader, usable func(sip.Uri) (sip.Uri, bool)) int {
	var fresh []candidate
	for _, h := range contacts {
		uri, ok := usable(h.Address)
		if !ok || c.seen[key(uri)] {
			continue
		}
		c.seen[key(uri)] = true
		fresh = append(fresh, candidate{uri, quality(h)})
	}
	slices.SortStableFunc(fresh, func(a, b candidate) int {
		switch {
		case a.q > b.q:
			return -1
		case a.q < b.q:
			return 1
		}
		return 0
	})
	c.queue = append(fresh, c.queue...)
	return len(fresh)
}

// Next is the next target; false when there is none or the limit is reached.
func (c *Course) Next() (sip.Uri, bool) {
	if c == nil || c.left == 0 || len(c.queue) == 0 {
		return sip.Uri{}, false
	}
	uri := c.queue[0].uri
	c.queue = c.queue[1:]
	c.left--
	return uri, true
}

// quality is the q parameter, 1 without (RFC 3261 20.10).
func quality(h *sip.ContactHeader) float64 {
	text, ok := h.Params.Get("q")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// key compares addresses as far as they name the same place (RFC 3261 19.1.4):
// scheme, user, host, port and transport.
func key(uri sip.Uri) string {
	transport, _ := uri.UriParams.Get("transport")
	host := strings.ToLower(uri.Host)
	return strings.ToLower(uri.Scheme) + ":" + uri.User + "@" + host + ":" + strconv.Itoa(uri.Port) + ";" + strings.ToLower(transport)
}

package judge

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// datedBranch gives the top Via of a request from before RFC 3261 a branch, by which
// its transaction is known here: one whose From has no tag either, of which a UAS must
// still be able to take calls (12.1.1). It is made of what such an INVITE shares with
// its repetitions, its CANCEL and its ACK (17.2.3). Who never heard of branches leaves
// ours in the answer alone.
func (m *message) datedBranch(uri string) {
	from, _, _ := m.one("from")
	if strings.Contains(strings.ToLower(afterAddress(from)), ";tag=") {
		return
	}
	for i := range m.fields {
		f := &m.fields[i]
		if f.name != "via" {
			continue
		}
		vias := splitOutside(f.value, ',')
		if !strings.Contains(strings.ToLower(vias[0]), ";branch="+strings.ToLower(cookie)) {
			vias[0] = withoutBranch(vias[0]) + ";branch=" + cookie + m.dated(vias[0], from, uri)
			f.value = strings.Join(vias, ",")
		}
		return
	}
}

func (m *message) dated(via, from, uri string) string {
	callID, _, _ := m.one("call-id")
	_, number, _ := m.cseq()
	sum := fnv.New128a()
	for _, part := range []string{via, from, callID, fmt.Sprint(number), uri} {
		_, _ = fmt.Fprintf(sum, "%d %s", len(part), part)
	}
	return fmt.Sprintf("-2543-%x", sum.Sum(nil))
}

// withoutBranch: one without the cookie promises nothing.
func withoutBranch(via string) string {
	var kept []string
	for _, part := range splitOutside(via, ';') {
		if !strings.HasPrefix(strings.ToLower(part), "branch=") {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ";")
}

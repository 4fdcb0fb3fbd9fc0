package source

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// addressMark is how most tools write whose message follows.
var addressMark = regexp.MustCompile(`(\[[0-9A-Fa-f:.]{2,45}\]|\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})\s*-+>\s*(\[[0-9A-Fa-f:.]{2,45}\]|\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})`)

// Times, from the most to the least complete. None names a zone that could be
// relied on; UTC is assumed.
var (
	fullTime   = regexp.MustCompile(`(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?`)
	syslogTime = regexp.MustCompile(`\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) (\d\d:\d\d:\d\d)(\.\d{1,9})?`)
	clockTime  = regexp.MustCompile(`\b(\d\d:\d\d:\d\d)(\.\d{1,9})?`)
)

// mark is what a text says about a message beside it.
type mark struct {
	from, to netip.AddrPort
	time     time.Time
}

// see takes what a line above the message, or its prefix, says.
func (m *mark) see(line string) {
	if a := addressMark.FindStringSubmatch(line); a != nil {
		m.from, m.to = addrPort(a[1], a[2]), addrPort(a[3], a[4])
	}
	if at, ok := timeIn(line); ok {
		m.time = at
	}
}

func addrPort(host, port string) netip.AddrPort {
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	n, bad := strconv.ParseUint(port, 10, 16)
	if err != nil || bad != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(a.Unmap(), uint16(n))
}

// timeIn finds a time. One without a year is in the year 0: good for
// differences, and known as no date.
func timeIn(line string) (time.Time, bool) {
	layout, text := "", ""
	if m := fullTime.FindStringSubmatch(line); m != nil {
		layout, text = "2006-01-02 15:04:05", m[1]+"-"+m[2]+"-"+m[3]+" "+m[4]+m[5]
	} else if m := syslogTime.FindStringSubmatch(line); m != nil {
		layout, text = "Jan 2 15:04:05", m[1]+" "+m[2]+" "+m[3]+m[4]
	} else if m := clockTime.FindStringSubmatch(line); m != nil {
		layout, text = "15:04:05", m[1]+m[2]
	} else {
		return time.Time{}, false
	}
	at, err := time.Parse(layout, text)
	return at, err == nil
}

// prefix is what stands before each line of a message.
type prefix struct {
	shape string
	on    bool
}

// prefixOf decides by the second line whether the prefix of the start line is
// one of every line.
func prefixOf(first, next string) prefix {
	p := prefix{shape: shape(first), on: first != ""}
	if _, ok := p.strip(next); !ok {
		return prefix{}
	}
	return p
}

// strip takes the prefix off a line. An empty line may lack the end of it.
func (p prefix) strip(line string) (string, bool) {
	if !p.on {
		return line, true
	}
	if len(line) < len(p.shape) {
		rest := strings.TrimRight(p.shape[len(line):], "0")
		return "", shape(line) == p.shape[:len(line)] && rest == ""
	}
	return line[len(p.shape):], shape(line[:len(p.shape)]) == p.shape
}

// shape makes prefixes comparable that differ in their times: digits and
// spaces are the same.
func shape(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c == ' ' || c == '\t' || c >= '0' && c <= '9' {
			b[i] = '0'
		}
	}
	return string(b)
}

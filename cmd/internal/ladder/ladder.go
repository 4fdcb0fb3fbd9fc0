package ladder

import (
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync"
	"time"

	"star18/cmd/internal/capture"
)

// Side is a column.
type Side int

// The columns, from left to right.
const (
	Caller Side = iota
	Proxy
	Callee
)

// gap is the number of characters between two bars.
const gap = 33

// Ladder is a capture.Sink that draws. Assign may be called from anywhere.
type Ladder struct {
	w     io.Writer
	start time.Time

	mu    sync.Mutex
	sides map[netip.AddrPort]Side

	media map[flow]bool // told already; only the sink uses it
}

// flow is one direction of media, clear or protected.
type flow struct {
	from      Side
	protected bool
}

// New draws the heads of the columns.
func New(w io.Writer, start time.Time) *Ladder {
	l := &Ladder{w: w, start: start, sides: map[netip.AddrPort]Side{}, media: map[flow]bool{}}
	_, _ = fmt.Fprintf(w, "   ms  %-*s%-*s%s\n", gap+1, "caller", gap+1, "proxy", "callee")
	return l
}

// Assign says whose socket an address is.
func (l *Ladder) Assign(a netip.AddrPort, s Side) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sides[a] = s
}

func (l *Ladder) side(a netip.AddrPort) (Side, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.sides[a]
	return s, ok
}

// Add draws a datagram between two known sides. Of media only the first packet
// of a kind is drawn.
func (l *Ladder) Add(d *capture.Datagram) {
	from, ok1 := l.side(d.From)
	to, ok2 := l.side(d.To)
	if !ok1 || !ok2 || from == to {
		return
	}
	text, fill := Label(d.Data), "-"
	if d.IsRTP() {
		text, fill = l.mediaLabel(from, d.Data), "="
	}
	if text != "" {
		l.draw(d.Time, from, to, text, fill)
	}
}

// clearLength is G.711 at 20 ms without and with the 80-bit tag of SRTP; the
// tag is all that tells the two apart from outside.
const clearLength = 12 + 160

func (l *Ladder) mediaLabel(from Side, packet []byte) string {
	f := flow{from, len(packet) > clearLength}
	if l.media[f] {
		return ""
	}
	l.media[f] = true
	if f.protected {
		return "SRTP, from here on protected"
	}
	return "RTP in clear"
}

func (l *Ladder) draw(at time.Time, from, to Side, text, fill string) {
	left, right := min(from, to), max(from, to)
	width := int(right-left)*(gap+1) - 1
	arrow := rightArrow(text, fill, width)
	if from > to {
		arrow = leftArrow(text, fill, width)
	}
	_, _ = fmt.Fprintf(l.w, "%5d  %s\n", at.Sub(l.start).Milliseconds(), strings.TrimRight(bars(left, right, arrow), " "))
}

// bars puts the arrow between two bars and empty columns beside it.
func bars(left, right Side, arrow string) string {
	blank := strings.Repeat(" ", gap)
	var b strings.Builder
	for i := Caller; i < Callee; i++ {
		switch {
		case i == left:
			b.WriteString("|" + arrow)
		case i < left || i >= right:
			b.WriteString("|" + blank)
		}
	}
	b.WriteString("|")
	return b.String()
}

func rightArrow(text, fill string, width int) string {
	text = fit(text, width-6)
	return fill + fill + " " + text + " " + strings.Repeat(fill, width-5-len(text)) + ">"
}

func leftArrow(text, fill string, width int) string {
	text = fit(text, width-6)
	return "<" + fill + " " + text + " " + strings.Repeat(fill, width-4-len(text))
}

// fit keeps a label inside its column, and its letters to ASCII: a reason
// phrase is the far end's own text.
func fit(text string, width int) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	if len(text) > width {
		return text[:width-2] + ".."
	}
	return text
}

package demo

import (
	"bytes"
	"net/netip"
	"strings"
	"sync"

	"star18/cmd/internal/capture"
)

// G.711 at 20 ms: a clear packet, and the same with the tag of hmac-sha1-80.
const (
	headerLength    = 12
	clearLength     = headerLength + 160
	protectedLength = clearLength + 10
)

// watch counts on the wire. It is a capture.Sink; whose socket an address is
// comes from assign.
type watch struct {
	mu    sync.Mutex
	owner map[netip.AddrPort]string
	ends  map[string]*wire
}

// wire is what one end sent.
type wire struct {
	clear, protected int
	clearAfter       int    // the promise is that this stays 0
	odd              int    // of any other length
	clearSound       []byte // payloads, to see whether speech can be read from them
	protectedSound   []byte
	byeAccepted      bool // received or sent a 200 to a BYE
	unregistered     bool // sent a REGISTER that takes the binding back
}

func newWatch() *watch {
	return &watch{owner: map[netip.AddrPort]string{}, ends: map[string]*wire{}}
}

func (w *watch) assign(a netip.AddrPort, end string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.owner[a] = end
	if w.ends[end] == nil {
		w.ends[end] = &wire{}
	}
}

// add is the Sink.
func (w *watch) add(d *capture.Datagram) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if from := w.ends[w.owner[d.From]]; from != nil && d.IsRTP() {
		from.packet(d.Data)
	}
	for _, a := range []netip.AddrPort{d.From, d.To} {
		if end := w.ends[w.owner[a]]; end != nil && !d.IsRTP() {
			end.message(d.Data, a == d.From)
		}
	}
}

func (w *wire) packet(data []byte) {
	switch {
	case len(data) == protectedLength:
		w.protected++
		w.protectedSound = append(w.protectedSound, data[headerLength:clearLength]...)
	case len(data) == clearLength && w.protected > 0:
		w.clearAfter++
	case len(data) == clearLength:
		w.clear++
		w.clearSound = append(w.clearSound, data[headerLength:]...)
	default:
		w.odd++
	}
}

func (w *wire) message(data []byte, sent bool) {
	head, _, _ := bytes.Cut(data, []byte("\r\n\r\n"))
	text := strings.ToLower(string(head))
	switch {
	case strings.HasPrefix(text, "sip/2.0 200") && cseqMethod(text) == "bye":
		w.byeAccepted = true
	case sent && strings.HasPrefix(text, "register ") && (strings.Contains(text, "\nexpires: 0\r") || strings.Contains(text, ";expires=0")):
		w.unregistered = true
	}
}

func cseqMethod(text string) string {
	_, rest, _ := strings.Cut(text, "\ncseq:")
	line, _, _ := strings.Cut(rest, "\r")
	words := strings.Fields(line)
	if len(words) != 2 {
		return ""
	}
	return words[1]
}

// of is a copy of what an end sent.
func (w *watch) of(end string) wire {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ends[end] == nil {
		return wire{}
	}
	return *w.ends[end]
}

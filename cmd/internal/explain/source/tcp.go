package source

import (
	"bytes"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket/layers"

	"star18/cmd/internal/capture"
)

// Bounds of SIP over TCP: connections, and bytes that wait for the end of a
// message.
const (
	maxFlows   = 4096
	maxMessage = 64 << 10
	maxAhead   = 64 // segments that came before their turn
)

type flowKey struct{ from, to netip.AddrPort }

// flow is one direction of a TCP connection.
type flow struct {
	next  uint32 // the sequence number that comes now
	data  []byte
	ahead map[uint32][]byte
}

// segment puts a segment at its place. A connection that does not begin with
// SIP is not followed.
func (w *wire) segment(tcp *layers.TCP, from, to netip.AddrPort, at time.Time) {
	key := flowKey{from, to}
	f := w.flows[key]
	if len(tcp.Payload) == 0 {
		return
	}
	if f == nil {
		if len(w.flows) >= maxFlows || !looksSIP(tcp.Payload) {
			return
		}
		f = &flow{next: tcp.Seq, ahead: map[uint32][]byte{}}
		w.flows[key] = f
	}
	f.take(tcp.Seq, tcp.Payload)
	for {
		message, ok := f.message()
		if !ok {
			break
		}
		w.f.keep(capture.Datagram{Time: at, From: from, To: to, Data: message})
	}
}

// take appends what continues the stream; what is repeated is dropped, what is
// early waits.
func (f *flow) take(seq uint32, payload []byte) {
	switch old := int32(f.next - seq); {
	case old < 0:
		if len(f.ahead) < maxAhead {
			f.ahead[seq] = payload
		}
		return
	case int(old) >= len(payload):
		return
	default:
		payload = payload[old:]
	}
	f.data = append(f.data, payload...)
	f.next += uint32(len(payload))
	if later, ok := f.ahead[f.next]; ok {
		delete(f.ahead, f.next)
		f.take(f.next, later)
	}
}

// message cuts the first whole message off (RFC 3261 section 18.3: on a stream
// Content-Length says where it ends).
func (f *flow) message() ([]byte, bool) {
	f.data = bytes.TrimLeft(f.data, "\r\n")
	end := bytes.Index(f.data, []byte("\r\n\r\n"))
	if end < 0 || end > maxMessage {
		if len(f.data) > maxMessage {
			f.data = nil
		}
		return nil, false
	}
	length := max(0, contentLength(f.data[:end]))
	whole := end + len("\r\n\r\n") + min(length, maxMessage)
	if len(f.data) < whole {
		return nil, false
	}
	message := bytes.Clone(f.data[:whole])
	f.data = f.data[whole:]
	return message, true
}

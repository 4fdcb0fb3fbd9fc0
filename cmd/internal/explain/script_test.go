package explain

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"star18/audio"
	"star18/cmd/internal/capture"
	"star18/cmd/internal/explain/decode"
)

// script writes a capture by hand: a call between two telephones without a
// proxy, one line of the test for one message.
type script struct {
	t       *testing.T
	now     time.Time
	packets []capture.Datagram
	id      string
	cseq    int
	noise   *rand.ChaCha8
	seq     map[decode.Side]uint16
}

const (
	callerSSRC = 0x11223344
	calleeSSRC = 0x55667788
)

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	hosts = map[decode.Side]netip.AddrPort{decode.Caller: netip.MustParseAddrPort("10.0.0.1:5060"), decode.Callee: netip.MustParseAddrPort("10.0.0.2:5060")}
	media = map[decode.Side]netip.AddrPort{decode.Caller: netip.MustParseAddrPort("10.0.0.1:16384"), decode.Callee: netip.MustParseAddrPort("10.0.0.2:16390")}
	ssrcs = map[decode.Side]uint32{decode.Caller: callerSSRC, decode.Callee: calleeSSRC}
)

func newScript(t *testing.T) *script {
	return &script{t: t, now: noon, id: "call1@10.0.0.1", noise: rand.NewChaCha8([32]byte{1}),
		seq: map[decode.Side]uint16{decode.Caller: 100, decode.Callee: 65530}}
}

func (s *script) wait(d time.Duration) { s.now = s.now.Add(d) }

// send puts a message on the wire; the request is always the caller's but for
// those that say otherwise.
func (s *script) send(from decode.Side, requester decode.Side, first, contentType, body string, more ...string) {
	s.wait(10 * time.Millisecond)
	method := strings.Fields(first)[0]
	if strings.HasPrefix(first, "SIP/2.0") {
		first, method, _ = strings.Cut(first, " | ")
	}
	tags := []string{";tag=a1o0", ";tag=b2i0"}
	if method == "INVITE" && !strings.HasPrefix(first, "SIP/2.0") {
		tags[1] = ""
	}
	if requester == decode.Callee {
		tags[0], tags[1] = tags[1], tags[0]
	}
	lines := append([]string{
		first, "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1", "From: <sip:14085550001@10.0.0.1>" + tags[0], "To: <sip:14085551234@10.0.0.2>" + tags[1],
		"Call-ID: " + s.id, fmt.Sprintf("CSeq: %d %s", s.cseq, method), "User-Agent: " + agents[from],
	}, more...)
	if body != "" {
		lines = append(lines, "Content-Type: "+contentType)
	}
	lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)), "", body)
	s.packets = append(s.packets, capture.Datagram{Time: s.now, From: hosts[from], To: hosts[from.Other()], Data: []byte(strings.Join(lines, "\r\n"))})
}

var agents = map[decode.Side]string{decode.Caller: "Linksys/SPA942-6.1.5(a)", decode.Callee: "Sipura/SPA3000-2.0.13(GWg)"}

func (s *script) request(method, contentType, body string) {
	s.cseq++
	s.send(decode.Caller, decode.Caller, method+" sip:14085551234@10.0.0.2 SIP/2.0", contentType, body)
}

// respond answers the last request.
func (s *script) respond(status, method, contentType, body string) {
	s.send(decode.Callee, decode.Caller, "SIP/2.0 "+status+" | "+method, contentType, body)
}

func sdpOf(side decode.Side, profile string, more ...string) string {
	m := media[side]
	lines := append([]string{"v=0", "o=- 1 1 IN IP4 " + m.Addr().String(), "s=-", "c=IN IP4 " + m.Addr().String(), "t=0 0",
		fmt.Sprintf("m=audio %d %s 0", m.Port(), profile), "a=rtpmap:0 PCMU/8000", "a=ptime:20"}, more...)
	return strings.Join(lines, "\r\n") + "\r\n"
}

// up is stage 1, with a little sound in clear.
func (s *script) up() {
	s.request("INVITE", "application/sdp", sdpOf(decode.Caller, "RTP/AVP"))
	s.respond("200 OK", "INVITE", "application/sdp", sdpOf(decode.Callee, "RTP/AVP"))
	s.request("ACK", "", "")
	s.talk(10, 0)
}

const secureType = "application/x-sipura"

func (s *script) info(body []byte)               { s.request("INFO", secureType, string(body)) }
func (s *script) answer(status string, b []byte) { s.respond(status, "INFO", secureType, string(b)) }
func (s *script) bye()                           { s.request("BYE", "", ""); s.respond("200 OK", "BYE", "", "") }
func (s *script) talk(packets, tag int) {
	s.rtp(packets, map[decode.Side]int{decode.Caller: tag, decode.Callee: tag})
}
func (s *script) rtp(n int, tag map[decode.Side]int) {
	for range n {
		s.wait(20 * time.Millisecond)
		for _, side := range []decode.Side{decode.Caller, decode.Callee} {
			s.packet(side, tag[side])
		}
	}
}

// packet is 20 ms of a tone in mu-law, or of noise with a tag.
func (s *script) packet(side decode.Side, tag int) {
	b := binary.BigEndian.AppendUint16([]byte{0x80, 0}, s.seq[side])
	b = binary.BigEndian.AppendUint32(b, uint32(s.seq[side])*160)
	b = binary.BigEndian.AppendUint32(b, ssrcs[side])
	if tag == 0 {
		b = append(b, tone()...)
	} else {
		noise := make([]byte, 160+tag)
		s.noise.Read(noise)
		b = append(b, noise...)
	}
	s.seq[side]++
	s.packets = append(s.packets, capture.Datagram{Time: s.now, From: media[side], To: media[side.Other()], Data: b})
}

func tone() []byte {
	pcm, out := make([]int16, 160), make([]byte, 160)
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*500*float64(i)/8000))
	}
	codec, _ := audio.NewCodec("PCMU")
	codec.Encode(out, pcm)
	return out
}

// file writes it as star18 itself writes captures.
func (s *script) file() string {
	path := filepath.Join(s.t.TempDir(), "call.pcapng")
	writeCapture(s.t, path, s.packets)
	return path
}

func writeCapture(t testing.TB, path string, packets []capture.Datagram) {
	t.Helper()
	f, err := capture.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range packets {
		f.Add(&packets[i])
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func good[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

package sdp

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"
)

var (
	pcmu  = Codec{Name: "PCMU", PT: 0, ClockRate: 8000}
	pcma  = Codec{Name: "PCMA", PT: 8, ClockRate: 8000}
	event = Codec{Name: TelephoneEvent, PT: 101, ClockRate: 8000, Fmtp: "0-15"}
	ours  = []Codec{pcmu, pcma, event}
)

func local() Local {
	return Local{
		Address:   netip.MustParseAddr("192.0.2.50"),
		Port:      16384,
		Codecs:    ours,
		Ptime:     20 * time.Millisecond,
		SessionID: 77,
		Version:   3,
	}
}

// The oracle is RFC 8866 9 (order) and RFC 3264 5 (offer), written by hand.
func TestOfferOnTheWire(t *testing.T) {
	want := strings.Join([]string{
		"v=0",
		"o=- 77 3 IN IP4 192.0.2.50",
		"s=-",
		"c=IN IP4 192.0.2.50",
		"t=0 0",
		"m=audio 16384 RTP/AVP 0 8 101",
		"a=rtpmap:0 PCMU/8000",
		"a=rtpmap:8 PCMA/8000",
		"a=rtpmap:101 telephone-event/8000",
		"a=fmtp:101 0-15",
		"a=ptime:20",
		"a=sendrecv",
		"",
	}, "\r\n")
	if got := string(Offer(local()).Marshal()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAnswerOnTheWire(t *testing.T) {
	s, _, err := Answer(parse(t, "gateway"), local())
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"v=0",
		"o=- 77 3 IN IP4 192.0.2.50",
		"s=-",
		"c=IN IP4 192.0.2.50",
		"t=0 0",
		"m=image 0 udptl t38",
		"m=audio 0 RTP/AVP 18",
		"m=audio 16384 RTP/AVP 0",
		"a=rtpmap:0 PCMU/8000",
		"a=ptime:20",
		"a=sendonly",
		"m=audio 0 RTP/SAVP 0",
		"",
	}, "\r\n")
	if got := string(s.Marshal()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		offer     string
		codec     string
		pt        uint8
		event     uint8
		ptime     time.Duration
		direction Direction // of our answer
		may       Direction // what we may do
		held      bool
	}{
		{"spa", "PCMU", 0, 101, 30, SendRecv, SendRecv, false},
		{"baresip", "PCMU", 0, 101, 20, SendRecv, SendRecv, false},
		{"asterisk", "PCMA", 8, 101, 20, RecvOnly, RecvOnly, true}, // its order, not ours
		{"linphone", "PCMU", 0, 98, 20, SendRecv, SendRecv, false}, // the events on the voice's clock
		{"sipp", "PCMU", 0, 0, 20, SendRecv, SendRecv, false},
		{"old-hold", "PCMU", 0, 101, 30, RecvOnly, RecvOnly, true},
		{"gateway", "PCMU", 0, 0, 20, SendOnly, SendOnly, false},
	}
	for _, tt := range tests {
		t.Run(tt.offer, func(t *testing.T) {
			offer := parse(t, tt.offer)
			s, n, err := Answer(offer, local())
			if err != nil {
				t.Fatal(err)
			}
			if n.Codec.Name != tt.codec || n.SendPT != tt.pt || n.RecvPT != tt.pt {
				t.Errorf("codec %+v, PT %d/%d", n.Codec, n.SendPT, n.RecvPT)
			}
			if n.EventPT != tt.event || n.EventRecvPT != tt.event {
				t.Errorf("events %d/%d, want %d", n.EventPT, n.EventRecvPT, tt.event)
			}
			if n.Ptime != tt.ptime*time.Millisecond || s.Ptime != n.Ptime {
				t.Errorf("ptime %v, answered %v", n.Ptime, s.Ptime)
			}
			if s.Direction != tt.direction || n.Direction != tt.may || n.Held != tt.held {
				t.Errorf("answer %v, may %v, held %v", s.Direction, n.Direction, n.Held)
			}
			if n.Remote != offer.Remote() || s.Profile != offer.Profile {
				t.Errorf("remote %v, profile %v", n.Remote, s.Profile)
			}
			// Both ends must conclude the same: read our answer as the offerer would.
			back, err := Parse(s.Marshal())
			if err != nil {
				t.Fatal(err)
			}
			peer, err := Negotiate(offer, back)
			if err != nil || peer.Codec.Name != n.Codec.Name || peer.SendPT != n.RecvPT || peer.Direction != n.Direction.reverse() {
				t.Errorf("the offerer concludes %+v, %v", peer, err)
			}
		})
	}
}

// RFC 3264 6.1, and the older hold: what each pair of wishes comes to.
func TestDirections(t *testing.T) {
	tests := []struct {
		offered, wanted, answered Direction
		held                      bool
	}{
		{SendRecv, SendRecv, SendRecv, false},
		{SendOnly, SendRecv, RecvOnly, true},
		{RecvOnly, SendRecv, SendOnly, false},
		{Inactive, SendRecv, Inactive, true},
		{SendRecv, SendOnly, SendOnly, false},
		{SendOnly, SendOnly, Inactive, true},
		{RecvOnly, SendOnly, SendOnly, false},
		{SendRecv, Inactive, Inactive, false},
		{Inactive, Inactive, Inactive, false},
		{SendRecv, RecvOnly, RecvOnly, false},
	}
	for _, tt := range tests {
		them := local()
		them.Direction = tt.offered
		us := local()
		us.Direction = tt.wanted
		s, n, err := Answer(Offer(them), us)
		if err != nil {
			t.Fatal(err)
		}
		if s.Direction != tt.answered || n.Direction != tt.answered || n.Held != tt.held {
			t.Errorf("%v to one who wants %v: answered %v, may %v, held %v",
				tt.offered, tt.wanted, s.Direction, n.Direction, n.Held)
		}
	}
}

// Each end receives under the numbers of its own description (RFC 3264 5.1).
func TestDifferentNumbers(t *testing.T) {
	offer := Offer(local())
	answer, err := Parse([]byte("v=0\nc=IN IP4 192.0.2.9\nm=audio 4000 RTP/AVP 118 96\n" +
		"a=rtpmap:118 pcma/8000/1\na=rtpmap:96 Telephone-Event/8000\na=ptime:40\na=maxptime:30"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := Negotiate(offer, answer)
	if err != nil {
		t.Fatal(err)
	}
	if n.Codec.Name != "PCMA" || n.SendPT != 118 || n.RecvPT != 8 || n.EventPT != 96 || n.EventRecvPT != 101 {
		t.Errorf("%+v", n)
	}
	if n.Ptime != 30*time.Millisecond {
		t.Errorf("ptime %v above the peer's maximum", n.Ptime)
	}
}

// Of several rates of events that both ends have, the one of the voice counts.
func TestEventsRunOnTheVoicesClock(t *testing.T) {
	wide := Codec{Name: TelephoneEvent, PT: 102, ClockRate: 48000}
	l := local()
	l.Codecs = []Codec{pcmu, wide, event}
	answer, n, err := Answer(parse(t, "linphone"), l)
	if err != nil || n.EventPT != 98 || len(answer.Codecs) != 2 {
		t.Errorf("%+v, %+v, %v", answer, n, err)
	}
}

// Comfort noise is agreed on if both ends name it on the clock of the voice; it
// is never the voice (RFC 3389 sections 4 and 5).
func TestComfortNoise(t *testing.T) {
	noise := Codec{Name: ComfortNoise, PT: 13, ClockRate: 8000}
	silent := local()
	silent.Codecs = []Codec{pcmu, event, noise}
	for _, c := range []struct {
		name, offer string
		local       Local
		pt          uint8
		formats     int
	}{
		{"both", "m=audio 4000 RTP/AVP 13 0 101\na=rtpmap:101 telephone-event/8000", silent, 13, 3},
		{"they only", "m=audio 4000 RTP/AVP 13 0", local(), 0, 1},
		{"we only", "m=audio 4000 RTP/AVP 0", silent, 0, 1},
		{"their own number", "m=audio 4000 RTP/AVP 0 97\na=rtpmap:97 CN/8000", silent, 97, 2},
		{"another clock", "m=audio 4000 RTP/AVP 0 97\na=rtpmap:97 CN/16000", silent, 0, 1},
	} {
		offer, err := Parse([]byte("c=IN IP4 192.0.2.1\n" + c.offer))
		if err != nil {
			t.Fatal(err)
		}
		answer, n, err := Answer(offer, c.local)
		if err != nil || n.Codec.Name != "PCMU" || n.NoisePT != c.pt || n.NoiseRecvPT != c.pt || len(answer.Codecs) != c.formats {
			t.Errorf("%s: %+v, %+v, %v", c.name, answer, n, err)
		}
	}
}

// Each end's parameters are its own words: an answer does not repeat the offer's.
func TestParametersAreOurOwn(t *testing.T) {
	offer, err := Parse([]byte("c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0 96\na=fmtp:0 theirs=1\n" +
		"a=rtpmap:96 telephone-event/8000\na=fmtp:96 0-16,32"))
	if err != nil {
		t.Fatal(err)
	}
	answer, _, err := Answer(offer, local())
	if err != nil || answer.Codecs[0].Fmtp != "" || answer.Codecs[1].Fmtp != "0-15" {
		t.Errorf("%+v, %v", answer, err)
	}
}

// A device that offers both ways is taken at its clear one.
func TestClearStreamIsPreferred(t *testing.T) {
	offer, err := Parse([]byte("c=IN IP4 192.0.2.1\nm=audio 4000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\nm=audio 4002 RTP/AVP 0"))
	if err != nil {
		t.Fatal(err)
	}
	answer, n, err := Answer(offer, local())
	if err != nil || n.Remote.Port() != 4002 || !strings.Contains(string(answer.Marshal()), "m=audio 0 RTP/SAVP 0\r\nm=audio 16384 RTP/AVP 0\r\n") {
		t.Errorf("%+v, %v\n%s", n, err, answer.Marshal())
	}
}

func TestAnswererPutsUsOnHold(t *testing.T) {
	for _, line := range []string{"a=sendonly", "a=inactive", "c=IN IP4 0.0.0.0"} {
		answer, err := Parse([]byte("m=audio 4000 RTP/AVP 0\n" + line + "\nc=IN IP4 192.0.2.9"))
		if err != nil {
			t.Fatal(err)
		}
		n, err := Negotiate(Offer(local()), answer)
		if err != nil || !n.Held || n.Direction.Sends() {
			t.Errorf("%s: %+v, %v", line, n, err)
		}
	}
	we := local()
	we.Direction = SendOnly
	answer, _, err := Answer(Offer(we), local())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := Negotiate(Offer(we), answer); err != nil || n.Held || n.Direction != SendOnly {
		t.Errorf("our own hold taken for the peer's: %+v, %v", n, err)
	}
}

func TestPacketTime(t *testing.T) {
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	tests := []struct{ ours, theirs, limit, want int }{
		{20, 0, 0, 20},
		{20, 30, 0, 30},
		{20, 10, 0, 10},
		{20, 60, 0, 60},
		{20, 15, 0, 20},  // no whole number of 10 ms
		{20, 500, 0, 20}, // nonsense
		{30, 0, 20, 20},  // limited
		{30, 0, 25, 20},  // limited to a whole step
		{20, 0, 3, 20},   // a limit that nobody can keep
		{0, 0, 0, 20},    // nobody says: RFC 3551 4.2
		{0, 40, 150, 40},
	}
	for _, tt := range tests {
		got := packetTime(ms(tt.ours), &Session{Ptime: ms(tt.theirs), MaxPtime: ms(tt.limit)})
		if got != ms(tt.want) {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name, text string
		reason     error
	}{
		{"SAVP only", load(t, "spa-s-descriptor"), ErrProfile},
		{"DTLS only", load(t, "webrtc"), ErrProfile},
		{"port 0", "c=IN IP4 192.0.2.1\nm=audio 0 RTP/AVP 0", ErrRefused},
		{"foreign codecs", "c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 18 4", ErrNoCodec},
		{"events alone", "c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000", ErrNoCodec},
		{"other clock", "c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 97\na=rtpmap:97 PCMU/16000", ErrNoCodec},
		{"stereo", "c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 97\na=rtpmap:97 PCMU/8000/2", ErrNoCodec},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Parse([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := Answer(s, local()); !errors.Is(err, tt.reason) {
				t.Errorf("as an offer: %v, want %v", err, tt.reason)
			}
			if _, err := Negotiate(Offer(local()), s); !errors.Is(err, tt.reason) {
				t.Errorf("as an answer: %v, want %v", err, tt.reason)
			}
		})
	}
}

// The version rises by one for each change and stands still otherwise (RFC 3264 8).
func TestVersions(t *testing.T) {
	first := Offer(local())
	same := Offer(Local{Address: first.Address, Port: first.Port, Codecs: ours, Ptime: first.Ptime, SessionID: 1, Version: 900})
	same.Follow(first)
	if same.Origin != first.Origin {
		t.Errorf("unchanged: %+v", same.Origin)
	}
	held := local()
	held.Direction = SendOnly
	next := Offer(held)
	next.Follow(same)
	if next.Origin.ID != 77 || next.Origin.Version != 4 {
		t.Errorf("changed once: %+v", next.Origin)
	}
}

func TestWriterCannotBeMadeToEndALine(t *testing.T) {
	s := Offer(local())
	s.Name = "x\r\nm=audio 1 RTP/AVP 0"
	s.Origin.User = "a b\nc"
	s.Origin.Host = "h\r\n"
	s.Profile = "RTP/AVP\r\na=evil"
	s.Codecs[2].Fmtp = "0-15\r\na=inactive"
	out := string(s.Marshal())
	if strings.Count(out, "\r\n") != 12 || strings.Contains(out, "\r\na=evil") || strings.Contains(out, "inactive\r\n\r\n") {
		t.Errorf("%q", out)
	}
	for _, line := range strings.Split(strings.TrimSuffix(out, "\r\n"), "\r\n") {
		if len(line) < 2 || line[1] != '=' || strings.ContainsAny(line, "\r\n") {
			t.Errorf("line %q", line)
		}
	}
}

func TestIPv6IsNamed(t *testing.T) {
	l := local()
	l.Address = netip.MustParseAddr("2001:db8::1")
	out := string(Offer(l).Marshal())
	if !strings.Contains(out, "o=- 77 3 IN IP6 2001:db8::1\r\n") || !strings.Contains(out, "c=IN IP6 2001:db8::1\r\n") {
		t.Error(out)
	}
	l.Address = netip.MustParseAddr("::ffff:192.0.2.50")
	if out := string(Offer(l).Marshal()); !strings.Contains(out, "c=IN IP4 192.0.2.50\r\n") {
		t.Error(out)
	}
}

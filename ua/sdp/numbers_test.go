package sdp

import (
	"fmt"
	"strings"
	"testing"
)

var (
	opus      = Codec{Name: "opus", PT: 96, ClockRate: 48000, Channels: 2, Fmtp: "useinbandfec=1"}
	g722      = Codec{Name: "G722", PT: 9, ClockRate: 8000}
	fastEvent = Codec{Name: TelephoneEvent, PT: 102, ClockRate: 48000, Fmtp: "0-16"}
)

func numbered(list []Codec) string {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "%s/%d=%d ", c.Name, c.ClockRate, c.PT)
	}
	return strings.TrimSpace(b.String())
}

// The oracle is RFC 3264 section 8.3.2: in one session a dynamic number never
// means another codec.
func TestNumbersStay(t *testing.T) {
	at := func(c Codec, pt uint8) Codec { c.PT = pt; return c }
	for _, tt := range []struct {
		name  string
		given [][]Codec // our descriptions so far
		list  []Codec
		want  string
	}{
		{"the first offer", nil, []Codec{opus, g722, event, fastEvent}, "opus/48000=96 G722/8000=9 telephone-event/8000=101 telephone-event/48000=102"},
		{"the same again", [][]Codec{{opus, event}}, []Codec{opus, event}, "opus/48000=96 telephone-event/8000=101"},
		{"an answer with the peer's numbers", [][]Codec{{at(opus, 111), at(fastEvent, 110)}}, []Codec{opus, g722, event, fastEvent},
			"opus/48000=111 G722/8000=9 telephone-event/8000=101 telephone-event/48000=110"},
		{"the peer's event has our codec's number", [][]Codec{{pcmu, at(event, 96)}}, []Codec{opus, pcmu, event}, "opus/48000=97 PCMU/8000=0 telephone-event/8000=96"},
		{"a number changes hands by the peer's will", [][]Codec{{at(opus, 111)}, {at(event, 111)}}, []Codec{opus, event}, "opus/48000=96 telephone-event/8000=111"},
		{"an offer, then an answer", [][]Codec{{opus, event}, {at(opus, 120)}}, []Codec{opus, event}, "opus/48000=120 telephone-event/8000=101"},
		{"in any case", [][]Codec{{Codec{Name: "OPUS", PT: 107, ClockRate: 48000, Channels: 2}}}, []Codec{opus}, "opus/48000=107"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var n Numbers
			for _, list := range tt.given {
				n.Given(list)
			}
			if got := numbered(n.Number(tt.list)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// Digits run on the clock of the voice they interrupt (RFC 4733 section 2.1), and
// both ends' numbers for both are kept apart (RFC 3264 section 5.1).
func TestDynamicNumbersBothWays(t *testing.T) {
	mine := local()
	mine.Codecs = []Codec{opus, g722, pcmu, event, fastEvent}
	offer := Offer(mine)
	theirs := local()
	theirs.Codecs = mine.Codecs
	answer, atThem, err := Answer(reparse(t, offer), theirs)
	if err != nil || atThem.Codec.Name != "opus" || atThem.SendPT != 96 || atThem.EventPT != 102 || atThem.Fmtp != "useinbandfec=1" {
		t.Fatalf("%+v, %v", atThem, err)
	}
	if got := numbered(answer.Codecs); got != "opus/48000=96 telephone-event/48000=102" {
		t.Errorf("answer %s", got)
	}
	// A peer answers with numbers of its own.
	text := strings.NewReplacer("RTP/AVP 96 102", "RTP/AVP 111 110", ":96 ", ":111 ", ":102 ", ":110 ").Replace(string(answer.Marshal()))
	other, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	n, err := Negotiate(offer, other)
	if err != nil || n.SendPT != 111 || n.RecvPT != 96 || n.EventPT != 110 || n.EventRecvPT != 102 {
		t.Errorf("%+v, %v", n, err)
	}
}

func reparse(t *testing.T, s *Session) *Session {
	t.Helper()
	again, err := Parse(s.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	return again
}

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

// Offers of real devices to a line with wideband: the oracle is RFC 3264 section 6.1,
// the offerer's order among what both have, under the offerer's numbers.
func TestWidebandAnswersToDevices(t *testing.T) {
	g726 := Codec{Name: "G726-32", PT: 2, ClockRate: 8000}
	all := []Codec{opus, g722, pcmu, pcma, g726, event, fastEvent}
	for _, tt := range []struct {
		offer, text string // a file of testdata, or m= line and rtpmaps
		ours        []Codec
		want        string
	}{
		{offer: "spa", ours: all, want: "PCMU/8000=0 telephone-event/8000=101"},
		{offer: "spa", ours: []Codec{g726, event}, want: "G726-32/8000=2 telephone-event/8000=101"},
		{offer: "baresip", ours: all, want: "opus/48000=96 telephone-event/8000=101"}, // names no other clock
		{offer: "baresip", ours: []Codec{pcmu, g722, event}, want: "G722/8000=97 telephone-event/8000=101"},
		{offer: "linphone", ours: all, want: "opus/48000=96 telephone-event/48000=101"},
		{offer: "linphone", ours: ours, want: "PCMU/8000=0 telephone-event/8000=98"},
		{offer: "asterisk", ours: all, want: "PCMA/8000=8 telephone-event/8000=101"},
		{text: "9", ours: all, want: "G722/8000=9"},      // without rtpmap (RFC 3551 table 4)
		{text: "2 0", ours: all, want: "G726-32/8000=2"}, // likewise, as devices have it
		{text: "18 2|2 G726-32/8000|18 G729a/8000", ours: all, want: "G726-32/8000=2"},
		{text: "99 101|99 G726-32/8000|101 telephone-event/8000", ours: all, want: "G726-32/8000=99 telephone-event/8000=101"},
		{text: "99|99 AAL2-G726-32/8000", ours: all, want: ErrNoCodec.Error()}, // another order of bits is another codec
		{text: "18 4|18 G729a/8000", ours: all, want: ErrNoCodec.Error()},
		{text: "111|111 OPUS/48000/2", ours: all, want: "OPUS/48000=111"},
		{text: "111|111 opus/48000", ours: all, want: ErrNoCodec.Error()}, // RFC 7587 section 7: always two channels
		{text: "9|9 G722/16000", ours: all, want: ErrNoCodec.Error()},     // RFC 3551 section 4.5.2: always 8000
	} {
		t.Run(tt.offer+tt.text, func(t *testing.T) {
			mine := local()
			mine.Codecs = tt.ours
			answer, n, err := Answer(offerOf(t, tt.offer, tt.text), mine)
			got := fmt.Sprint(err)
			if err == nil {
				got = numbered(answer.Codecs)
				if n.SendPT != answer.Codecs[0].PT || n.RecvPT != n.SendPT {
					t.Errorf("%+v", n)
				}
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func offerOf(t *testing.T, file, text string) *Session {
	t.Helper()
	if file != "" {
		return parse(t, file)
	}
	formats, maps, _ := strings.Cut(text, "|")
	lines := []string{"v=0", "o=- 1 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0", "m=audio 4000 RTP/AVP " + formats}
	for m := range strings.SplitSeq(maps, "|") {
		if m != "" {
			lines = append(lines, "a=rtpmap:"+m)
		}
	}
	s, err := Parse([]byte(strings.Join(lines, "\r\n") + "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

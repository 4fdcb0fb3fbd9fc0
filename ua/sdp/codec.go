package sdp

import (
	"strconv"
	"strings"
)

// TelephoneEvent is the encoding name of RFC 4733 digits. It is listed with the
// codecs, and is never the codec of a stream.
const TelephoneEvent = "telephone-event"

// ComfortNoise is the encoding name of RFC 3389. It is listed like TelephoneEvent.
const ComfortNoise = "CN"

// Codec is one format of an m= line.
type Codec struct {
	Name      string // as written; compared without case
	PT        uint8
	ClockRate int
	Channels  int // as read at least 1; 0 is written and compared as 1
	Fmtp      string
}

// same reports whether two codecs are one encoding, whatever their numbers.
func (c Codec) same(o Codec) bool {
	return strings.EqualFold(c.Name, o.Name) && c.ClockRate == o.ClockRate &&
		max(c.Channels, 1) == max(o.Channels, 1)
}

// takes reports whether an end whose telephone events these are takes one: its
// fmtp lists them as "0-15,66"; without one it takes the keys, 0 to 15 (RFC 4733
// section 2.4.1).
func (c Codec) takes(event int) bool {
	if c.Fmtp == "" {
		return event <= 15
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(c.Fmtp, "events="), ",") {
		from, to, ok := strings.Cut(strings.TrimSpace(part), "-")
		if !ok {
			to = from
		}
		low, err1 := strconv.Atoi(from)
		high, err2 := strconv.Atoi(to)
		if err1 == nil && err2 == nil && low <= event && event <= high {
			return true
		}
	}
	return false
}

func (c Codec) isEvent() bool { return strings.EqualFold(c.Name, TelephoneEvent) }

func (c Codec) isNoise() bool { return strings.EqualFold(c.Name, ComfortNoise) }

// static are the audio payload types of RFC 3551 table 4, which need no rtpmap.
// G722 is 8000 there by an old mistake that the RFC keeps (4.5.2). 2 is G726-32
// in the devices this product meets, and in RFC 3551's predecessor.
var static = map[uint8]Codec{
	0:  {Name: "PCMU", ClockRate: 8000},
	2:  {Name: "G726-32", ClockRate: 8000},
	3:  {Name: "GSM", ClockRate: 8000},
	4:  {Name: "G723", ClockRate: 8000},
	5:  {Name: "DVI4", ClockRate: 8000},
	6:  {Name: "DVI4", ClockRate: 16000},
	7:  {Name: "LPC", ClockRate: 8000},
	8:  {Name: "PCMA", ClockRate: 8000},
	9:  {Name: "G722", ClockRate: 8000},
	10: {Name: "L16", ClockRate: 44100, Channels: 2},
	11: {Name: "L16", ClockRate: 44100},
	12: {Name: "QCELP", ClockRate: 8000},
	13: {Name: "CN", ClockRate: 8000},
	14: {Name: "MPA", ClockRate: 90000},
	15: {Name: "G728", ClockRate: 8000},
	16: {Name: "DVI4", ClockRate: 11025},
	17: {Name: "DVI4", ClockRate: 22050},
	18: {Name: "G729", ClockRate: 8000},
}

func staticCodec(pt uint8) (Codec, bool) {
	c, ok := static[pt]
	c.PT = pt
	if c.Channels == 0 {
		c.Channels = 1
	}
	return c, ok
}

package sdp

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

// Offers as devices make them, each with one thing about it that has broken a
// telephone somewhere. The expected answers follow from RFC 3264 by hand.
var deviceOffers = []struct {
	what, text string
	remote     string
	codec      string
	event      uint8 // the peer's number
	flash      bool
	ptime      int // ms
	want       Direction
	held       bool
	rtcp       string
	mux        bool
	media      string // the m= lines of our answer
}{
	{"bare minimum, no rtpmap, no last line end",
		"v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0",
		"192.0.2.1:4000", "PCMU", 0, false, 20, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 0"},
	{"telephone events on 96, to 16",
		"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 8 96\na=rtpmap:96 telephone-event/8000\na=fmtp:96 0-16",
		"192.0.2.1:4000", "PCMA", 96, true, 20, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 8 96"},
	{"telephone events without fmtp, upper case",
		"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0 127\na=rtpmap:127 TELEPHONE-EVENT/8000",
		"192.0.2.1:4000", "PCMU", 127, false, 20, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 0 127"},
	{"a list in fmtp",
		"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-11,16,66-70",
		"192.0.2.1:4000", "PCMU", 101, true, 20, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 0 101"},
	{"events on another clock only",
		"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 96 0 97\na=rtpmap:96 opus/48000/2\na=rtpmap:97 telephone-event/48000",
		"192.0.2.1:4000", "PCMU", 0, false, 20, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 0"},
	{"30 ms, as SPA lines",
		"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\na=ptime:30",
		"192.0.2.1:4000", "PCMU", 0, false, 30, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 0"},
	{"maxptime below our ptime",
		"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\na=maxptime:10",
		"192.0.2.1:4000", "PCMU", 0, false, 10, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 0"},
	{"ptime that no telephone means",
		"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\na=ptime:0\na=ptime:1500",
		"192.0.2.1:4000", "PCMU", 0, false, 20, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 0"},
	{"hold for the session, not the stream",
		"c=IN IP4 192.0.2.1\na=sendonly\nm=audio 4000 RTP/AVP 0",
		"192.0.2.1:4000", "PCMU", 0, false, 20, RecvOnly, true, "", false, "m=audio 16384 RTP/AVP 0"},
	{"the stream overrules the session",
		"c=IN IP4 192.0.2.1\na=inactive\nm=audio 4000 RTP/AVP 0\na=sendrecv",
		"192.0.2.1:4000", "PCMU", 0, false, 20, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 0"},
	{"hold by address alone",
		"c=IN IP4 0.0.0.0\nm=audio 4000 RTP/AVP 0\na=sendrecv",
		"0.0.0.0:4000", "PCMU", 0, false, 20, RecvOnly, true, "", false, "m=audio 16384 RTP/AVP 0"},
	{"hold by both, in the stream",
		"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\nc=IN IP4 0.0.0.0\na=inactive",
		"0.0.0.0:4000", "PCMU", 0, false, 20, Inactive, true, "", false, "m=audio 16384 RTP/AVP 0"},
	{"IPv6 with hold by address",
		"c=IN IP6 ::\nm=audio 4000 RTP/AVP 0",
		"[::]:4000", "PCMU", 0, false, 20, RecvOnly, true, "", false, "m=audio 16384 RTP/AVP 0"},
	{"two c= lines in one stream: the first",
		"c=IN IP4 192.0.2.9\nm=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.1\nc=IN IP4 192.0.2.2",
		"192.0.2.1:4000", "PCMU", 0, false, 20, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 0"},
	{"reports elsewhere",
		"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\na=rtcp:4009 IN IP4 192.0.2.7",
		"192.0.2.1:4000", "PCMU", 0, false, 20, SendRecv, false, "192.0.2.7:4009", false, "m=audio 16384 RTP/AVP 0"},
	{"reports on the same port",
		"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\na=rtcp:4000\na=rtcp-mux",
		"192.0.2.1:4000", "PCMU", 0, false, 20, SendRecv, false, "192.0.2.1:4000", true, "m=audio 16384 RTP/AVP 0"},
	{"video, fax and a second voice around it",
		"c=IN IP4 192.0.2.1\nm=video 4010 RTP/AVP 31 34\nm=audio 4000 RTP/AVP 0\nm=image 4020 udptl t38\nm=audio 4030 RTP/AVP 8",
		"192.0.2.1:4000", "PCMU", 0, false, 20, SendRecv, false, "", false,
		"m=video 0 RTP/AVP 31 34|m=audio 16384 RTP/AVP 0|m=image 0 udptl t38|m=audio 0 RTP/AVP 8"},
	{"the first voice switched off",
		"c=IN IP4 192.0.2.1\nm=audio 0 RTP/AVP 0\nm=audio 4000 RTP/AVP 8",
		"192.0.2.1:4000", "PCMA", 0, false, 20, SendRecv, false, "", false, "m=audio 0 RTP/AVP 0|m=audio 16384 RTP/AVP 8"},
	{"o= and s= missing, t= last, unknown lines and attributes",
		"v=0\nX=1\nb=AS:64\nk=clear:x\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\ni=line\na=silenceSupp:off - - - -\na=\na=ssrc:1 cname:x\nt=0 0",
		"192.0.2.1:4000", "PCMU", 0, false, 20, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 0"},
	{"an o= line of words",
		"o=Cisco SIPUA 2890 x y\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 18 8 0\na=fmtp:18 annexb=no",
		"192.0.2.1:4000", "PCMA", 0, false, 20, SendRecv, false, "", false, "m=audio 16384 RTP/AVP 8"},
}

func TestDeviceOffers(t *testing.T) {
	for _, tt := range deviceOffers {
		t.Run(tt.what, func(t *testing.T) {
			offer, err := Parse([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			l := local()
			l.RTCPMux = true
			answer, n, err := Answer(offer, l)
			if err != nil {
				t.Fatal(err)
			}
			rtcp := netip.AddrPort{}
			if tt.rtcp != "" {
				rtcp = netip.MustParseAddrPort(tt.rtcp)
			}
			switch {
			case n.Remote != netip.MustParseAddrPort(tt.remote):
				t.Errorf("remote %v", n.Remote)
			case n.Codec.Name != tt.codec || n.SendPT != n.RecvPT:
				t.Errorf("codec %+v", n)
			case n.EventPT != tt.event || n.EventRecvPT != tt.event || n.EventFlash != tt.flash:
				t.Errorf("events %d, %d, flash %v", n.EventPT, n.EventRecvPT, n.EventFlash)
			case n.Ptime != time.Duration(tt.ptime)*time.Millisecond:
				t.Errorf("ptime %v", n.Ptime)
			case n.Direction != tt.want || n.Held != tt.held || answer.Direction != tt.want:
				t.Errorf("%v, held %v, answered %v", n.Direction, n.Held, answer.Direction)
			case n.RTCP != rtcp || n.RTCPMux != tt.mux:
				t.Errorf("reports to %v, mux %v", n.RTCP, n.RTCPMux)
			}
			text := string(answer.Marshal())
			var media []string
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "m=") {
					media = append(media, strings.TrimSpace(line))
				}
			}
			if got := strings.Join(media, "|"); got != tt.media {
				t.Errorf("answered %s", got)
			}
			if strings.Contains(text, "a=rtcp-mux\r\n") != tt.mux {
				t.Errorf("answered %s", text)
			}
			if !strings.HasSuffix(text, "\r\n") || strings.Count(text, "c=") != 1 {
				t.Errorf("answered %q", text)
			}
		})
	}
}

// A hold by address names no address where media would go, keeps the line's own
// one in o=, and is no matter of an answer to somebody else's hold.
func TestZeroHold(t *testing.T) {
	for _, tt := range []struct{ ours, zero string }{{"192.0.2.50", "c=IN IP4 0.0.0.0"}, {"2001:db8::50", "c=IN IP6 ::"}} {
		l := local()
		l.Address, l.ZeroHold = netip.MustParseAddr(tt.ours), true
		for direction, want := range map[Direction]bool{SendRecv: false, RecvOnly: false, SendOnly: true, Inactive: true} {
			l.Direction = direction
			text := string(Offer(l).Marshal())
			if strings.Contains(text, tt.zero+"\r\n") != want || !strings.Contains(text, tt.ours+"\r\ns=") {
				t.Errorf("%v: %s", direction, text)
			}
		}
		l.Direction = SendRecv
		held, err := Parse([]byte("c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\na=recvonly"))
		if err != nil {
			t.Fatal(err)
		}
		answer, _, err := Answer(held, l)
		if err != nil || answer.Direction != SendOnly || answer.Address.IsUnspecified() {
			t.Errorf("%+v, %v", answer, err)
		}
	}
}

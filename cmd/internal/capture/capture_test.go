package capture

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"go.uber.org/goleak"

	"star18/audio/rtpstream/memnet"
	"star18/ua"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// seen is one packet as gopacket's own reader and decoders find it.
type seen struct {
	from, to netip.AddrPort
	data     []byte
}

func readFile(t *testing.T, path string) []seen {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pcapgo.NewNgReader(f, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	var all []seen
	for {
		data, ci, err := r.ReadPacketData()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if ci.Timestamp.IsZero() {
			t.Error("packet without a time")
		}
		all = append(all, decode(t, data, r.LinkType()))
	}
}

func decode(t *testing.T, data []byte, link layers.LinkType) seen {
	t.Helper()
	p := gopacket.NewPacket(data, link, gopacket.Default)
	if e := p.ErrorLayer(); e != nil {
		t.Fatal(e.Error())
	}
	udp := p.TransportLayer().(*layers.UDP)
	flow := p.NetworkLayer().NetworkFlow()
	from, _ := netip.ParseAddr(flow.Src().String())
	to, _ := netip.ParseAddr(flow.Dst().String())
	checkUDPSum(t, p, udp)
	return seen{netip.AddrPortFrom(from, uint16(udp.SrcPort)), netip.AddrPortFrom(to, uint16(udp.DstPort)), udp.Payload}
}

// The oracle is RFC 768: the one's complement sum over pseudo header, header
// and data, checksum included, is all ones.
func checkUDPSum(t *testing.T, p gopacket.Packet, udp *layers.UDP) {
	t.Helper()
	flow := p.NetworkLayer().NetworkFlow()
	pseudo := append(append([]byte{}, flow.Src().Raw()...), flow.Dst().Raw()...)
	pseudo = append(pseudo, 0, 17, byte(udp.Length>>8), byte(udp.Length))
	all := append(append(pseudo, udp.Contents...), udp.Payload...)
	if len(all)%2 == 1 {
		all = append(all, 0)
	}
	var sum uint32
	for i := 0; i < len(all); i += 2 {
		sum += uint32(all[i])<<8 | uint32(all[i+1])
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	if sum != 0xffff {
		t.Errorf("UDP checksum of %d bytes sums to %04x, want ffff", len(all), sum)
	}
}

func listen(t *testing.T, n *memnet.Network, addr string) ua.Socket {
	t.Helper()
	c, err := n.Listen(netip.MustParseAddrPort(addr))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFileHoldsWhatWasOnTheWire(t *testing.T) {
	n := memnet.New()
	path := filepath.Join(t.TempDir(), "c.pcapng")
	file, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	tap := NewTap(file.Add)
	a := tap.Wrap(listen(t, n, "10.0.0.1:5060"))
	b := listen(t, n, "10.0.0.2:5060")
	big := bytes.Repeat([]byte("v"), 5000)

	if _, err := a.WriteTo([]byte("INVITE sip:b SIP/2.0"), net.UDPAddrFromAddrPort(addrPort(b.LocalAddr()))); err != nil {
		t.Fatal(err)
	}
	if _, err := b.WriteToUDPAddrPort(big, addrPort(a.LocalAddr())); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 6000)
	if nr, _, err := a.ReadFromUDPAddrPort(buf); err != nil || nr != len(big) {
		t.Fatalf("read %d, %v", nr, err)
	}
	a.Close()
	b.Close()
	if dropped := tap.Close(); dropped != 0 {
		t.Errorf("%d dropped", dropped)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}

	addrA, addrB := netip.MustParseAddrPort("10.0.0.1:5060"), netip.MustParseAddrPort("10.0.0.2:5060")
	want := []seen{{addrA, addrB, []byte("INVITE sip:b SIP/2.0")}, {addrB, addrA, big}}
	got := readFile(t, path)
	if len(got) != len(want) {
		t.Fatalf("%d packets in the file, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i].from != want[i].from || got[i].to != want[i].to || !bytes.Equal(got[i].data, want[i].data) {
			t.Errorf("packet %d: %v to %v, %d bytes", i, got[i].from, got[i].to, len(got[i].data))
		}
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode().Perm())
	}
}

func TestSerializeIPv6(t *testing.T) {
	d := &Datagram{From: netip.MustParseAddrPort("[::1]:20000"), To: netip.MustParseAddrPort("[fd00::2]:20002"), Data: []byte("abc")}
	buf := gopacket.NewSerializeBuffer()
	if err := serialize(buf, d); err != nil {
		t.Fatal(err)
	}
	got := decode(t, buf.Bytes(), layers.LinkTypeRaw)
	if got.from != d.From || got.to != d.To || string(got.data) != "abc" {
		t.Errorf("got %+v", got)
	}
}

// Between two wrapped sockets each datagram is told once, as sent.
func TestOwnDatagramsAreToldOnce(t *testing.T) {
	n := memnet.New()
	var got []string
	tap := NewTap(func(d *Datagram) { got = append(got, string(d.Data)) })
	a, b := tap.Wrap(listen(t, n, "10.0.0.1:4000")), tap.Wrap(listen(t, n, "10.0.0.2:4000"))
	for _, word := range []string{"one", "two"} {
		if _, err := a.WriteToUDPAddrPort([]byte(word), addrPort(b.LocalAddr())); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.ReadFrom(make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
	a.Close()
	b.Close()
	tap.Close()
	if len(got) != 2 || got[0] != "one" || got[1] != "two" {
		t.Errorf("got %q", got)
	}
}

// A sink that stands still costs copies, never packets or memory.
func TestFullQueueDropsAndCounts(t *testing.T) {
	hold := make(chan struct{})
	var seen int
	tap := NewTap(func(*Datagram) { <-hold; seen++ })
	const extra = 10
	addr := netip.MustParseAddrPort("10.0.0.1:1")
	for range queueLength + 1 + extra {
		tap.put(addr, addr, []byte("x"), false)
	}
	close(hold)
	dropped := tap.Close()
	if seen+int(dropped) != queueLength+1+extra || dropped < extra || dropped > extra+1 {
		t.Errorf("seen %d, dropped %d", seen, dropped)
	}
}

func TestCloseThenUse(t *testing.T) {
	tap := NewTap()
	tap.Close()
	addr := netip.MustParseAddrPort("10.0.0.1:1")
	for range queueLength + 10 {
		tap.put(addr, addr, []byte("x"), false)
	}
}

type null struct{ ua.Socket }

func (null) LocalAddr() net.Addr                                        { return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9} }
func (null) WriteToUDPAddrPort(b []byte, _ netip.AddrPort) (int, error) { return len(b), nil }

func TestNoAllocationOnTheMediaPath(t *testing.T) {
	tap := NewTap()
	defer tap.Close()
	for range queueLength { // as after ten seconds of a call
		tap.free <- new(record)
	}
	s, to, packet := tap.Wrap(null{}), netip.MustParseAddrPort("127.0.0.1:5"), make([]byte, 182)
	allocs := testing.AllocsPerRun(1000, func() { _, _ = s.WriteToUDPAddrPort(packet, to) })
	if allocs != 0 {
		t.Errorf("%v allocations per packet, want 0", allocs)
	}
}

func TestIsRTP(t *testing.T) {
	for _, tt := range []struct {
		data string
		want bool
	}{
		{"\x80\x00\x00\x01\x00\x00\x00\xa0\x12\x34\x56\x78", true},
		{"\x80\x00\x00\x01", false},
		{"SIP/2.0 200 OK\r\n", false},
		{"\r\n\r\n\r\n\r\n\r\n\r\n\r\n", false},
	} {
		if got := (&Datagram{Data: []byte(tt.data)}).IsRTP(); got != tt.want {
			t.Errorf("%q: %v", tt.data, got)
		}
	}
}

// A connection is in the file as TCP whose sequence numbers join its pieces both
// ways, so that a reader can put the messages together again.
func TestStreams(t *testing.T) {
	near, far := net.Pipe()
	var got []Datagram
	tap := NewTap(func(d *Datagram) {
		kept := *d
		kept.Data = bytes.Clone(d.Data)
		got = append(got, kept)
	})
	c := tap.WrapConn(near)
	go func() {
		buf := make([]byte, 10)
		far.Read(buf)
		far.Write([]byte("SIP/2.0"))
		far.Read(buf)
	}()
	c.Write([]byte("INVITE"))
	c.Read(make([]byte, 10))
	c.Write([]byte("ACK"))
	c.Close()
	tap.Close()
	want := []struct {
		data     string
		seq, ack uint32
	}{{"INVITE", 0, 0}, {"SIP/2.0", 0, 6}, {"ACK", 6, 7}}
	for i, w := range want {
		if i >= len(got) || string(got[i].Data) != w.data || got[i].Seq != w.seq || got[i].Ack != w.ack || !got[i].Stream {
			t.Fatalf("%d: %+v, want %+v", i, got, w)
		}
	}
	buf := gopacket.NewSerializeBuffer()
	d := got[2]
	d.From, d.To = netip.MustParseAddrPort("10.0.0.1:5060"), netip.MustParseAddrPort("10.0.0.2:5060")
	if err := serialize(buf, &d); err != nil {
		t.Fatal(err)
	}
	p := gopacket.NewPacket(buf.Bytes(), layers.LinkTypeRaw, gopacket.Default)
	tcp, ok := p.TransportLayer().(*layers.TCP)
	if !ok || tcp.Seq != 6 || tcp.Ack != 7 || string(tcp.Payload) != "ACK" || tcp.DstPort != 5060 {
		t.Errorf("%v", p)
	}
}

package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// packet puts network and transport headers before data.
func packet(t testing.TB, from, to netip.AddrPort, data []byte, under ...gopacket.SerializableLayer) []byte {
	t.Helper()
	udp := &layers.UDP{SrcPort: layers.UDPPort(from.Port()), DstPort: layers.UDPPort(to.Port())}
	return serialize(t, append(append(under, ip(from.Addr(), to.Addr(), layers.IPProtocolUDP)), udp, gopacket.Payload(data)))
}

func ip(from, to netip.Addr, next layers.IPProtocol) gopacket.SerializableLayer {
	if from.Is6() {
		return &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: next, SrcIP: from.AsSlice(), DstIP: to.AsSlice()}
	}
	return &layers.IPv4{Version: 4, TTL: 64, Protocol: next, SrcIP: from.AsSlice(), DstIP: to.AsSlice(), Id: 77}
}

func serialize(t testing.TB, all []gopacket.SerializableLayer) []byte {
	t.Helper()
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, all...); err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(b.Bytes())
}

// pcapFile and ngFile write frames of one link type.
func pcapFile(t testing.TB, link layers.LinkType, frames ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := pcapgo.NewWriterNanos(&b)
	if err := w.WriteFileHeader(65535, link); err != nil {
		t.Fatal(err)
	}
	for _, f := range frames {
		if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: noon, CaptureLength: len(f), Length: len(f)}, f); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func ngFile(t testing.TB, link layers.LinkType, frames ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := pcapgo.NewNgWriter(&b, link)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range frames {
		if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: noon, CaptureLength: len(f), Length: len(f)}, f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	mac    = net.HardwareAddr{2, 0, 0, 0, 0, 1}
	alice6 = netip.MustParseAddrPort("[fd00::1]:5060")
	bob6   = netip.MustParseAddrPort("[fd00::2]:5062")
)

func ethernet(kind layers.EthernetType) *layers.Ethernet {
	return &layers.Ethernet{SrcMAC: mac, DstMAC: mac, EthernetType: kind}
}

// frames are the same message on every kind of link. The headers that the
// library does not write are from the link type descriptions of tcpdump.org.
func frames(t testing.TB, message []byte) map[layers.LinkType][]byte {
	four, six := packet(t, alice, bob, message), packet(t, alice6, bob6, message)
	sll := append([]byte{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}, four...)
	sll2 := append([]byte{8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0}, four...)
	return map[layers.LinkType][]byte{
		layers.LinkTypeEthernet:  packet(t, alice, bob, message, ethernet(layers.EthernetTypeDot1Q), &layers.Dot1Q{VLANIdentifier: 5, Type: layers.EthernetTypeIPv4}),
		layers.LinkTypeLinuxSLL:  sll,
		layers.LinkTypeLinuxSLL2: sll2,
		layers.LinkTypeRaw:       six,
		layers.LinkTypeIPv4:      four,
		layers.LinkTypeIPv6:      six,
		12:                       four,
		layers.LinkTypeNull:      append(binary.LittleEndian.AppendUint32(nil, 2), four...),
		layers.LinkTypeLoop:      append(binary.BigEndian.AppendUint32(nil, 2), four...),
	}
}

func TestLinkTypes(t *testing.T) {
	for link, frame := range frames(t, []byte(messages[0])) {
		for format, file := range map[Format][]byte{Pcap: pcapFile(t, link, frame), Pcapng: ngFile(t, link, frame)} {
			f, err := Read(bytes.NewReader(file))
			if err != nil || f.Format != format || len(f.Packets) != 1 {
				t.Errorf("link type %d as %s: %v", link, format, err)
				continue
			}
			p := f.Packets[0]
			if string(p.Data) != messages[0] || !p.Time.Equal(noon) || p.From.Port() != 5060 || p.To.Port() != 5062 || !p.From.Addr().IsPrivate() {
				t.Errorf("link type %d as %s: %+v", link, format, p)
			}
		}
	}
	_, err := Read(bytes.NewReader(pcapFile(t, 147, []byte("whatever"))))
	if !errors.Is(err, ErrLinkType) {
		t.Errorf("link type 147: %v", err)
	}
}

// fragments cuts a packet's payload in two (RFC 791 section 3.2, RFC 8200
// section 4.5).
func fragments(t testing.TB, from, to netip.Addr, payload []byte) [][]byte {
	const cut = 1480 // a multiple of eight
	var out [][]byte
	for i, part := range [][]byte{payload[:cut], payload[cut:]} {
		if from.Is6() {
			head := binary.BigEndian.AppendUint32([]byte{byte(layers.IPProtocolUDP), 0, byte(i * cut >> 8), byte(i*cut) | byte(1-i)}, 99)
			out = append(out, serialize(t, []gopacket.SerializableLayer{ip(from, to, layers.IPProtocolIPv6Fragment), gopacket.Payload(append(head, part...))}))
			continue
		}
		layer := ip(from, to, layers.IPProtocolUDP).(*layers.IPv4)
		layer.FragOffset = uint16(i * cut / 8)
		if i == 0 {
			layer.Flags = layers.IPv4MoreFragments
		}
		out = append(out, serialize(t, []gopacket.SerializableLayer{layer, gopacket.Payload(part)}))
	}
	return out
}

// A secure INFO with its headers is often longer than an Ethernet frame.
func TestFragmentsAreJoined(t *testing.T) {
	message := append([]byte(messages[2]), bytes.Repeat([]byte("A"), 1500)...)
	for _, ends := range [][2]netip.AddrPort{{alice, bob}, {alice6, bob6}} {
		udp := serialize(t, []gopacket.SerializableLayer{&layers.UDP{SrcPort: 5060, DstPort: 5062}, gopacket.Payload(message)})
		binary.BigEndian.PutUint16(udp[4:], uint16(len(udp)))
		parts := fragments(t, ends[0].Addr(), ends[1].Addr(), udp)
		for _, order := range [][]int{{0, 1}, {1, 0}} {
			f, err := Read(bytes.NewReader(pcapFile(t, layers.LinkTypeRaw, parts[order[0]], parts[order[1]])))
			if err != nil || len(f.Packets) != 1 || !bytes.Equal(f.Packets[0].Data, message) || f.Packets[0].From != ends[0] {
				t.Errorf("%v in order %v: %v", ends[0], order, err)
			}
		}
		f, err := Read(bytes.NewReader(pcapFile(t, layers.LinkTypeRaw, parts[0], packet(t, alice, bob, []byte(messages[0])))))
		if err != nil || len(f.Notes) != 1 {
			t.Errorf("a lost fragment: %v, notes %q", err, f.Notes)
		}
	}
}

// Over TCP messages have no borders: three in five segments, of which one came
// early and one twice.
func TestTCP(t *testing.T) {
	all := messages[0] + messages[1] + messages[2]
	at := []int{0, 50, 200, 300, len(all)}
	segment := func(i int) []byte {
		tcp := &layers.TCP{SrcPort: 5060, DstPort: 5062, Seq: 1000 + uint32(at[i]), ACK: true, Window: 1000}
		return serialize(t, []gopacket.SerializableLayer{ip(alice.Addr(), bob.Addr(), layers.IPProtocolTCP), tcp, gopacket.Payload(all[at[i]:at[i+1]])})
	}
	f, err := Read(bytes.NewReader(pcapFile(t, layers.LinkTypeRaw, segment(0), segment(2), segment(1), segment(1), segment(3))))
	if err != nil || len(f.Packets) != len(messages) {
		t.Fatalf("%v, %d messages", err, len(f.Packets))
	}
	for i, p := range f.Packets {
		if string(p.Data) != messages[i] {
			t.Errorf("message %d: %q", i, p.Data)
		}
	}
}

func TestCaptureThatBreaksOff(t *testing.T) {
	frame := packet(t, alice, bob, []byte(messages[0]))
	for name, file := range map[string][]byte{"pcap": pcapFile(t, layers.LinkTypeRaw, frame, frame), "pcapng": ngFile(t, layers.LinkTypeRaw, frame, frame)} {
		f, err := Read(bytes.NewReader(file[:len(file)-10]))
		if err != nil || len(f.Packets) != 1 || len(f.Notes) != 1 {
			t.Errorf("%s: %v, %+v", name, err, f)
		}
	}
}

// A length in a file is no reason to allocate: 4 GB are announced and 20 bytes
// follow.
func TestAnnouncedLengthsAreNotBelieved(t *testing.T) {
	file := pcapFile(t, layers.LinkTypeRaw)
	binary.LittleEndian.PutUint32(file[16:], 0xffffffff)
	file = append(file, make([]byte, 8)...)
	file = append(file, bytes.Repeat([]byte{0xff}, 8)...)
	file = append(file, make([]byte, 20)...)
	allocated := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = Read(bytes.NewReader(file))
		}
	}).AllocedBytesPerOp()
	if allocated > 8<<20 {
		t.Errorf("%d bytes allocated", allocated)
	}
}

func FuzzRead(f *testing.F) {
	for link, frame := range frames(f, []byte(messages[2])) {
		f.Add(pcapFile(f, link, frame, frame))
		f.Add(ngFile(f, link, frame))
	}
	for _, d := range dialects {
		f.Add([]byte(d.write(messages[2]) + d.write(messages[1])))
	}
	f.Add([]byte(`{"time":"2026-01-01T00:00:00Z","start":{"transcript":"star18","version":1}}` + "\n" +
		`{"time":"2026-01-01T00:00:00Z","call":"1","message":{"role":"caller","direction":"sent","method":"INFO","number":"1","kind":"final","form":"split","bytes":132,"chars":176}}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		size := 0
		for _, p := range file.Packets {
			if !p.IsRTP() && !looksSIP(p.Data) {
				t.Fatalf("kept %q", p.Data)
			}
			size += len(p.Data)
		}
		if file.Format != Transcript && size > 4*len(data)+1024 {
			t.Fatalf("%d bytes of messages in a file of %d", size, len(data))
		}
	})
}

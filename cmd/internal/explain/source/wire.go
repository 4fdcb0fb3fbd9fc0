package source

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/ip4defrag"
	"github.com/gopacket/gopacket/ip6defrag"
	"github.com/gopacket/gopacket/layers"

	"star18/cmd/internal/capture"
)

// linkTypes are those that are read: what tcpdump and others write on Ethernet
// and wireless cards, on "any", on loopback, in tunnels, and star18 itself.
var linkTypes = []layers.LinkType{
	layers.LinkTypeEthernet, layers.LinkTypeLinuxSLL, layers.LinkTypeLinuxSLL2,
	layers.LinkTypeRaw, layers.LinkTypeIPv4, layers.LinkTypeIPv6, 12, 14,
	layers.LinkTypeNull, layers.LinkTypeLoop,
}

// rawIP are numbers that are as good as the official one for raw IP: those of
// some systems, and those of one version only.
var rawIP = []layers.LinkType{12, 14, layers.LinkTypeIPv4, layers.LinkTypeIPv6}

// wire takes frames apart.
type wire struct {
	f        *File
	ip4      *ip4defrag.IPv4Defragmenter
	ip6      *ip6defrag.IPv6Defragmenter
	flows    map[flowKey]*flow
	strange  map[layers.LinkType]int
	frames   int
	cut      int // frames of which the capture has only a part
	parts    int // fragments
	complete int // datagrams made of them
}

func newWire(f *File) *wire {
	return &wire{
		f: f, ip4: ip4defrag.NewIPv4Defragmenter(), ip6: ip6defrag.NewIPv6Defragmenter(),
		flows: map[flowKey]*flow{}, strange: map[layers.LinkType]int{},
	}
}

// finish says what was left over.
func (w *wire) finish() error {
	if w.parts > 0 && w.complete == 0 {
		w.f.note("%d IP fragments of which no datagram could be made", w.parts)
	}
	if w.cut > 0 {
		w.f.note("%d packets were captured in part only; capture with a larger snapshot length (tcpdump -s 0)", w.cut)
	}
	for link, n := range w.strange {
		if n == w.frames {
			return fmt.Errorf("%w %d", ErrLinkType, int(link))
		}
		w.f.note("%d packets have the unknown link type %d", n, int(link))
	}
	return nil
}

// frame takes one packet of the capture.
func (w *wire) frame(data []byte, link layers.LinkType, info gopacket.CaptureInfo) {
	w.frames++
	if !slices.Contains(linkTypes, link) {
		w.strange[link]++
		return
	}
	if slices.Contains(rawIP, link) {
		link = layers.LinkTypeRaw
	}
	if info.CaptureLength < info.Length {
		w.cut++
	}
	w.packet(gopacket.NewPacket(data, link, gopacket.DecodeOptions{Lazy: true, NoCopy: true}), info)
}

// packet looks for the network layer, inside VLAN tags too.
func (w *wire) packet(p gopacket.Packet, info gopacket.CaptureInfo) {
	switch ip := p.NetworkLayer().(type) {
	case *layers.IPv4:
		w.version4(ip, p, info)
	case *layers.IPv6:
		w.version6(ip, p, info)
	}
}

func (w *wire) version4(ip *layers.IPv4, p gopacket.Packet, info gopacket.CaptureInfo) {
	if ip.Flags&layers.IPv4MoreFragments == 0 && ip.FragOffset == 0 {
		w.transport(p, address(ip.SrcIP), address(ip.DstIP), info)
		return
	}
	w.parts++
	whole, err := w.ip4.DefragIPv4WithTimestamp(ip, info.Timestamp)
	if err != nil || whole == nil {
		return
	}
	w.complete++
	w.rest(whole.Payload, whole.Protocol, address(whole.SrcIP), address(whole.DstIP), info)
}

func (w *wire) version6(ip *layers.IPv6, p gopacket.Packet, info gopacket.CaptureInfo) {
	part, ok := p.Layer(layers.LayerTypeIPv6Fragment).(*layers.IPv6Fragment)
	if !ok {
		w.transport(p, address(ip.SrcIP), address(ip.DstIP), info)
		return
	}
	w.parts++
	whole := w.ip6.DefragIPv6(ip, part)
	if whole == nil {
		return
	}
	w.complete++
	w.rest(whole.Payload, whole.NextHeader, address(whole.SrcIP), address(whole.DstIP), info)
}

// rest is the payload of a packet that was put together.
func (w *wire) rest(payload []byte, next layers.IPProtocol, src, dst netip.Addr, info gopacket.CaptureInfo) {
	first := layers.LayerTypeUDP
	if next == layers.IPProtocolTCP {
		first = layers.LayerTypeTCP
	} else if next != layers.IPProtocolUDP {
		return
	}
	w.transport(gopacket.NewPacket(payload, first, gopacket.DecodeOptions{Lazy: true, NoCopy: true}), src, dst, info)
}

func (w *wire) transport(p gopacket.Packet, src, dst netip.Addr, info gopacket.CaptureInfo) {
	if udp, ok := p.Layer(layers.LayerTypeUDP).(*layers.UDP); ok {
		w.f.keep(capture.Datagram{
			Time: info.Timestamp, Data: udp.Payload,
			From: netip.AddrPortFrom(src, uint16(udp.SrcPort)), To: netip.AddrPortFrom(dst, uint16(udp.DstPort)),
		})
		return
	}
	if tcp, ok := p.Layer(layers.LayerTypeTCP).(*layers.TCP); ok {
		w.segment(tcp, netip.AddrPortFrom(src, uint16(tcp.SrcPort)), netip.AddrPortFrom(dst, uint16(tcp.DstPort)), info.Timestamp)
	}
}

func address(ip []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(ip)
	return a.Unmap()
}

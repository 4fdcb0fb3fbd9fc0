package capture

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// File is a pcapng file of datagrams and pieces of streams, with IP, UDP and TCP
// headers made up for the sake of the tools that read it. It belongs to one goroutine.
type File struct {
	f   *os.File
	w   *pcapgo.NgWriter
	buf gopacket.SerializeBuffer
	err error
}

// Create makes a file that only its owner can read: see the package comment.
// The modes of a device or a pipe are not ours to change: root would close
// /dev/null to everybody else.
func Create(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("capture: %w", err)
	}
	if err := private(f); err != nil {
		return nil, errors.Join(fmt.Errorf("capture: %w", err), f.Close())
	}
	intf := pcapgo.NgInterface{Name: "star18", LinkType: layers.LinkTypeRaw, TimestampResolution: 9}
	options := pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "star18", OS: runtime.GOOS}}
	w, err := pcapgo.NewNgWriterInterface(f, intf, options)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("capture: %w", err), f.Close())
	}
	return &File{f: f, w: w, buf: gopacket.NewSerializeBuffer()}, nil
}

func private(f *os.File) error {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || runtime.GOOS == "windows" {
		return err
	}
	return f.Chmod(0o600)
}

// Add is a Sink. The first error ends the writing; Close tells it.
func (c *File) Add(d *Datagram) {
	if c.err == nil {
		c.err = c.write(d)
	}
}

func (c *File) write(d *Datagram) error {
	if err := serialize(c.buf, d); err != nil {
		return err
	}
	data := c.buf.Bytes()
	return c.w.WritePacket(gopacket.CaptureInfo{Timestamp: d.Time, CaptureLength: len(data), Length: len(data)}, data)
}

// Close flushes and closes, and returns the first error of all.
func (c *File) Close() error {
	return errors.Join(c.err, c.w.Flush(), c.f.Close())
}

// transport is a header above IP.
type transport interface {
	gopacket.SerializableLayer
	SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
}

func header(d *Datagram) (transport, layers.IPProtocol) {
	if !d.Stream {
		return &layers.UDP{SrcPort: layers.UDPPort(d.From.Port()), DstPort: layers.UDPPort(d.To.Port())}, layers.IPProtocolUDP
	}
	return &layers.TCP{
		SrcPort: layers.TCPPort(d.From.Port()), DstPort: layers.TCPPort(d.To.Port()),
		Seq: d.Seq, Ack: d.Ack, ACK: true, PSH: true, Window: 65535,
	}, layers.IPProtocolTCP
}

// serialize puts an IPv4 or IPv6 header and a UDP or TCP header with valid
// checksums before the data.
func serialize(buf gopacket.SerializeBuffer, d *Datagram) error {
	head, protocol := header(d)
	options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	src, dst := d.From.Addr(), d.To.Addr()
	if src.Is6() || dst.Is6() {
		ip := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: protocol}
		ip.SrcIP, ip.DstIP = ip16(src), ip16(dst)
		if err := head.SetNetworkLayerForChecksum(ip); err != nil {
			return err
		}
		return gopacket.SerializeLayers(buf, options, ip, head, gopacket.Payload(d.Data))
	}
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: protocol, Flags: layers.IPv4DontFragment}
	ip.SrcIP, ip.DstIP = ip4(src), ip4(dst)
	if err := head.SetNetworkLayerForChecksum(ip); err != nil {
		return err
	}
	return gopacket.SerializeLayers(buf, options, ip, head, gopacket.Payload(d.Data))
}

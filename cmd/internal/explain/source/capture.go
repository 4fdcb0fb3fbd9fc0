package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"star18/cmd/internal/capture"
)

// maxPackets bounds what is kept beside the bytes themselves.
const maxPackets = 2 << 20

// packetReader is what both formats have in common.
type packetReader interface {
	ReadPacketData() ([]byte, gopacket.CaptureInfo, error)
}

// readCapture goes through the packets. A file that breaks off, as one does
// whose writer was killed, is used up to there.
func (f *File) readCapture(data []byte) (err error) {
	defer func() {
		// The library is not ours, and the file may be an enemy's.
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: after %d packets", ErrNotCapture, len(f.Packets))
		}
	}()
	r, link, err := openCapture(f.Format, data)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotCapture, err)
	}
	w := newWire(f)
	for n := 0; ; n++ {
		data, info, err := r.ReadPacketData()
		switch {
		case errors.Is(err, io.EOF):
			return w.finish()
		case err != nil && n == 0:
			return fmt.Errorf("%w: %w", ErrNotCapture, err)
		case err != nil:
			f.note("the capture breaks off after %d packets", n)
			return w.finish()
		case n >= maxPackets:
			f.note("only the first %d packets were read", n)
			return w.finish()
		}
		w.frame(data, link(info), info)
	}
}

// openCapture also says how to find the link type of a packet: pcapng has one
// for each interface.
func openCapture(format Format, data []byte) (packetReader, func(gopacket.CaptureInfo) layers.LinkType, error) {
	if format == Pcap {
		r, err := pcapgo.NewReader(bytes.NewReader(data))
		return r, func(gopacket.CaptureInfo) layers.LinkType { return r.LinkType() }, err
	}
	r, err := pcapgo.NewNgReader(bytes.NewReader(data), pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
	return r, mixedLinkType, err
}

// mixedLinkType is where the library puts it.
func mixedLinkType(info gopacket.CaptureInfo) layers.LinkType {
	if len(info.AncillaryData) > 0 {
		if link, ok := info.AncillaryData[0].(layers.LinkType); ok {
			return link
		}
	}
	return layers.LinkTypeNull
}

// keep takes what may be SIP or RTP and leaves everything else of a busy
// network.
func (f *File) keep(d capture.Datagram) {
	if d.IsRTP() || looksSIP(d.Data) {
		f.Packets = append(f.Packets, d)
	}
}

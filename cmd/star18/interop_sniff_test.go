//go:build interop && linux

package main

import (
	"encoding/binary"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// datagram is a UDP packet as it passed in a namespace.
type datagram struct {
	at       time.Time
	from, to netip.AddrPort
	data     string
}

// sniffer sees every UDP packet of a namespace, whoever sent it: one clock for
// programs that keep none.
type sniffer struct {
	mu   sync.Mutex
	seen []datagram
}

func (s *site) sniff(t *testing.T) *sniffer {
	t.Helper()
	fd := -1
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := enter("/proc/thread-self/ns/net", "/run/netns/"+s.namespace, func() (err error) {
		fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, int(htons(unix.ETH_P_IP)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// The kernel's time: a busy machine reads late.
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1); err != nil {
		t.Fatal(err)
	}
	// A read that ends now and then sees that it shall stop.
	_ = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 50000})
	n := &sniffer{}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		defer unix.Close(fd)
		n.read(fd, stop)
	}()
	t.Cleanup(func() { close(stop); <-done })
	return n
}

func htons(v uint16) uint16 { return v<<8 | v>>8 }

func (n *sniffer) read(fd int, stop chan struct{}) {
	buf, control := make([]byte, 65536), make([]byte, 128)
	for {
		select {
		case <-stop:
			return
		default:
		}
		size, oob, _, from, err := unix.Recvmsg(fd, buf, control, 0)
		if link, ok := from.(*unix.SockaddrLinklayer); err != nil || ok && link.Pkttype == unix.PACKET_OUTGOING {
			continue // on the loopback interface each packet is seen twice
		}
		if d, ok := readUDP(buf[:size]); ok {
			d.at = stamp(control[:oob])
			n.mu.Lock()
			n.seen = append(n.seen, d)
			n.mu.Unlock()
		}
	}
}

// stamp is when the kernel saw a packet (socket(7), SO_TIMESTAMPNS).
func stamp(control []byte) time.Time {
	messages, err := unix.ParseSocketControlMessage(control)
	for _, m := range messages {
		if m.Header.Type == unix.SCM_TIMESTAMPNS && len(m.Data) >= 16 && err == nil {
			return time.Unix(int64(binary.NativeEndian.Uint64(m.Data)), int64(binary.NativeEndian.Uint64(m.Data[8:])))
		}
	}
	return time.Now()
}

// readUDP reads a whole IPv4 packet (RFC 791, RFC 768).
func readUDP(p []byte) (datagram, bool) {
	if len(p) < 20 || p[0]>>4 != 4 || p[9] != unix.IPPROTO_UDP {
		return datagram{}, false
	}
	head := int(p[0]&15) * 4
	if len(p) < head+8 {
		return datagram{}, false
	}
	end := func(ip []byte, port []byte) netip.AddrPort {
		addr, _ := netip.AddrFromSlice(ip)
		return netip.AddrPortFrom(addr, binary.BigEndian.Uint16(port))
	}
	u := p[head:]
	return datagram{from: end(p[12:16], u), to: end(p[16:20], u[2:]), data: string(u[8:])}, true
}

// sip is what passed of this method or status line, from or to a port; port 0
// is any.
func (n *sniffer) sip(begin string, from, to uint16) []datagram {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []datagram
	for _, d := range n.seen {
		if strings.HasPrefix(d.data, begin) && (from == 0 || d.from.Port() == from) && (to == 0 || d.to.Port() == to) {
			out = append(out, d)
		}
	}
	return out
}

func (n *sniffer) clear() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen = nil
}

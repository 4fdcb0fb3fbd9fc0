//go:build interop && linux

package main

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"star18/audio"
)

// tap sees the RTP packets of the loopback interface, with the time of each.
type tap struct {
	stop    func()
	packets []tapped
}

type tapped struct {
	at      time.Time
	from    uint16 // port
	payload []byte
}

func tapLoopback(t *testing.T) *tap {
	t.Helper()
	const everything = 0x0300 // ETH_P_ALL in network order
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_DGRAM, everything)
	if err != nil {
		t.Fatalf("a packet socket needs root: %v", err)
	}
	short := syscall.NsecToTimeval(int64(100 * time.Millisecond))
	if err := syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &short); err != nil {
		t.Fatal(err)
	}
	x, ended := &tap{}, make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		buf := make([]byte, 65536)
		for {
			select {
			case <-ended:
				return
			default:
			}
			n, from, err := syscall.Recvfrom(fd, buf, 0)
			if ll, ok := from.(*syscall.SockaddrLinklayer); err == nil && ok && ll.Pkttype != syscall.PACKET_OUTGOING {
				x.take(buf[:n], time.Now())
			}
		}
	})
	x.stop = sync.OnceFunc(func() {
		close(ended)
		reader.Wait()
		_ = syscall.Close(fd)
	})
	t.Cleanup(x.stop)
	return x
}

// tapPorts are the hundred ports whose packets are looked at.
const tapPorts = 26400

// onTapPorts lets a telephone use them.
func onTapPorts() []string {
	return []string{"--set", fmt.Sprintf("rtp.port_min=%d", tapPorts), "--set", fmt.Sprintf("rtp.port_max=%d", tapPorts+98)}
}

// take keeps RTP of payload type 0: IPv4 (RFC 791), UDP (RFC 768), RTP (RFC 3550).
func (x *tap) take(ip []byte, at time.Time) {
	if len(ip) < 20 || ip[0]>>4 != 4 || ip[9] != syscall.IPPROTO_UDP {
		return
	}
	udp := ip[min(len(ip), int(ip[0]&15)*4):]
	if len(udp) < 8+12 || udp[8] != 0x80 || udp[9]&0x7f != 0 {
		return
	}
	if port := binary.BigEndian.Uint16(udp); port < tapPorts || port >= tapPorts+100 {
		return // others talk here too
	}
	x.packets = append(x.packets, tapped{at, binary.BigEndian.Uint16(udp), slices.Clone(udp[8+12:])})
}

// frameOf finds the packet that carries a tone's onset: when it was on the wire, and
// where in it the tone begins.
func (x *tap) frameOf(t *testing.T, hz float64) (list []wireOnset) {
	t.Helper()
	codec, err := audio.NewCodec("PCMU")
	if err != nil {
		t.Fatal(err)
	}
	streams := map[uint16][]tapped{}
	for _, p := range x.packets {
		streams[p.from] = append(streams[p.from], p)
	}
	for _, packets := range streams {
		var pcm []int16
		var begins []int
		for _, p := range packets {
			frame := make([]int16, len(p.payload))
			n, err := codec.Decode(frame, p.payload)
			if err != nil {
				t.Fatal(err)
			}
			begins = append(begins, len(pcm))
			pcm = append(pcm, frame[:n]...)
		}
		for _, sample := range onsets(pcm, codec.Rate(), hz) {
			i, found := slices.BinarySearch(begins, sample)
			if !found {
				i--
			}
			list = append(list, wireOnset{packets[i].at, samplesOf(sample-begins[i], codec.Rate()), samplesOf(len(packets[i].payload), codec.Rate())})
		}
	}
	slices.SortFunc(list, func(a, b wireOnset) int { return a.at.Compare(b.at) })
	return list
}

// wireOnset: the packet left at the time, and the tone begins so far into it.
type wireOnset struct {
	at     time.Time
	within time.Duration
	length time.Duration
}

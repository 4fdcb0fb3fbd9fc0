package rtpstream

import (
	"bytes"
	"testing"
	"time"
)

// The whole way of a packet but for the socket, beside the library alone with
// the same payload of 160 octets.

func BenchmarkSendClear(b *testing.B) { benchmarkSend(b, false) }

func BenchmarkSendProtected(b *testing.B) { benchmarkSend(b, true) }

func benchmarkSend(b *testing.B, protected bool) {
	s := stepStream(b, &sinkConn{})
	if protected {
		must(b, s.ProtectSend(rfcKeys(b)))
	}
	b.ReportAllocs()
	for b.Loop() {
		s.send.frame()
	}
}

func BenchmarkLibraryEncrypt(b *testing.B) {
	k := rfcKeys(b)
	sealer, err := newSealer(&k)
	must(b, err)
	ctx := sealer.(*sha1Sealer)
	packet := rtpPacket(peerSSRC, 0, bytes.Repeat([]byte{0xd5}, 160))
	dst := make([]byte, 0, 2048)
	var seq uint16
	b.ReportAllocs()
	for b.Loop() {
		packet[2], packet[3] = byte(seq>>8), byte(seq)
		seq++
		if _, err := ctx.ctx.EncryptRTP(dst, packet, &ctx.header); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReceiveProtected(b *testing.B) {
	s := stepStream(b, &sinkConn{})
	must(b, s.ArmReceive(rfcKeys(b)))
	now := time.Now()
	benchmarkPackets(b, func(packet []byte) {
		now = now.Add(20 * time.Millisecond)
		s.receive.handle(packet, bobAddr, now)
	})
	if st := s.Stats(); st.Rejected() != 0 {
		b.Errorf("statistics %+v", st)
	}
}

func BenchmarkLibraryDecrypt(b *testing.B) {
	k := rfcKeys(b)
	ctx, err := newContext(&k)
	must(b, err)
	o := &sha1Opener{ctx: ctx}
	dst := make([]byte, 0, 2048)
	benchmarkPackets(b, func(packet []byte) {
		if _, err := ctx.DecryptRTP(dst, packet, &o.header); err != nil {
			b.Fatal(err)
		}
	})
}

// benchmarkPackets hands out protected packets. They are made in batches with
// the clock stopped.
func benchmarkPackets(b *testing.B, take func(packet []byte)) {
	p := newPeer(b, rfcKeys(b), peerSSRC, 0)
	var batch [][]byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%10_000 == 0 {
			b.StopTimer()
			batch = prepare(10_000, p.protected)
			b.StartTimer()
		}
		take(batch[i%10_000])
	}
}

func BenchmarkForgedKnownSSRC(b *testing.B)   { benchmarkStep(b, "forged, known SSRC") }
func BenchmarkForgedUnknownSSRC(b *testing.B) { benchmarkStep(b, "forged, unknown SSRC") }
func BenchmarkReplayed(b *testing.B)          { benchmarkStep(b, "replayed") }
func BenchmarkReceiveClear(b *testing.B)      { benchmarkStep(b, "receive clear") }

func benchmarkStep(b *testing.B, name string) {
	step := steps(b, 1000)[name]
	b.ReportAllocs()
	for b.Loop() {
		step.run()
	}
}

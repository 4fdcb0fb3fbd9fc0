package rtpstream

import (
	"testing"
	"time"
)

// The whole way of a packet but for the socket, with a payload of 160 octets.

func BenchmarkSendClear(b *testing.B) { benchmarkSend(b, false) }

func BenchmarkSendProtected(b *testing.B) { benchmarkSend(b, true) }

func benchmarkSend(b *testing.B, protected bool) {
	s := stepStream(b, &sinkConn{})
	if protected {
		must(b, s.ProtectSend(rfcKeys(b)))
	}
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		s.send.frame(now)
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

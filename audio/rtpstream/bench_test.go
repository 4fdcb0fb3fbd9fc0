package rtpstream

import (
	"bytes"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// The transforms beside the library used plainly, on packets of 20 ms G.711:
//
//	go test -bench Transform -benchtime 1s ./audio/rtpstream
//
// Seal and Open are the cipher alone, Send and Receive the whole way of a
// packet but for the socket. Forged is a packet that all five transforms refuse
// under two rollover counters each, Locked one that is tried with the last
// transform only.

func benchPacket() []byte { return rtpPacket(peerSSRC, 1, bytes.Repeat([]byte{0xd5}, 160)) }

func BenchmarkTransformSeal(b *testing.B) {
	packet, dst := benchPacket(), make([]byte, 0, 2048)
	for _, name := range []Transform{HMACSHA1_80, HMACSHA1_32} {
		ctx, h := libraryContext(b, rfcKeys(b), name), &rtp.Header{}
		measure1(b, "library "+name, func() error { _, err := ctx.EncryptRTP(dst, packet, h); return err })
	}
	for _, name := range append(Transforms(), None) {
		c := testCipher(b, rfcKeys(b), name)
		measure1(b, name, func() error { _, err := c.seal(dst, packet, peerSSRC, 0); return err })
	}
}

func BenchmarkTransformOpen(b *testing.B) {
	dst := make([]byte, 0, 2048)
	sealed := func(name Transform) []byte { return newByHand(b, rfcKeys(b), name).sealAt(b, benchPacket(), 0) }
	for _, name := range []Transform{HMACSHA1_80, HMACSHA1_32} {
		ctx, h, packet := libraryContext(b, rfcKeys(b), name), &rtp.Header{}, sealed(name)
		measure1(b, "library "+name, func() error { _, err := ctx.DecryptRTP(dst, packet, h); return err })
	}
	for _, name := range append(Transforms(), None) {
		c, packet := testCipher(b, rfcKeys(b), name), sealed(name)
		measure1(b, name, func() error { _, err := c.open(dst, packet, peerSSRC, 0); return err })
	}
}

func BenchmarkTransformSend(b *testing.B)    { benchmarkWay(b, "send protected") }
func BenchmarkTransformReceive(b *testing.B) { benchmarkWay(b, "receive protected") }
func BenchmarkTransformForged(b *testing.B) {
	benchmarkStep(b, listing(b, Callee, Transforms()...), "forged, unknown SSRC")
}
func BenchmarkTransformLocked(b *testing.B) { benchmarkWay(b, "forged, known SSRC") }

func BenchmarkSendClear(b *testing.B)         { benchmarkStep(b, rfcKeys(b), "send clear") }
func BenchmarkReceiveClear(b *testing.B)      { benchmarkStep(b, rfcKeys(b), "receive clear") }
func BenchmarkForgedUnknownSSRC(b *testing.B) { benchmarkStep(b, rfcKeys(b), "forged, unknown SSRC") }
func BenchmarkReplayed(b *testing.B)          { benchmarkStep(b, rfcKeys(b), "replayed") }

func measure1(b *testing.B, name Transform, run func() error) {
	b.Run(name.String(), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := run(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// benchmarkWay measures a way with each transform first and all enabled.
func benchmarkWay(b *testing.B, way string) {
	for _, name := range Transforms() {
		b.Run(name.String(), func(b *testing.B) { benchmarkStep(b, listing(b, Callee, beginningWith(name)...), way) })
	}
}

func benchmarkStep(b *testing.B, k Keys, way string) {
	if way == "receive protected" {
		benchmarkReceive(b, k)
		return
	}
	step := steps(b, k, 1000)[way]
	b.ReportAllocs()
	for b.Loop() {
		step.run()
	}
}

// benchmarkReceive needs a new packet each time. They are made in batches with
// the clock stopped.
func benchmarkReceive(b *testing.B, k Keys) {
	const batch = 10_000
	s, p, now := stepStream(b, &sinkConn{}), newPeer(b, k, peerSSRC, 0), time.Now()
	must(b, s.ArmReceive(k))
	var packets [][]byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%batch == 0 {
			b.StopTimer()
			packets = prepare(batch, p.protected)
			b.StartTimer()
		}
		now = now.Add(20 * time.Millisecond)
		s.receive.handle(packets[i%batch], bobAddr, now)
	}
	if st := s.Stats(); st.Rejected() != 0 {
		b.Errorf("statistics %+v", st)
	}
}

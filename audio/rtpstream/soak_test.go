package rtpstream

import (
	"crypto/sha256"
	"flag"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"star18/audio"
)

// How long the soak runs, and from where on it also judges: in seconds on a busy
// machine one unlucky moment decides. make soak-audio runs it for 20 minutes.
var soak = flag.Duration("soak", 5*time.Second, "how long the ticks under load are counted")

const judgedFrom = time.Minute

// soakSpells is how many times the run is compared.
const soakSpells = 40

// meteredConn notes when a packet goes to its socket.
type meteredConn struct {
	*net.UDPConn
	left ticks
}

func (c *meteredConn) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	c.left.tick(time.Now())
	return c.UDPConn.WriteToUDPAddrPort(b, to)
}

// Two secured streams over real sockets, with the garbage collector and every
// processor half of the time at work beside them. The oracle is an empty ticker that runs at the
// same time: whatever the machine does to it, it does to the streams.
func TestTicksUnderLoad(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	audio.SpareProcessors()
	devices, conns := soakStreams(t)
	empty := []*ticks{{}, {}}
	captured := []*ticks{&devices[0].captured, &devices[1].captured}
	left := []*ticks{&conns[0].left, &conns[1].left}
	played := []*ticks{&devices[0].played, &devices[1].played}
	stop := make(chan struct{})
	var beside sync.WaitGroup
	for _, k := range empty {
		beside.Go(func() { tickEmpty(k, stop) })
	}
	beside.Go(func() { makeGarbage(stop) })
	for range runtime.NumCPU() {
		beside.Go(func() { compute(stop) })
	}
	for range soakSpells {
		time.Sleep(*soak / soakSpells)
		for _, k := range slices.Concat(empty, captured, left, played) {
			k.endSpell()
		}
	}
	close(stop)
	beside.Wait()

	ticker := total("empty ticker", empty...)
	t.Log(ticker)
	for _, ours := range []*ticks{
		total("frame captured", captured...), total("packet to the socket", left...), total("frame to be played", played...),
	} {
		t.Log(ours)
		if least := int(*soak / tickTime / 2); ours.count < least {
			t.Errorf("%s: only %d ticks, want %d at the least", ours.name, ours.count, least)
		}
		if *soak >= judgedFrom && ours.laterThan(ticker) {
			t.Errorf("%s: late more often than an empty ticker", ours.name)
		}
	}
}

// soakStreams are two streams that talk to each other, secured.
func soakStreams(t *testing.T) (devices [2]*meteredDevice, conns [2]*meteredConn) {
	for i := range conns {
		c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
		must(t, err)
		conns[i] = &meteredConn{UDPConn: c}
		devices[i] = &meteredDevice{Device: audio.NewToneSource(rate, aliceHz, toneDBm0)}
	}
	for i, conn := range conns {
		c := testConfig(t, conn, devices[i])
		c.Remote = conns[1-i].LocalAddr().(*net.UDPAddr).AddrPort()
		c.SSRC = uint32(100 + i)
		s, err := New(c)
		must(t, err)
		must(t, s.ProtectSend(rfcKeys(t)))
		s.Start()
		t.Cleanup(func() {
			devices[i].Close()
			s.Close()
			st := s.Stats()
			t.Logf("%d packets out, %d in, %d refused, %+v", st.SentProtected.Packets, st.ReceivedProtected.Packets, st.Rejected(), st.Playout)
		})
	}
	return devices, conns
}

// tickEmpty does nothing, every 20 ms, by the same rules as a device without a
// card: absolute deadlines, and after a stall a new beginning.
func tickEmpty(k *ticks, stop <-chan struct{}) {
	timer, due := time.NewTimer(tickTime), time.Now()
	defer timer.Stop()
	for {
		due = due.Add(tickTime)
		if now := time.Now(); now.Sub(due) > stall {
			due = now.Add(tickTime)
		}
		timer.Reset(time.Until(due))
		select {
		case <-timer.C:
			k.tick(time.Now())
		case <-stop:
			return
		}
	}
}

// makeGarbage keeps 200 000 small objects alive and replaces some of them every
// millisecond, which under the default GOGC makes the collector run many times a
// second.
func makeGarbage(stop <-chan struct{}) {
	live := make([]*[8]*int, 200_000)
	for i := 0; ; i = (i + 1) % len(live) {
		live[i] = new([8]*int)
		if i%5000 == 0 {
			if over(stop) {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}
}

// compute keeps a processor busy half of the time, longer at a stretch than any
// work of the program.
func compute(stop <-chan struct{}) {
	b := make([]byte, 64<<10)
	for !over(stop) {
		const spell = 5 * time.Millisecond
		for begun := time.Now(); time.Since(begun) < spell; {
			sum := sha256.Sum256(b)
			copy(b, sum[:])
		}
		time.Sleep(spell)
	}
}

func over(stop <-chan struct{}) bool {
	select {
	case <-stop:
		return true
	default:
		return false
	}
}

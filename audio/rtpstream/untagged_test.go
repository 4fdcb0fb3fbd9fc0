package rtpstream

import (
	"testing"
	"testing/synctest"
	"time"
)

// Two ends that are told to do without a tag hear each other; the callee takes
// the caller's last clear packets for encrypted ones, which nothing can tell.
func TestWithoutATag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, caller, callee := call(t, nil)
		secureWith(t, caller, callee, []Transform{None}, []Transform{None})
		w := tap(n, aliceAddr)
		caller.mustHear(bobHz)
		callee.mustHear(aliceHz)
		mustUse(t, caller, callee, None, None)
		eve := memnetWith(t)
		ear, next := eve.bob(t, nil), 0
		packets := w.all()
		level := eve.levelWhile(ear, aliceHz, func([]byte) []byte {
			next++
			return packets[next%len(packets)].Data
		})
		if level > toneDBm0-15 {
			t.Errorf("an eavesdropper hears the voice at %.1f dBm0", level)
		}
	})
}

// An end that names it beside others and meets one with a tag uses the tag, in
// both directions, and takes nothing without from then on.
func TestATagEndsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, caller, callee := call(t, func(_ int, c *Config) { c.Seq = 65_450 }) // a wrap soon after the change
		secureWith(t, caller, callee, []Transform{HMACMD5_80}, []Transform{None, HMACMD5_80})
		pass(3 * time.Second)
		mustUse(t, caller, callee, HMACMD5_80, HMACMD5_80)
		caller.mustHear(bobHz)
		callee.mustHear(aliceHz)
		before := callee.Stats().ReceivedProtected.Packets
		forged := newByHand(t, rfcKeys(t), None).sealAt(t, rtpPacket(0xa11ce, 30_000, make([]byte, 160)), 0)
		n.Inject(aliceAddr, bobAddr, forged)
		pass(0)
		if got := callee.Stats(); got.ReceivedProtected.Packets != before || got.ClearRefused != 1 {
			t.Errorf("without a tag after a tag: %+v", got)
		}
	})
}

// Hold falls into the caller's second: the rules wait for packets, and the
// callee that comes back has the transform that it had.
func TestHoldWhileTransformsSettle(t *testing.T) {
	for _, first := range Transforms() {
		t.Run(first.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, caller, callee := call(t, nil)
				w := tap(n, aliceAddr)
				secureWith(t, caller, callee, beginningWith(first), beginningWith(HMACMD5_128))
				pass(200 * time.Millisecond)
				caller.SetDirection(false, true)
				callee.SetDirection(true, false)
				pass(15 * time.Minute)
				caller.SetDirection(true, true)
				callee.SetDirection(true, true)
				caller.mustHear(bobHz)
				callee.mustHear(aliceHz)
				mustUse(t, caller, callee, first, first)
				mirrored(t, w, first, clearSize)
			})
		})
	}
}

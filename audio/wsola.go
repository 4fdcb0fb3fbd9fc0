package audio

import "time"

// Our own choices for stretching time.
const (
	// warpPast is the sound before a packet that a stretch may repeat.
	warpPast = 40 * time.Millisecond
	// warpHop is about the sound that one splice skips or repeats: long enough
	// that a lengthened vowel does not buzz, short enough that it does not echo.
	warpHop = 20 * time.Millisecond
	// warpReach is half of how much further a splice may be to fall on a whole
	// number of periods, the longest of 70 Hz, a low voice.
	warpReach = 7500 * time.Microsecond
	// warpLeast is the least that is worth a splice, a period of 400 Hz.
	warpLeast = 2500 * time.Microsecond
	// warpFade is how long a splice takes, warpLook the sound that is compared.
	warpFade = 5 * time.Millisecond
	warpLook = 10 * time.Millisecond
	// warpAlike is the correlation from which sound has a period to keep to;
	// what has none is cut where the time is exact.
	warpAlike = 0.5
	// warpPrice is what a splice as far off as it may be must be more alike.
	warpPrice = 0.1
)

// warper plays sound in more or less time without changing its pitch: it
// repeats or skips whole periods, found by correlation, and overlaps the two
// sides of the splice (the waveform similarity overlap-add of Verhelst and
// Roelands, 1993). The ends of the sound stay as they are, so that it joins on
// to what was played before and to what comes after.
//
//	stretch  past ....... [====at====|]          the packet runs to at, fades
//	                   [at-lag===....=====]      over to lag before, and ends
//	merge    past ....... [==at|     =====][===]
//
// Sound with a period can only be cut by whole ones, so the time is longer than
// asked by up to a period, and never shorter, since the packet after it may not
// have come yet. The caller carries the difference over to the next time.
type warper struct {
	finder     lagFinder
	hop, reach int
	least      int
	fade, look int
}

func newWarper(rate, longest int) warper {
	return warper{
		finder: newLagFinder(rate, longest),
		hop:    samplesIn(warpHop, rate), reach: samplesIn(warpReach, rate), least: samplesIn(warpLeast, rate),
		fade: samplesIn(warpFade, rate), look: samplesIn(warpLook, rate),
	}
}

// warp plays s from start on with about extra samples more (less, below zero),
// and returns how many that made. s before start was played already.
func (w *warper) warp(dst, s []int16, start, extra int) int {
	n := 0
	splices := max(1, (max(extra, -extra)+w.hop/2)/w.hop)
	for ; splices > 0; splices-- {
		want := extra / splices
		at := w.place(len(s), start, splices, want)
		lag, alike := w.splice(s, at, want)
		if lag == 0 {
			continue
		}
		n += copy(dst[n:], s[start:at])
		overlap(dst[n:n+w.fade], s[at:at+w.fade], s[at-lag:at-lag+w.fade], alike)
		n += w.fade
		start = at - lag + w.fade
		extra -= lag
	}
	return n + copy(dst[n:], s[start:])
}

// place divides the sound that is left evenly by the splices.
func (w *warper) place(end, start, splices, want int) int {
	spare := end - start - w.fade + min(0, want*splices)
	return start + max(0, spare)/(splices+1)
}

// splice finds the lag, near want, at which the sound at place at goes on best.
// 0: there is no room for one.
func (w *warper) splice(s []int16, at, want int) (lag int, alike float64) {
	if at+w.fade > len(s) {
		return 0, 0
	}
	// As much of the sound before as there is belongs to the comparison.
	among := lags{want, want + 2*w.reach, want, warpPrice}
	if want > 0 {
		among.low, among.high = max(among.low, w.least), min(among.high, at)
	} else {
		among.low, among.high = max(among.low, at+w.fade-len(s)), min(among.high, -w.least)
	}
	if among.low > among.high {
		return 0, 0
	}
	among.want = min(among.high, max(among.low, want))
	before := min(w.look-w.fade, at-max(0, among.high))
	lag, alike = w.finder.find(s, at-before, before+w.fade, among)
	if alike < warpAlike {
		lag = among.want
	}
	return lag, likeness(s[at:at+w.fade], s[at-lag:at-lag+w.fade])
}

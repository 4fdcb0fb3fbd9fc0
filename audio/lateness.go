package audio

import "time"

// Our own choices for the memory of how late packets come.
const (
	latenessStep = 2 * time.Millisecond // width of one class
	// latenessClasses reach past longestWait; what is later falls into the last.
	latenessClasses = 256
	// latenessMemory is how many packets weigh on the decision, a minute of 20 ms
	// packets: long enough to know a stall that comes every ten seconds.
	latenessMemory = 3000
	// latenessDoubt is how much more a packet weighs than all those before once
	// the network seems to be another one.
	latenessDoubt = 30
	// latenessScale is where all weights are divided, far from losing digits.
	latenessScale = 1e6
)

// lateness is a histogram, slowly forgetting, of how much later than the
// fastest packets come. Class 0 is no lateness at all, class n ends at n steps.
type lateness struct {
	weight [latenessClasses]float64
	total  float64
	one    float64 // what a packet weighs: it grows instead of all others shrinking

	// tail[n] is the share of packets beyond class n, as of the last sum.
	tail [latenessClasses]float64
}

func (l *lateness) reset() { *l = lateness{one: 1} }

// seen takes the lateness of a packet that came.
func (l *lateness) seen(late time.Duration) {
	if l.one *= 1 + 1.0/latenessMemory; l.one > latenessScale {
		l.rescale()
	}
	l.total += l.one
	l.weigh(late, 1)
}

// weigh counts something that is as good as late, for a share of a packet.
func (l *lateness) weigh(late time.Duration, share float64) {
	l.weight[latenessClass(late+latenessStep-1)] += share * l.one
}

// doubt makes what was seen so far count little beside what comes.
func (l *lateness) doubt() { l.one *= latenessDoubt }

func (l *lateness) rescale() {
	for i := range l.weight {
		l.weight[i] /= l.one
	}
	l.total /= l.one
	l.one = 1
}

// sum makes tail.
func (l *lateness) sum() {
	share, sum := 1/max(l.total, l.one), 0.0
	for i := latenessClasses - 1; i >= 0; i-- {
		l.tail[i] = sum * share
		sum += l.weight[i]
	}
}

// beyond is the share of packets that are later than wait.
func (l *lateness) beyond(wait time.Duration) float64 {
	var sum float64
	for _, w := range l.weight[latenessClass(wait)+1:] {
		sum += w
	}
	return sum / max(l.total, l.one)
}

// latenessClass is the last class that has come once wait has passed.
func latenessClass(wait time.Duration) int {
	return min(max(int(wait/latenessStep), 0), latenessClasses-1)
}

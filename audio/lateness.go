package audio

import "time"

// Our own choices for the memory of how late packets come.
const (
	latenessStep = 2 * time.Millisecond // width of one class
	// latenessClasses reach past longestWait; what is later falls into the last.
	latenessClasses = 256
	// latenessMemory is how many packets weigh on the decision: a minute of
	// 20 ms packets, so that one spike in ten seconds is known as what it is.
	latenessMemory = 3000
)

// lateness is a histogram, slowly forgetting, of how late packets come. Class 0
// is no lateness at all, class n ends at n steps.
type lateness struct {
	weight [latenessClasses]float64
	total  float64
	one    float64 // what the next packet weighs: it grows instead of all others shrinking
}

func (l *lateness) reset() { *l = lateness{one: 1} }

// seen takes a packet's lateness, and how much of a packet it stands for.
func (l *lateness) seen(late time.Duration, share float64) {
	class := int((late + latenessStep - 1) / latenessStep)
	l.weight[min(max(class, 0), latenessClasses-1)] += share * l.one
}

// next makes all packets before a little older.
func (l *lateness) next() {
	l.total += l.one
	if l.one *= 1 + 1.0/latenessMemory; l.one > 1e6 {
		for i := range l.weight {
			l.weight[i] /= l.one
		}
		l.total /= l.one
		l.one = 1
	}
}

// beyond is the share of packets that are later than wait.
func (l *lateness) beyond(wait time.Duration) float64 {
	if l.total == 0 {
		return 0
	}
	var sum float64
	for i := max(int(wait/latenessStep)+1, 0); i < latenessClasses; i++ {
		sum += l.weight[i]
	}
	return sum / l.total
}

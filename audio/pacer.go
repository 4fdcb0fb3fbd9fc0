package audio

import "time"

// paceSlack is how late a caller may be and still be let through at once to
// catch up. A longer stall (a suspended laptop, a stopped process) is skipped:
// a burst of old sound helps nobody. Our own choice, five packets of 20 ms.
const paceSlack = 100 * time.Millisecond

// pacer makes one goroutine run at the rate of a sound card. Deadlines count
// from the first call, so no lateness adds up.
type pacer struct {
	rate    int
	start   time.Time
	samples int64
	timer   *time.Timer
}

// wait blocks until n more samples have passed, or closed is closed.
func (p *pacer) wait(n int, closed <-chan struct{}) error {
	now := time.Now()
	if p.start.IsZero() {
		p.start = now
	}
	due := p.due(n)
	if now.Sub(due) > paceSlack {
		p.start, p.samples = now, 0
		due = p.due(n)
	}
	p.samples += int64(n)
	if !due.After(now) {
		return p.late(closed)
	}
	p.arm(due.Sub(now))
	select {
	case <-closed:
		return ErrClosed
	case <-p.timer.C:
		return nil
	}
}

// late lets a caller that is behind go on at once. A timer, even one that is due,
// would make it wait for its turn again.
func (p *pacer) late(closed <-chan struct{}) error {
	select {
	case <-closed:
		return ErrClosed
	default:
		return nil
	}
}

// restart lets the time count from the next wait.
func (p *pacer) restart() { p.start, p.samples = time.Time{}, 0 }

func (p *pacer) due(n int) time.Time {
	total := p.samples + int64(n)
	whole, part := total/int64(p.rate), total%int64(p.rate)
	return p.start.Add(time.Duration(whole)*time.Second + time.Duration(part)*time.Second/time.Duration(p.rate))
}

func (p *pacer) arm(d time.Duration) {
	if p.timer == nil {
		p.timer = time.NewTimer(d)
		return
	}
	p.timer.Reset(d)
}

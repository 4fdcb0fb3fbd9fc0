package audio

// bridger fills a gap with the most likely sound between two known sides: the
// one whose innovation under the model is least (Janssen, Veldhuis and Vries,
// "Adaptive interpolation of discrete-time signals that can be modeled as
// autoregressive processes", 1986). It joins both sides without a step.
//
// The missing samples solve a system of equations whose matrix is symmetric and
// Toeplitz, since there is at least as much sound on each side as the model has
// memory; Levinson's recursion solves it in the square of their number.
type bridger struct {
	r        []float64 // autocorrelation of the model's weights: the matrix
	x, y     []float64 // solution, and that of the right side's reverse order
	wanted   []float64
	imagined []float64
}

func newBridger(order, longest int) *bridger {
	return &bridger{
		r: make([]float64, order+1),
		x: make([]float64, longest), y: make([]float64, longest), wanted: make([]float64, longest),
		imagined: make([]float64, longest+2*order),
	}
}

// ridge keeps the equations solvable for a pure tone.
const ridge = 1e-10

// fill writes line[from:to] between what stands before and after. loud times
// the innovation that the model expects is added, so that noise has a part of
// its power, and no hole is heard in it: a sound of the model is imagined over
// gap and sides, and what it has in the gap beyond its own bridge.
func (b *bridger) fill(line []float64, from, to int, p *predictor, loud float64, random *dice) {
	b.correlate(p)
	gap := to - from
	known := line[from-p.order : to+p.order]
	imagined := b.imagined[:len(known)]
	clear(imagined)
	if loud > 0 {
		p.extrapolate(imagined, p.order, loud, random)
	}
	for i := range b.wanted[:gap] {
		b.wanted[i] = b.pull(known, i, p.order, gap) - b.pull(imagined, i, p.order, gap)
	}
	b.solve(gap)
	for i := range gap {
		line[from+i] = b.x[i] + imagined[p.order+i]
	}
}

// correlate makes the matrix from the model.
func (b *bridger) correlate(p *predictor) {
	b.r = b.r[:p.order+1]
	for lag := range b.r {
		sum := 0.0
		for k, v := range p.a[:p.order+1-lag] {
			sum += v * p.a[k+lag]
		}
		b.r[lag] = sum
	}
	b.r[0] *= 1 + ridge
}

// pull is what the known samples around the gap want of missing sample i.
func (b *bridger) pull(known []float64, i, order, gap int) float64 {
	sum := 0.0
	for lag := i + 1; lag <= order; lag++ { // before: i-lag < 0
		sum -= b.r[lag] * known[order+i-lag]
	}
	for lag := gap - i; lag <= order; lag++ { // after: i+lag >= gap
		sum -= b.r[lag] * known[order+i+lag]
	}
	return sum
}

// lag is a value of the matrix, zero beyond the model's memory.
func (b *bridger) lag(n int) float64 {
	if n < len(b.r) {
		return b.r[n]
	}
	return 0
}

// solve finds x with matrix times x = wanted (Levinson, 1947; the notation is
// that of Golub and Van Loan, algorithm 4.7.2, for a matrix of unit diagonal).
func (b *bridger) solve(n int) {
	scale := b.r[0]
	if scale <= 0 {
		clear(b.x[:n])
		return
	}
	x, y := b.x[:n], b.y[:n]
	x[0] = b.wanted[0] / scale
	if n == 1 {
		return
	}
	y[0] = -b.lag(1) / scale
	alpha, beta := y[0], 1.0
	for k := 1; k < n; k++ {
		beta *= 1 - alpha*alpha
		reach := min(k, len(b.r)-1)
		sum := b.wanted[k] / scale
		for i := 1; i <= reach; i++ {
			sum -= b.r[i] / scale * x[k-i]
		}
		mu := sum / beta
		for i := range k {
			x[i] += mu * y[k-1-i]
		}
		x[k] = mu
		if k == n-1 {
			return
		}
		sum = b.lag(k+1) / scale
		for i := 1; i <= reach; i++ {
			sum += b.r[i] / scale * y[k-i]
		}
		alpha = -sum / beta
		for i, j := 0, k-1; i <= j; i, j = i+1, j-1 {
			y[i], y[j] = y[i]+alpha*y[j], y[j]+alpha*y[i]
		}
		y[k] = alpha
	}
}

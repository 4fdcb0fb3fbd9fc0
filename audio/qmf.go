package audio

// qmf is the last 24 samples of a quadrature mirror filter (G.722 sections 3.1 and
// 4.4), kept as the two halves that the filter runs at half the rate, the oldest
// first.
type qmf struct{ even, odd [12]int }

func (q *qmf) push(even, odd int) (evens, odds int) {
	copy(q.even[:], q.even[1:])
	copy(q.odd[:], q.odd[1:])
	q.even[11], q.odd[11] = even, odd
	for i, tap := range qmfTaps {
		evens += q.even[i] * tap
		odds += q.odd[i] * qmfTaps[11-i]
	}
	return evens, odds
}

// split makes a sample of each band of two of the whole. The sums carry the gain
// of the filter, 2 to the 12, and of two halves; one bit more goes because the
// bands are of 15 bits.
func (q *qmf) split(first, second int) (low, high int) {
	firsts, seconds := q.push(first, second)
	return (seconds + firsts) >> 14, (seconds - firsts) >> 14
}

// join is the reverse.
func (q *qmf) join(low, high int) (first, second int16) {
	seconds, firsts := q.push(low+high, low-high)
	return int16(clip16(firsts >> 11)), int16(clip16(seconds >> 11))
}

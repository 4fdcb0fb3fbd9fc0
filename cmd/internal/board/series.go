package board

// seriesLength is how many seconds a graph goes back.
const seriesLength = 60

// Series is a figure of each second, oldest first, at most a minute of them.
type Series []float64

// add takes the figure of this second and forgets the oldest.
func (s *Series) add(v float64) {
	*s = append(*s, v)
	if extra := len(*s) - seriesLength; extra > 0 {
		*s = append((*s)[:0], (*s)[extra:]...)
	}
}

// Last is the newest figure; 0 if there is none.
func (s Series) Last() float64 {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1]
}

package reliable

// Verdict is what becomes of a reliable provisional response.
type Verdict int

// The verdicts. Only a Fresh one is processed and acknowledged. A Repeated one
// has its PRACK on the way, which repeats itself; an Early one stands behind one
// that is still missing and comes again (RFC 3262 section 4).
const (
	Fresh Verdict = iota
	Repeated
	Early
)

// String implements fmt.Stringer.
func (v Verdict) String() string { return [...]string{"fresh", "repeated", "early"}[v] }

// Receiver keeps the order of the reliable responses of one early dialog. The
// zero value has seen none: the first may have any number.
type Receiver struct {
	last uint32
	seen bool
}

// Take judges a response by its RSeq.
func (r *Receiver) Take(rseq uint32) Verdict {
	switch {
	case r.seen && rseq <= r.last:
		return Repeated
	case r.seen && rseq != r.last+1:
		return Early
	}
	r.last, r.seen = rseq, true
	return Fresh
}

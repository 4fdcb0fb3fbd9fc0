package sdp

import "slices"

// Numbers are the payload types that our descriptions of one session have given to
// codecs. None may mean another codec later (RFC 3264 section 8.3.2), be it our
// own choice or an offerer's that we took over. The zero value has given none.
type Numbers struct{ given []Codec }

// First and last number of the dynamic ones (RFC 3551 table 4).
const (
	firstDynamic = 96
	lastDynamic  = 127
)

// Given takes down what a description says.
func (n *Numbers) Given(list []Codec) {
	for _, c := range list {
		n.given = slices.DeleteFunc(n.given, func(g Codec) bool { return g.PT == c.PT })
		n.given = append(n.given, c)
	}
}

// Number returns the codecs with the numbers they had last; one that is new keeps
// its own, or gets a free one if that is another's.
func (n *Numbers) Number(list []Codec) []Codec {
	out := slices.Clone(list)
	taken := map[uint8]bool{}
	for _, g := range n.given {
		taken[g.PT] = true
	}
	var fresh []*Codec
	for i := range out {
		if pt, ok := n.last(out[i]); ok {
			out[i].PT = pt
		} else {
			fresh = append(fresh, &out[i])
		}
	}
	for _, c := range fresh {
		if taken[c.PT] {
			c.PT = free(taken, c.PT)
		}
		taken[c.PT] = true
	}
	return out
}

// last is the number that a codec has now.
func (n *Numbers) last(c Codec) (uint8, bool) {
	for _, g := range slices.Backward(n.given) {
		if g.same(c) {
			return g.PT, true
		}
	}
	return 0, false
}

// free is a dynamic number that nobody has; with all of them gone, the one wanted.
func free(taken map[uint8]bool, wanted uint8) uint8 {
	for pt := uint8(firstDynamic); pt <= lastDynamic; pt++ {
		if !taken[pt] {
			return pt
		}
	}
	return wanted
}

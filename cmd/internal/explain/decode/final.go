package decode

import (
	"bytes"
	"slices"

	"star18/securecall"
)

// Final is a Final, read as far as it can be without the callee's key.
type Final struct {
	ID       uint32
	Order    securecall.Order // of the callee's Hello
	Form     securecall.FinalForm
	Blocks   []int // their sizes
	TooLarge bool  // a block is not smaller than the callee's modulus
	Removed  bool  // a transcript: the blocks are not there
	Message  []byte
}

func (c *Call) final(f securecall.Final, msg []byte) *Final {
	out := &Final{ID: f.ID, Order: securecall.Big, Form: f.Form(), Blocks: []int{len(f.Key)}, Removed: c.Recorded, Message: msg}
	blocks := [][]byte{f.Key[:]}
	if f.Salt != nil {
		blocks, out.Blocks = append(blocks, f.Salt[:]), append(out.Blocks, len(f.Salt))
	}
	if hello := c.helloOf(Callee); hello != nil {
		out.TooLarge = slices.ContainsFunc(blocks, func(b []byte) bool { return bytes.Compare(b, hello.modulus) >= 0 })
		if out.Order = hello.Order; hello.Order == securecall.Little {
			out.ID = swap(out.ID)
		}
	}
	return out
}

// helloOf is the last Hello of a side up to now.
func (c *Call) helloOf(by Side) *Hello {
	for _, s := range slices.Backward(c.Steps) {
		if s.Hello != nil && s.By == by {
			return s.Hello
		}
	}
	return nil
}

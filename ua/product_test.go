package ua

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"star18/audio/rtpstream"
	"star18/securecall"
	"star18/securecall/published"
)

// Both roles against each other over every form that the messages may take:
// how the Final is sent, how packets are authenticated, Hellos with and without
// the CA's modulus, 20 and 30 ms. All must become secure, and each end must hear
// the other. The callee's own first transform is always another than the
// caller's, so that one of them has to follow.
func TestEveryForm(t *testing.T) {
	var table strings.Builder
	fmt.Fprintf(&table, "%-7s %-13s %5s %6s  %-13s %-13s %s\n", "final", "transform", "hello", "ptime", "caller heard", "callee heard", "ms")
	for _, final := range []securecall.FinalForm{securecall.Split, securecall.Joined, securecall.Auto} {
		for _, transform := range rtpstream.Transforms() {
			for _, hello := range []int{264, 392} {
				for _, ptime := range []time.Duration{20 * time.Millisecond, 30 * time.Millisecond} {
					name := fmt.Sprintf("%s/%s/%d/%v", final, transform, hello, ptime)
					t.Run(name, func(t *testing.T) {
						a, b := everyForm(t, final, transform, hello, ptime)
						fmt.Fprintf(&table, "%-7s %-13s %5d %6v  %-13s %-13s %d\n", final, transform, hello, ptime, a.Transform, b.Transform, a.MS)
					})
				}
			}
		}
	}
	t.Log("\n" + table.String())
}

func everyForm(t *testing.T, final securecall.FinalForm, transform rtpstream.Transform, hello int, ptime time.Duration) (a, b Secured) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) {
			a.Secure.Wire.Final = final
			a.Secure.Transforms = first(transform)
			b.Secure.Transforms = first(other(transform))
			a.RTP.Ptime, b.RTP.Ptime = ptime, ptime
			if hello == 392 {
				tamper(a, withModulus)
				tamper(b, withModulus)
			}
		})
		out, in := r.dial(true)
		time.Sleep(3 * time.Second)
		checkAlive(t, r)
		a, b = must[Secured](r.caller), must[Secured](r.callee)
		out.Hangup()
		<-in.Done()
		r.close()
		if e := out.Ended(); e.Rx.Rejected != 0 {
			t.Errorf("the caller rejected %d packets", e.Rx.Rejected)
		}
	})
	return a, b
}

// first is the whole list with one transform before the others.
func first(t rtpstream.Transform) []rtpstream.Transform {
	list := []rtpstream.Transform{t}
	for _, o := range rtpstream.Transforms() {
		if o != t {
			list = append(list, o)
		}
	}
	return list
}

// other is the next transform of the list.
func other(t rtpstream.Transform) rtpstream.Transform {
	all := rtpstream.Transforms()
	for i, o := range all {
		if o == t {
			return all[(i+1)%len(all)]
		}
	}
	return all[0]
}

// withModulus appends the CA's modulus to a Hello, as a peer may that sends its
// whole Mini Certificate parameter.
func withModulus(msg []byte) []byte {
	hello, err := securecall.DecodeBody(bodyOf(msg))
	if err != nil || len(hello) != 264 {
		return msg
	}
	parameter, err := securecall.DecodeBody([]byte(published.MiniCertificate()))
	if err != nil {
		panic(err)
	}
	return withBody(msg, securecall.EncodeBody(append(hello, parameter[252:]...)))
}

package securecall_test

import (
	"crypto/rand"
	"fmt"
	"time"

	"star18/securecall"
)

// A call from Alice to Bob, both ends in one place: what travels in an INFO and
// in its 200 is handed over by hand.
func Example() {
	caller, refusal := securecall.NewCaller(securecall.CallerConfig{
		Identity:     newIdentity("Alice", "14085550001"),
		Wire:         securecall.DefaultWire(),
		ExpectUserID: "14085550002", // the user part of the INVITE
	})
	if refusal != nil {
		fmt.Println("not secure:", refusal.Reason.Words())
		return
	}
	callee := securecall.NewCallee(securecall.CalleeConfig{
		Identity: newIdentity("Bob", "14085550002"),
		Service:  true,
		Wire:     securecall.DefaultWire(),
		Replay:   securecall.NewMemoryReplay(),
	})
	atAlice := securecall.Streams{OwnSSRC: 0xa11ce, PeerSSRC: 0xb0b, PeerKnown: true}
	atBob := securecall.Streams{OwnSSRC: 0xb0b, PeerSSRC: 0xa11ce, PeerKnown: true}
	const contentType = "application/x-sipura"

	info := caller.Hello(atAlice.OwnSSRC)
	fmt.Println("INFO  caller hello,", len(info), "characters")

	answer := callee.Receive(contentType, info, atBob)
	fmt.Println(answer.Status, "  callee hello,", len(answer.Body), "characters")
	fmt.Printf("      Bob sees %s, proven: %v\n", answer.Peer.DollarName(), answer.Peer.Proven)

	info, keys, peer, refusal := caller.HelloAnswered(answer.Status, answer.ContentType, answer.Body, atAlice)
	if refusal != nil {
		fmt.Println("not secure:", refusal.Reason.Words())
		return
	}
	fmt.Println("INFO  caller final,", len(info), "characters")

	answer = callee.Receive(contentType, info, atBob)
	fmt.Println(answer.Status, "  callee final, body:", len(answer.Body))
	if caller.FinalAnswered(answer.Status).Done {
		fmt.Printf("      Alice sees %s, proven: %v\n", peer.DollarName(), peer.Proven)
	}
	fmt.Println("      same keys:", *answer.Keys == keys, keys)

	// Output:
	// INFO  caller hello, 352 characters
	// 200   callee hello, 352 characters
	//       Bob sees $Alice, proven: false
	// INFO  caller final, 176 characters
	// 200   callee final, body: 0
	//       Alice sees $Bob, proven: true
	//       same keys: true [secret]
}

// newIdentity is a line with a certificate of the example's own CA.
func newIdentity(name, userID string) *securecall.Identity {
	expiry, err := securecall.ParseExpiry("2099-01-01", securecall.UTC)
	must(err)
	issued, err := securecall.Issue(exampleCA, securecall.Request{Name: name, UserID: userID, Expiry: expiry}, rand.Reader)
	must(err)
	id, err := securecall.NewIdentity(issued.MiniCertificateParameter(), issued.PrivateKeyParameter(), securecall.UTC, time.Now())
	must(err)
	return id
}

var exampleCA = func() *securecall.CAKey {
	ca, err := securecall.NewCAKey(rand.Reader)
	must(err)
	return ca
}()

func must(err error) {
	if err != nil {
		panic(err)
	}
}

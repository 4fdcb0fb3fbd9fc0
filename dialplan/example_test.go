package dialplan_test

import (
	"fmt"

	"star18/dialplan"
)

// The road of a secure call: no star code leaves this room, only a number and the wish for security.
func ExampleDialer_Dial() {
	dialer, _, err := dialplan.New(dialplan.FactoryConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, input := range []string{"*1814085551234", "1 (408) 555-1234", "*16", "joe@example.net", "555"} {
		i := dialer.Dial(input)
		fmt.Printf("%s: %s %s@%s secure=%v\n", i.Input, i.Outcome, i.Number, i.Host, i.Secure)
	}
	// Output:
	// *1814085551234: dial 14085551234@ secure=true
	// 1 (408) 555-1234: dial 14085551234@ secure=false
	// *16: code @ secure=true
	// joe@example.net: dial joe@example.net secure=true
	// 555: reject @ secure=false
}

// Key by key, with the caller's clock: each step says how long to wait for the next key.
func ExampleDialer_Session() {
	dialer, _, err := dialplan.New(dialplan.FactoryConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	session := dialer.Session()
	for _, key := range []byte("*18411") {
		step := session.Press(key)
		fmt.Printf("%c: %s, wait %v, tone %q\n", key, step.Outcome, step.Wait, step.Tone)
	}
	last := session.Timeout()
	fmt.Println(last.Outcome, last.Intent.Number, last.Intent.Secure)
	// Output:
	// *: wait_long, wait 10s, tone ""
	// 1: wait_long, wait 10s, tone ""
	// 8: code, wait 10s, tone "confirm"
	// 4: wait_long, wait 10s, tone ""
	// 1: wait_long, wait 10s, tone ""
	// 1: wait_short, wait 3s, tone ""
	// dial 411 true
}

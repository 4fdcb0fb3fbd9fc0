// Command jitterreplay runs the jitter buffer of the softphone on a recorded
// trace of packets, 20 ms each, and tells what a listener would hear:
//
//	jitterreplay < trace > log
//
// A line of the trace is a packet, in order of arrival, which counts
// microseconds: `arrival number sent`; of the last only pauses of the sender are
// used, which its timestamps would show. A line of the log is a tick of 20 ms:
// `tick number` for a packet played, `tick -1` for sound made up, and `tick
// number a` for a packet that was stretched or merged with the one before.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	err := replay(os.Stdin, out)
	if e := out.Flush(); err == nil {
		err = e
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "jitterreplay:", err)
		os.Exit(1)
	}
}

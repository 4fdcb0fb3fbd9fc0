// Command testcount reads the events of "go test -json" on standard input,
// shows what failed, and ends with the line "N passed, N failed". It exits 1
// if anything failed or nothing ran.
package main

import (
	"fmt"
	"os"
)

func main() {
	tally, err := Count(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testcount:", err)
		os.Exit(1)
	}
	fmt.Println(tally)
	if !tally.OK() {
		os.Exit(1)
	}
}

// Command gen_mc makes the mini-certificate and the private key of one line, as
// the vendor's tool of that name does: the same four arguments, the same two
// labelled values on standard output and nothing else there.
//
//	gen_mc CA-KEY NAME USER-ID EXPIRY
package main

import (
	"crypto/rand"
	"os"
	"time"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, time.Now(), rand.Reader))
}

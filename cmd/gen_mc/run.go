package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"star18/securecall"
)

// Exit codes.
const (
	exitDone  = 0
	exitFault = 1
	exitUsage = 2
)

// soon is how close an expiry gets a warning.
const soon = 30 * 24 * time.Hour

const usage = `usage: gen_mc CA-KEY NAME USER-ID EXPIRY

  CA-KEY   file with the CA's key: two base64 lines (modulus, private exponent)
           or an unencrypted RSA-1024 key in PEM form
  NAME     the user's name, 1 to 32 bytes, quoted if it has spaces
  USER-ID  the user part under which this line is called, 1 to 16 characters:
           callers refuse a certificate whose user ID is not what they dialled
  EXPIRY   "HH:MM:SS M/D/YY" (34 is 2034), HHMMSSMMDDYY or YYYY-MM-DD, in UTC

example: gen_mc ca_key "Joe Smith" 14085551234 "00:00:00 1/1/34"
`

// order is what the four arguments ask for.
type order struct {
	ca      *securecall.CAKey
	request securecall.Request
	expires time.Time
}

// run is the whole command; main only gives it the real world.
func run(args []string, stdout, stderr io.Writer, now time.Time, random io.Reader) int {
	if len(args) == 1 && (args[0] == "-h" || args[0] == "--help") {
		fmt.Fprint(stdout, usage)
		return exitDone
	}
	if len(args) != 4 {
		fmt.Fprintf(stderr, "gen_mc: %d arguments, not 4; quote a name or a date that has spaces\n\n%s", len(args), usage)
		return exitUsage
	}
	o, err := read(args, now)
	if err != nil {
		fmt.Fprintln(stderr, "gen_mc:", err)
		return exitFault
	}
	issued, err := securecall.Issue(o.ca, o.request, random)
	if err != nil {
		fmt.Fprintln(stderr, "gen_mc:", explain(err))
		return exitFault
	}
	o.warn(stderr, now)
	if err := write(stdout, issued); err != nil {
		fmt.Fprintln(stderr, "gen_mc: write the result:", err)
		return exitFault
	}
	return exitDone
}

// read turns the arguments into an order, or says which of them is wrong.
func read(args []string, now time.Time) (o order, err error) {
	if o.ca, err = readCA(args[0]); err != nil {
		return o, err
	}
	expiry, err := securecall.ParseExpiry(args[3], securecall.UTC)
	if err != nil {
		return o, fmt.Errorf("EXPIRY: %w", err)
	}
	if o.expires, err = expiry.Time(securecall.UTC); err != nil {
		return o, fmt.Errorf("EXPIRY: %w", err)
	}
	if !now.Before(o.expires) {
		return o, fmt.Errorf("EXPIRY: %s is past; give a date in the future, in UTC", o.expires.Format(time.DateTime))
	}
	o.request = securecall.Request{Name: args[1], UserID: args[2], Expiry: expiry}
	return o, nil
}

func readCA(path string) (*securecall.CAKey, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("CA-KEY: %w; give the file that holds the CA's key", err)
	}
	ca, err := securecall.ParseCAKey(file)
	if err != nil {
		return nil, fmt.Errorf("CA-KEY: %s: %w; make one with: star18 cert ca, or openssl genrsa 1024", path, err)
	}
	return ca, nil
}

// explain names the argument that Issue refused.
func explain(err error) string {
	switch {
	case errors.Is(err, securecall.ErrName):
		return fmt.Sprintf("NAME: %v; shorten it or leave out what cannot be printed", err)
	case errors.Is(err, securecall.ErrUserID):
		return fmt.Sprintf("USER-ID: %v; give the number or name that callers dial, without @ and domain", err)
	}
	return err.Error()
}

// warn says on stderr what the buyer of this certificate should know.
func (o order) warn(stderr io.Writer, now time.Time) {
	fmt.Fprintln(stderr, "gen_mc: note: RSA-512 and SHA-1 are all that these telephones know. Such a key can be factored cheaply;",
		"it keeps out the curious, not the determined.")
	if o.ca.CA().IsPublished() {
		fmt.Fprintln(stderr, "gen_mc: warning: CA-KEY is the published example from the vendor's manual: anyone can issue this name.",
			"Make a CA of your own with: star18 cert ca")
	}
	if left := o.expires.Sub(now); left <= soon {
		fmt.Fprintf(stderr, "gen_mc: warning: this certificate expires in %d days, at %s UTC\n",
			int(left.Hours())/24, o.expires.Format(time.DateTime))
	}
}

// write prints exactly what the vendor's tool prints.
func write(stdout io.Writer, issued *securecall.Issued) error {
	_, err := fmt.Fprintf(stdout, "<Mini Certificate>\n%s\n<SRTP Private Key>\n%s\n",
		issued.MiniCertificateParameter(), issued.PrivateKeyParameter())
	return err
}

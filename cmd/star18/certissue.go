package main

import (
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"star18/securecall"
)

// certOrder is what the flags of cert issue ask for.
type certOrder struct {
	ca, name, userID, expires string
	out, dir                  string
	profile                   bool
	line                      int
	force, use                bool
}

func (a *app) certIssueCommand() *cobra.Command {
	var o certOrder
	cmd := &cobra.Command{
		Use:   "issue --ca FILE --name NAME --user-id ID --expires DATE",
		Short: "Issue a line's mini-certificate and private key",
		Long: "Issue the mini-certificate and the private key of one line: two files, USER-ID.mc and\n" +
			"USER-ID.key, or those that --out names. --use puts them into the configuration of this computer,\n" +
			"and keeps them beside it; without it the lines that use them are printed.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return exitCert(certRefuse(args[0], certArgument, "belongs to no flag", "quote a name or a date that has spaces"))
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("line") && !o.profile {
				return exitCert(certRefuse("--line", certArgument, "is the line of an SPA profile", "add --spa-profile, or leave --line out"))
			}
			return exitCert(a.issueCert(o, time.Now(), rand.Reader))
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.ca, "ca", "", "`file` of the CA's key: two base64 lines, or an unencrypted RSA-1024 key in PEM form")
	f.StringVar(&o.name, "name", "", "the user's `name`, 1 to 32 bytes")
	f.StringVar(&o.userID, "user-id", "", "the user part under which this line is called, 1 to 16 characters")
	f.StringVar(&o.expires, "expires", "", `"HH:MM:SS M/D/YY", HHMMSSMMDDYY or YYYY-MM-DD, in UTC`)
	f.StringVar(&o.out, "out", "", "write `FILE`.mc and FILE.key; - prints both values as gen_mc does, and writes no file")
	f.StringVar(&o.dir, "out-dir", "", "`folder` for USER-ID.mc and USER-ID.key (default the current one)")
	f.BoolVar(&o.profile, "spa-profile", false, "print the two XML elements for an SPA profile; one of them is secret")
	f.IntVar(&o.line, "line", 1, "`number` of the line in the SPA profile")
	f.BoolVar(&o.use, "use", false, "let the configuration of this computer use them (--config chooses another one)")
	f.BoolVar(&o.force, "force", false, "replace files that exist")
	return cmd
}

// issueCert checks every argument before the first key is made, and writes
// nothing unless all of them hold.
func (a *app) issueCert(o certOrder, now time.Time, random io.Reader) error {
	if err := errors.Join(o.check(), a.checkCertPrint(o)); err != nil {
		return err
	}
	user, err := a.certUser(o)
	if err != nil {
		return err
	}
	if user != nil && o.out == "" && o.dir == "" {
		o.dir = filepath.Dir(user.path)
	}
	expiry, end, err := certExpiryOf(o.expires, now)
	if err != nil {
		return err
	}
	ca, err := readCertCA(o.ca)
	if err != nil {
		return err
	}
	issued, err := securecall.Issue(ca, securecall.Request{Name: o.name, UserID: o.userID, Expiry: expiry}, random)
	if err != nil {
		return certIssueFault(err)
	}
	files, err := o.files()
	if err != nil {
		return err
	}
	if err := files.write(issued, o); err != nil {
		return err
	}
	if user != nil {
		if err := user.set(files); err != nil {
			return err
		}
	}
	return a.tellIssued(o, certIssued{issued, files, user, end, now})
}

// check finds what is missing or contradicts itself.
func (o certOrder) check() error {
	var missing []string
	for _, flag := range []struct{ name, value string }{
		{"--ca", o.ca}, {"--name", o.name}, {"--user-id", o.userID}, {"--expires", o.expires},
	} {
		if flag.value == "" {
			missing = append(missing, flag.name)
		}
	}
	switch {
	case len(missing) > 0:
		return certRefuse(strings.Join(missing, ", "), certArgument, "missing or empty",
			`write for example: star18 cert issue --ca ca_key --name "Joe Smith" --user-id 14085551234 --expires 2034-01-01`)
	case o.out != "" && o.dir != "":
		return certRefuse("--out-dir", certArgument, "is given together with --out", "keep one of the two")
	case strings.HasSuffix(o.out, string(filepath.Separator)):
		return certRefuse("--out", certArgument, "names a folder", "use --out-dir for a folder, or add a name")
	case o.line < 1:
		return certRefuse("--line", certArgument, "is less than 1", "give the number of the line in its profile, from 1")
	}
	return nil
}

// checkCertPrint: what others parse is kept clear of secrets, and of two
// formats at once.
func (a *app) checkCertPrint(o certOrder) error {
	switch {
	case a.flags.json && (o.profile || o.out == "-"):
		return certRefuse("--json", certArgument, "never carries a private key", "leave out --json, or --spa-profile and --out -")
	case o.profile && o.out == "-":
		return certRefuse("--spa-profile", certArgument, "and --out - both print the values", "keep one of the two")
	}
	return nil
}

func certExpiryOf(text string, now time.Time) (securecall.Expiry, time.Time, error) {
	expiry, err := securecall.ParseExpiry(text, securecall.UTC)
	if err != nil {
		words, _, _ := strings.Cut(err.Error(), "; ") // the forms are told as the fix
		return expiry, time.Time{}, certRefuse("--expires", certExpiry, words, `write "HH:MM:SS M/D/YY", HHMMSSMMDDYY or YYYY-MM-DD, in UTC`)
	}
	end, err := expiry.Time(securecall.UTC)
	if err == nil && !now.Before(end) {
		err = certRefuse("--expires", certPast, certMoment(end)+" is past", "give a date in the future, in UTC")
	}
	return expiry, end, err
}

// certIssueFault names the argument that Issue refused.
func certIssueFault(err error) error {
	switch {
	case errors.Is(err, securecall.ErrName):
		return certRefuse("--name", certName, err.Error(), "shorten it or leave out what cannot be printed")
	case errors.Is(err, securecall.ErrUserID):
		return certRefuse("--user-id", certUserID, err.Error(), "give the number or name that callers dial, without @ and domain")
	}
	return err
}

// certPair is where a certificate and its key go; nowhere if both are empty.
type certPair struct{ certificate, key string }

// files puts the two beside each other. A user ID may hold what no file name
// should, such as a slash.
func (o certOrder) files() (certPair, error) {
	base := strings.TrimSuffix(o.out, ".mc")
	switch {
	case o.out == "-":
		return certPair{}, nil
	case o.out == "":
		special := func(r rune) bool { return !certAlphanumeric(r) && !strings.ContainsRune("._-+", r) }
		if strings.ContainsFunc(o.userID, special) || strings.HasPrefix(o.userID, ".") {
			return certPair{}, certRefuse("--user-id", certUserID, "makes no good file name", "name the files with --out")
		}
		base = filepath.Join(o.dir, o.userID)
	}
	return certPair{base + ".mc", base + ".key"}, nil
}

func (p certPair) write(issued *securecall.Issued, o certOrder) error {
	if err := p.spare(o.ca); err != nil {
		return err
	}
	return writeCertFiles(p.outputs(issued), o.force)
}

// spare keeps --force from replacing the CA's own key, which nothing brings
// back.
func (p certPair) spare(ca string) error {
	mine, err := os.Stat(ca)
	if err != nil {
		return nil // it was read a moment ago: nothing is left to spare
	}
	for _, path := range []string{p.certificate, p.key} {
		if theirs, err := os.Stat(path); err == nil && os.SameFile(mine, theirs) {
			return certRefuse(path, certExists, "is the key of the CA itself", "give another name with --out")
		}
	}
	return nil
}

// outputs are in the order in which they may fail: a certificate without its
// key is no secret.
func (p certPair) outputs(issued *securecall.Issued) []certOutput {
	if p == (certPair{}) {
		return nil
	}
	return []certOutput{
		{p.certificate, []byte(issued.MiniCertificateParameter() + "\n")},
		{p.key, []byte(issued.PrivateKeyParameter() + "\n")},
	}
}

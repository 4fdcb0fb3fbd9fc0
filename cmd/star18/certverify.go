package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/say"
)

func (a *app) certVerifyCommand() *cobra.Command {
	var o certQuestion
	cmd := &cobra.Command{
		Use:   "verify PARAM|FILE|-",
		Short: "Verify a mini-certificate, check by check",
		Long: "Verify the Mini Certificate parameter of a line, 508 base64 characters, or a certificate alone,\n" +
			"336 characters. The exit code is 0 if every check holds, else 1.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.given = cmd.Flags().Changed
			ok, err := a.verifyCert(args[0], o, cmd.InOrStdin(), time.Now())
			if err == nil && !ok {
				return exit(exitUsage, nil)
			}
			return exitCert(err)
		},
	}
	cmd.Flags().StringVar(&o.ca, "ca", "", "the CA to trust: its key `file`, or a file with a mini-certificate that carries it")
	cmd.Flags().StringVar(&o.userID, "user-id", "", "the certificate must be for exactly this user `ID`")
	cmd.Flags().StringVar(&o.key, "private-key", "", "`file` of the SRTP private key that must belong to it")
	return cmd
}

// certQuestion is what else is to hold of a certificate.
type certQuestion struct {
	ca, userID, key string
	given           func(flag string) bool
}

// check refuses what a shell makes of a variable that is not set: a check that
// was asked for must not be left out in silence.
func (o certQuestion) check() error {
	for flag, value := range map[string]string{"ca": o.ca, "private-key": o.key} {
		if o.given(flag) && value == "" {
			return certRefuse("--"+flag, certArgument, "names no file", "give a file, or leave the flag out")
		}
	}
	return nil
}

// verifyCert reads all files before the first check: a file that cannot be
// used is no verdict about the certificate.
func (a *app) verifyCert(argument string, o certQuestion, stdin io.Reader, now time.Time) (bool, error) {
	e, err := o.evidence(argument, stdin, now)
	if err != nil {
		return false, err
	}
	r := e.verify()
	if a.flags.json {
		r.tellJSON(a.out, now)
	} else {
		r.tell(a.out)
	}
	return r.failed() == 0, nil
}

func (o certQuestion) evidence(argument string, stdin io.Reader, now time.Time) (certEvidence, error) {
	if err := o.check(); err != nil {
		return certEvidence{}, err
	}
	pieces, err := readCertPieces(argument, stdin)
	if err != nil {
		return certEvidence{}, err
	}
	e := certEvidence{piece: pieces.certificate, now: now}
	if o.given("user-id") {
		e.userID = &o.userID
	}
	if pieces.privateKey.text != "" {
		e.key = &pieces.privateKey.text
	}
	if o.key != "" {
		file, err := readSecretCertFile("--private-key: ", o.key)
		if err != nil {
			return certEvidence{}, err
		}
		e.key = file.keyText()
	}
	if o.ca != "" {
		e.trust, err = readCertTrust(o.ca)
	}
	return e, err
}

// keyText is the key in a file, labelled or not.
func (c certFile) keyText() *string {
	p := c.pieces()
	if p.privateKey.text != "" {
		return &p.privateKey.text
	}
	return &p.certificate.text
}

// tell prints every check on a line of its own, its fix below it.
func (r certReport) tell(w io.Writer) {
	for _, c := range r.checks {
		certLine(w, c.word(), "%-12s %s", c.Name, c.Found)
		if c.Fix != "" {
			certLine(w, "", "%-12s fix: %s", "", c.Fix)
		}
	}
	for _, text := range r.warnings {
		certLine(w, "warning", "%s", text)
	}
	certLine(w, "note", "%s", certWeak)
	if n := r.failed(); n > 0 {
		_, _ = fmt.Fprintf(w, "verify: %d of %s FAILED\n", n, count(len(r.checks), "check"))
		return
	}
	_, _ = fmt.Fprintf(w, "verify: all %s hold\n", count(len(r.checks), "check"))
}

func (r certReport) tellJSON(w io.Writer, now time.Time) {
	out := say.JSON{W: w}
	for _, c := range r.checks {
		out.Object(now, "check", c)
	}
	for _, text := range r.warnings {
		out.Object(now, "warning", map[string]string{"text": text})
	}
	out.Object(now, "verified", map[string]any{
		"ok": r.failed() == 0, "checks": len(r.checks), "failed": r.failed(), "note": certWeak,
	})
}

package main

import (
	"crypto/rand"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/say"
	"star18/securecall"
)

func (a *app) certCACommand() *cobra.Command {
	var out string
	var force bool
	cmd := &cobra.Command{
		Use:   "ca --out FILE",
		Short: "Make a certificate authority",
		Long: "Make the key of a certificate authority of your own, as gen_mc and cert issue read it: two\n" +
			"base64 lines, modulus and private exponent. It is RSA-1024, which is weak, because SPA\n" +
			"telephones verify nothing stronger.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return exitCert(a.makeCA(out, force)) },
	}
	cmd.Flags().StringVar(&out, "out", "", "the secret `file` to write, mode 0600")
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that exists")
	return cmd
}

func (a *app) makeCA(out string, force bool) error {
	if out == "" || out == "-" {
		return certRefuse("--out", certArgument, "names no file", "write --out ca_key; the key of a CA is for no other eyes")
	}
	key, err := securecall.NewCAKey(rand.Reader)
	if err != nil {
		return err
	}
	if err := writeCertFiles([]certOutput{{out, key.FileText()}}, force); err != nil {
		return err
	}
	a.tellCA(out, key.CA())
	return nil
}

func (a *app) tellCA(path string, ca securecall.CA) {
	if a.flags.json {
		say.JSON{W: a.out}.Object(time.Now(), "ca_made", map[string]string{
			"file": path, "ca": ca.Fingerprint(), "note": certCAWeak,
		})
		return
	}
	certLine(a.out, "CA key", "%s (secret, mode 0600)", path)
	certLine(a.out, "fingerprint", "%s", ca.Fingerprint())
	certLine(a.out, "what it is", "the private key of your own certificate authority: two base64 lines, modulus and")
	certLine(a.out, "", "private exponent. Who has it can issue any name to the lines that trust it: keep it")
	certLine(a.out, "", "where no telephone and no other person reads it, and keep a copy, for nothing")
	certLine(a.out, "", "else can issue the next certificate that these lines trust.")
	certLine(a.out, "note", "%s", certCAWeak)
	certLine(a.out, "next", "star18 cert issue --ca %s --name \"Joe Smith\" --user-id 14085551234 --expires 2034-01-01", certShellWord(path))
}

// exitCert gives every refusal of a cert command the exit code of an argument
// or a configuration that is wrong.
func exitCert(err error) error {
	if err == nil {
		return nil
	}
	return exit(exitUsage, err)
}

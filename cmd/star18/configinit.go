package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/firstrun"
)

// initOptions are the flags of config init; what they leave open is asked.
type initOptions struct {
	firstrun.Answers
	offline bool
}

func (a *app) configInitCommand() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a configuration: ask for the line, try it, save it for this user alone",
		Long: "Write a configuration for one line. What no flag says is asked, if somebody is there to answer.\n" +
			"The password is asked without showing it, or read from --password-file, or from the environment\n" +
			"variable STAR18_LINE_PASSWORD; --keyring keeps it in the keyring of this system. The registration is\n" +
			"tried, and nothing is written if it fails.",
		Example: "  star18 config init\n  star18 config init --user 14085550001 --domain sip.example.com --password-file secret",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.configInit(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.User, "user", "", "the number, or name, of the line")
	f.StringVar(&o.DisplayName, "display-name", "", "what others see beside it")
	f.StringVar(&o.Domain, "domain", "", "the registrar's domain")
	f.StringVar(&o.AuthUser, "auth-user", "", "the user for the password, if not the number")
	f.StringVar(&o.Proxy, "proxy", "", "where requests go, if not to the domain: `host[:port]`")
	f.StringVar(&o.Transport, "transport", "", "udp, tcp, tls, ws or wss; without it, what works is taken: tls, else udp, else tcp")
	f.StringVar(&o.PasswordFile, "password-file", "", "a `file` that holds nothing but the password")
	f.BoolVar(&o.Keyring, "keyring", false, "keep the password in the keyring of this system instead of a file")
	f.StringVar(&o.CAFile, "ca-file", "", "the CA that signed the server's certificate, for tls")
	f.StringVar(&o.MiniCertificateFile, "mini-certificate-file", "", "the line's identity for secure calls")
	f.StringVar(&o.PrivateKeyFile, "private-key-file", "", "and its key")
	f.BoolVar(&o.offline, "offline", false, "do not try the registration")
	return cmd
}

// The reasons why nothing is written.
var (
	errExists   = errors.New("there is a configuration already; move it away, or write another one with --config")
	errNotTried = errors.New("the registration does not work, and nothing was written; --offline writes all the same")
	errRefused  = errors.New("the server refuses the line, and nothing was written; --offline writes all the same")
)

// passwordTries is how often a password is asked for: a server may lock a line
// out after some more.
const passwordTries = 3

func (a *app) configInit(ctx context.Context, o initOptions) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	path := cmp.Or(a.flags.config, config.DefaultPath())
	if _, err := os.Lstat(path); err == nil {
		return exit(exitUsage, fmt.Errorf("%s: %w", path, errExists))
	}
	ask := newAsker(ctx, a)
	password, err := a.askAll(ask, &o)
	if err != nil {
		return exit(exitUsage, err)
	}
	draft, err := newDraft(path)
	if err != nil {
		return exit(exitFault, err)
	}
	defer draft.remove()
	if err := a.settle(ctx, ask, draft, o, password); err != nil {
		return err
	}
	if err := draft.keep(); err != nil {
		return exit(exitFault, err)
	}
	star18 := a.withConfig()
	_, _ = fmt.Fprintf(a.out, "written %s\nnext    %s doctor (tries everything), %s (the telephone)\n", path, star18, star18)
	return nil
}

// settle tries the draft. A password that was typed wrong is typed again, the rest
// is not.
func (a *app) settle(ctx context.Context, ask asker, d *draft, o initOptions, password string) error {
	for tries := 1; ; tries++ {
		if err := d.hold(o.Answers, password); err != nil {
			return exit(exitFault, err)
		}
		err := a.tryDraft(ctx, d, o)
		if ctx.Err() != nil {
			return exit(exitUsage, errStopped)
		}
		if tries == passwordTries || !errors.Is(err, errRefused) || !ask.terminal || o.givesPassword() {
			return err
		}
		if password, err = ask.secret("password, once more"); err != nil {
			return exit(exitUsage, err)
		}
	}
}

// givesPassword: nobody is asked for it.
func (o initOptions) givesPassword() bool { return o.PasswordFile != "" || givenPassword() != "" }

func givenPassword() string { return os.Getenv("STAR18_LINE_PASSWORD") }

// askAll asks what the flags left open. The password is returned apart: it goes
// into a file of its own.
func (a *app) askAll(ask asker, o *initOptions) (password string, err error) {
	if err := ask.line("number or name of the line", &o.User); err != nil {
		return "", err
	}
	o.Split()
	if err := ask.line("registrar's domain, such as sip.example.com", &o.Domain); err != nil {
		return "", err
	}
	if err := o.Check(); err != nil {
		return "", err
	}
	if o.PasswordFile != "" && o.Keyring {
		return "", errors.New("--password-file and --keyring: keep one of the two")
	}
	if err := o.absolute(); err != nil {
		return "", err
	}
	if password = givenPassword(); password != "" || o.PasswordFile != "" {
		return password, nil
	}
	return ask.secret("password (not shown; empty if there is none)")
}

// absolute: a file that is named here is looked for here, one that is named in a
// configuration beside that.
func (o *initOptions) absolute() (err error) {
	for _, file := range []*string{&o.PasswordFile, &o.CAFile, &o.MiniCertificateFile, &o.PrivateKeyFile} {
		if *file == "" {
			continue
		}
		if *file, err = filepath.Abs(*file); err != nil {
			return err
		}
	}
	return nil
}

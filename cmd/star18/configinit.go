package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/doctor"
	"star18/cmd/internal/firstrun"
	"star18/ua/sipnet"
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
)

func (a *app) configInit(ctx context.Context, o initOptions) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	path := cmp.Or(a.flags.config, config.DefaultPath())
	if _, err := os.Lstat(path); err == nil {
		return exit(exitUsage, fmt.Errorf("%s: %w", path, errExists))
	}
	password, err := a.askAll(&o)
	if err != nil {
		return exit(exitUsage, err)
	}
	draft, err := newDraft(path, o.Answers, password)
	if err != nil {
		return exit(exitFault, err)
	}
	defer draft.remove()
	if err := a.tryDraft(ctx, draft, o); err != nil {
		return err
	}
	if err := draft.keep(); err != nil {
		return exit(exitFault, err)
	}
	_, _ = fmt.Fprintf(a.out, "written %s\nnext    star18 doctor (tries everything), star18 (the telephone)\n", path)
	return nil
}

// askAll asks what the flags left open. The password is returned apart: it goes
// into a file of its own.
func (a *app) askAll(o *initOptions) (password string, err error) {
	ask := asker{in: bufio.NewReader(a.in), out: a.out, terminal: isTerminal(a.in)}
	ask.line("number or name of the line", &o.User)
	ask.line("registrar's domain, such as sip.example.com", &o.Domain)
	if err := o.Check(); err != nil {
		return "", err
	}
	if o.PasswordFile != "" && o.Keyring {
		return "", errors.New("--password-file and --keyring: keep one of the two")
	}
	if o.PasswordFile != "" {
		if o.PasswordFile, err = filepath.Abs(o.PasswordFile); err != nil {
			return "", err
		}
		return "", nil
	}
	if password = os.Getenv("STAR18_LINE_PASSWORD"); password == "" {
		password, err = ask.secret(a.in, "password (not shown; empty if there is none)")
	}
	return password, err
}

// asker asks on a terminal, and nowhere else.
type asker struct {
	in       *bufio.Reader
	out      io.Writer
	terminal bool
}

func (k asker) line(question string, to *string) {
	if *to != "" || !k.terminal {
		return
	}
	_, _ = fmt.Fprintf(k.out, "%s: ", question)
	text, _ := k.in.ReadString('\n') // the end of the input is no answer
	*to = strings.TrimSpace(text)
}

func (k asker) secret(in io.Reader, question string) (string, error) {
	f, ok := in.(*os.File)
	if !ok || !k.terminal {
		return "", nil
	}
	_, _ = fmt.Fprintf(k.out, "%s: ", question)
	text, err := term.ReadPassword(f.Fd())
	_, _ = fmt.Fprintln(k.out)
	return string(text), err
}

// tryDraft registers nobody: it asks the server whether it would. Without a
// transport, it takes the first that works.
func (a *app) tryDraft(ctx context.Context, d *draft, o initOptions) error {
	transports := []sipnet.Transport{sipnet.TLS, sipnet.UDP, sipnet.TCP}
	if o.Transport != "" {
		transports = []sipnet.Transport{sipnet.Transport(o.Transport)}
	}
	if o.offline {
		o.Transport = cmp.Or(o.Transport, sipnet.UDP.String())
		return a.checkDraft(d, o)
	}
	var failed doctor.Report
	for _, t := range transports {
		o.Transport = t.String()
		if err := a.checkDraft(d, o); err != nil {
			return err
		}
		report, works := a.examineDraft(ctx, d, t)
		if works {
			_, _ = fmt.Fprintf(a.out, "tried   %s: the server takes the password\n", t)
			return nil
		}
		failed = append(failed, report...)
	}
	a.tellFindings(failed, 0)
	return exit(exitUnregistered, errNotTried)
}

// checkDraft writes what is known by now and reads it as every command will.
func (a *app) checkDraft(d *draft, o initOptions) error {
	if err := d.write(o.Answers); err != nil {
		return exit(exitFault, err)
	}
	l, err := config.Load(config.Options{Path: d.config, Sets: a.flags.sets})
	problems := problemsOf(err)
	if l != nil {
		problems = problems.And(problemsOf(l.CheckLine()))
		_, err := l.CheckIdentity(time.Now())
		problems = problems.And(problemsOf(err))
		d.loaded = l
	}
	if len(problems) > 0 {
		return a.refuse(problems)
	}
	return nil
}

func (a *app) examineDraft(ctx context.Context, d *draft, t sipnet.Transport) (doctor.Report, bool) {
	e := &examiner{app: a, loaded: d.loaded}
	cfg, err := d.loaded.Line(time.Now())
	if err != nil {
		return nil, false // told above
	}
	cfg.Register, cfg.Transport, cfg.Log = false, t, quietLog()
	e.transport(ctx, cfg, true)
	for _, f := range e.report {
		if f.Check == doctor.Registration && (f.Result == doctor.Passed || f.Result == doctor.Warned) {
			return e.report, true
		}
	}
	return e.report, false
}

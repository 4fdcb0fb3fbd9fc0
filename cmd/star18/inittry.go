package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"star18/cmd/internal/config"
	"star18/cmd/internal/doctor"
	"star18/ua/sipnet"
)

// tryDraft registers nobody: it asks the server whether it would. Without a
// transport, it takes the first that works. What a server refuses, it refuses by
// every transport, and counts.
func (a *app) tryDraft(ctx context.Context, d *draft, o initOptions) error {
	transports := []sipnet.Transport{sipnet.TLS, sipnet.UDP, sipnet.TCP}
	if o.Transport != "" {
		transports = []sipnet.Transport{sipnet.Transport(o.Transport)}
	}
	if o.offline {
		o.Transport = cmp.Or(o.Transport, sipnet.UDP.String())
		return a.checkDraft(d, o)
	}
	if isTerminal(a.in) { // where somebody waits
		_, _ = fmt.Fprintf(a.out, "trying  %s; a server that is silent takes %v\n", transportWords(transports), examineLimit)
	}
	var failed doctor.Report
	for _, t := range transports {
		o.Transport = t.String()
		if err := a.checkDraft(d, o); err != nil {
			return err
		}
		report := a.examineDraft(ctx, d, t)
		switch {
		case ctx.Err() != nil:
			return errStopped
		case report.Registers():
			a.tellPassedOver(failed)
			_, _ = fmt.Fprintf(a.out, "tried   %s: %s\n", t, registersWords(report))
			return nil
		case report.Refused():
			a.tellFindings(asFlags(report), 0)
			return exit(exitUnregistered, errRefused)
		}
		failed = append(failed, report...)
	}
	a.tellFindings(asFlags(failed), 0)
	return exit(exitUnregistered, errNotTried)
}

func transportWords(list []sipnet.Transport) string {
	words := make([]string, len(list))
	for i, t := range list {
		words[i] = t.String()
	}
	return strings.Join(words, ", ")
}

func registersWords(r doctor.Report) string {
	for _, f := range r {
		if f.Check == doctor.Registration && f.Result == doctor.Warned {
			return f.Found // no password was asked for
		}
	}
	return "the server takes the password"
}

// tellPassedOver: a server whose certificate is not good would have been taken, so
// that nobody on the way reads the calls. Whoever stands there may be the reason.
func (a *app) tellPassedOver(failed doctor.Report) {
	for _, f := range failed {
		if strings.HasPrefix(f.Area, "server tls") && strings.Contains(f.Found, "certificate") {
			a.tellFindings(asFlags(doctor.Report{f}), 0)
		}
	}
}

// flagsOfInit says where a newcomer writes what a finding names by its key.
var flagsOfInit = strings.NewReplacer(
	"line.user", "--user", "line.domain", "--domain", "line.auth_user", "--auth-user",
	"line.password_file", "--password-file", "line.password_keyring", "--keyring", "line.password", "the password",
	"line.proxy", "--proxy", "line.transport", "--transport", "sip.tls.ca_file", "--ca-file",
	"secure.mini_certificate_file", "--mini-certificate-file", "secure.private_key_file", "--private-key-file",
)

func asFlags(r doctor.Report) doctor.Report {
	told := make(doctor.Report, len(r))
	for i, f := range r {
		f.Found, f.Fix = flagsOfInit.Replace(f.Found), flagsOfInit.Replace(f.Fix)
		told[i] = f
	}
	return told
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
	if len(problems) == 0 {
		return nil
	}
	for _, p := range problems {
		p = draftProblem(p, d.config)
		_, _ = fmt.Fprintln(a.err, p)
	}
	return exit(exitUsage, errors.New("nothing was written"))
}

// draftProblem names no line of a file that nobody will find.
func draftProblem(p config.Problem, draft string) config.Problem {
	if p.Where == draft {
		p.Where, p.Line = "", 0
	}
	p.Key, p.Fix = flagsOfInit.Replace(p.Key), flagsOfInit.Replace(p.Fix)
	return p
}

// examineDraft is what doctor finds out about one transport.
func (a *app) examineDraft(ctx context.Context, d *draft, t sipnet.Transport) doctor.Report {
	e := &examiner{app: a, loaded: d.loaded}
	cfg, err := d.loaded.Line(time.Now())
	if err != nil {
		return nil // told above
	}
	cfg.Register, cfg.Transport, cfg.Log = false, t, quietLog()
	e.transport(ctx, cfg, true)
	return e.report
}

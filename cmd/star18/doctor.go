package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/console"
	"star18/cmd/internal/doctor"
	"star18/cmd/internal/say"
)

func (a *app) doctorCommand() *cobra.Command {
	var o doctorOptions
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check line, network, identity and sound, and name each cause and fix",
		Long: "Check everything a call needs: configuration, identity, clock, DNS, the server by each transport,\n" +
			"password, NAT, ports and sound. Nothing is changed anywhere, and nobody is called. The exit code\n" +
			"is 0 if nothing has failed, else 6.",
		Example: "  star18 doctor\n  star18 doctor --bundle for-my-provider.tar.gz",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.bundle, "bundle", "", "also write the report and the configuration, secrets hidden, to this .tar.gz `file`")
	cmd.Flags().BoolVar(&o.quiet, "quiet", false, "open no loudspeaker and play no tone")
	return cmd
}

type doctorOptions struct {
	bundle string
	quiet  bool
}

func (a *app) doctor(ctx context.Context, o doctorOptions) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	e := &examiner{app: a, quiet: o.quiet}
	e.run(ctx, time.Now())
	a.tellReport(&e.report, e.told)
	if o.bundle != "" {
		if err := a.bundle(o.bundle, e); err != nil {
			return exit(exitFault, err)
		}
	}
	if e.report.Count(doctor.Failed) > 0 {
		return exit(exitVerdict, nil)
	}
	return nil
}

// examiner runs the checks and tells each finding when it is there: some take
// seconds.
type examiner struct {
	app    *app
	quiet  bool
	report doctor.Report
	told   int // findings that have been printed
	loaded *config.Loaded

	problems config.Problems // of the configuration
}

func (e *examiner) run(ctx context.Context, now time.Time) {
	tell := func() { e.told = e.app.tellFindings(e.report, e.told) }
	e.configuration(now)
	tell()
	if e.loaded == nil {
		return
	}
	e.files()
	e.clock(now)
	tell()
	for _, l := range e.loaded.Lines() {
		if l.Settings.Line.User == "" || l.Settings.Line.Domain == "" {
			continue
		}
		for _, examine := range []func(){func() { e.identity(l, now) }, func() { e.line(ctx, l, now) }} {
			examine()
			if len(e.loaded.Lines()) > 1 {
				e.report.Name(e.told, cmp.Or(l.Name, config.DefaultAccount))
			}
			tell()
		}
	}
	e.sound()
	tell()
}

// configuration is what config check finds.
func (e *examiner) configuration(now time.Time) {
	l, err := config.Load(e.app.options())
	problems := problemsOf(err)
	if l != nil {
		problems = problems.And(problemsOf(l.CheckLine()))
	}
	const area = "configuration"
	for _, p := range problems {
		where := p.Where
		if p.Line > 0 {
			where += fmt.Sprintf(":%d", p.Line)
		}
		e.report.Fail(area, cmp.Or(p.Key, "file"), p.Fix, "%s", strings.TrimPrefix(where+": "+p.Wrong, ": "))
	}
	if l == nil {
		return
	}
	e.loaded, e.problems = l, problems
	id, _ := l.CheckIdentity(now)
	for _, text := range l.Warn(id) {
		found, fix := adviceIn(text)
		e.report.Warn(area, "settings", fix, "%s", found)
	}
	if len(problems) == 0 {
		e.report.Pass(area, "settings", "%s has no problem", orDefault(l.Path, "the command line"))
	}
}

// adviceIn is a warning without what it says to do about it, which comes last.
func adviceIn(warning string) (found, fix string) {
	if at := strings.LastIndex(warning, "; "); at > 0 {
		return warning[:at], warning[at+2:]
	}
	return warning, "config.example.yaml says what the key is for"
}

func orDefault(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func joined(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// identity makes each check of cert verify on the line's own certificate.
func (e *examiner) identity(l *config.Loaded, now time.Time) {
	s := l.Settings.Secure
	switch {
	case !s.Service:
		e.report.Skip("identity", "certificate", "secure.service is off")
		return
	case s.MiniCertificate == "" && e.unread("secure.mini_certificate_file"):
		e.report.Skip("identity", "certificate", "its file is not read, as told above")
		return
	case s.MiniCertificate == "":
		e.report.Warn("identity", "certificate", "star18 cert issue makes one; without it every call stays in clear",
			"this line has none")
		return
	}
	if e.unread("secure.private_key_file") {
		e.report.Skip("identity", "private key", "its file is not read, as told above")
		return
	}
	key := string(s.PrivateKey)
	evidence := certEvidence{piece: certPiece{text: s.MiniCertificate, place: "secure.mini_certificate"}, userID: &l.Settings.Line.User, key: &key, now: now, own: true}
	r := evidence.verify()
	for _, c := range r.checks {
		result := map[certResult]doctor.Result{certPassed: doctor.Passed, certFailed: doctor.Failed, certSkipped: doctor.Skipped}[c.Result]
		e.report = append(e.report, doctor.Finding{Area: "identity", Check: c.Name, Result: result, Found: c.Found, Fix: c.Fix})
	}
	for _, text := range r.warnings {
		if text == say.PublishedCAWarning {
			e.report.Warn("identity", "CA", "use a CA of your own: star18 cert ca", "%s", text)
			continue
		}
		e.report.Warn("identity", "expiry", "ask for the next one: star18 cert issue", "%s", text)
	}
	e.report.Warn("identity", "strength", "there is none, the format knows no better; do not rely on it against who can factor 512 bits", "%s", say.WeakWarning)
}

// unread: a file that the configuration names could not be used.
func (e *examiner) unread(key string) bool {
	return slices.ContainsFunc(e.problems, func(p config.Problem) bool { return p.Key == key })
}

// tellFindings prints the findings from one on, and returns how many there are.
func (a *app) tellFindings(r doctor.Report, from int) int {
	for i, f := range r[from:] {
		if a.flags.json {
			say.JSON{W: a.out}.Object(time.Now(), "check", f)
			continue
		}
		before := doctor.Finding{}
		if from+i > 0 {
			before = r[from+i-1]
		}
		if before.Account != f.Account && f.Account != "" {
			_, _ = fmt.Fprintf(a.out, "\naccount %s\n", say.Clean(f.Account))
		}
		if before.Area != f.Area || before.Account != f.Account {
			_, _ = fmt.Fprintln(a.out, f.Area)
		}
		a.tellFinding(f)
	}
	return len(r)
}

// tellFinding keeps what was found, and the fix, in a column of their own; on a
// terminal as many lines as that takes.
func (a *app) tellFinding(f doctor.Finding) {
	const column = 26
	texts := []string{say.Clean(f.Found)}
	if f.Fix != "" {
		texts = append(texts, "fix: "+say.Clean(f.Fix))
	}
	if out, ok := a.out.(*os.File); ok && isTerminal(out) {
		var lines []string
		for _, text := range texts {
			lines = append(lines, console.Fold(text, max(column, console.Width(out)-column))...)
		}
		texts = lines
	}
	for i, text := range texts {
		result, check := f.Result.String(), f.Check
		if i > 0 {
			result, check = "", ""
		}
		_, _ = fmt.Fprintf(a.out, "  %-8s %-14s %s\n", result, check, text)
	}
}

// tellReport ends the report.
func (a *app) tellReport(r *doctor.Report, told int) {
	a.tellFindings(*r, told)
	if a.flags.json {
		say.JSON{W: a.out}.Object(time.Now(), "examined", map[string]int{
			"checks": len(*r), "warnings": r.Count(doctor.Warned), "failed": r.Count(doctor.Failed),
		})
		return
	}
	_, _ = fmt.Fprintf(a.out, "doctor: %s, %s, %d FAILED\n", count(len(*r), "check"), count(r.Count(doctor.Warned), "warning"), r.Count(doctor.Failed))
}

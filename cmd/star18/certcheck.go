package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"star18/cmd/internal/say"
	"star18/securecall"
)

// certResult is the outcome of one check.
type certResult string

const (
	certPassed  certResult = "passed"
	certFailed  certResult = "failed"
	certSkipped certResult = "skipped" // it makes no sense while another check fails
)

// String implements fmt.Stringer.
func (r certResult) String() string { return string(r) }

// certCheck is one line of the report.
type certCheck struct {
	Name   string     `json:"name"`
	Result certResult `json:"result"`
	Found  string     `json:"found"`
	Fix    string     `json:"fix,omitempty"`
}

// word makes a failure stand out.
func (c certCheck) word() string {
	if c.Result == certFailed {
		return "FAILED"
	}
	return c.Result.String()
}

type certReport struct {
	checks   []certCheck
	warnings []string
}

func (r certReport) failed() int {
	n := 0
	for _, c := range r.checks {
		if c.Result == certFailed {
			n++
		}
	}
	return n
}

func (r *certReport) pass(name, format string, values ...any) {
	r.checks = append(r.checks, certCheck{name, certPassed, fmt.Sprintf(format, values...), ""})
}

func (r *certReport) fail(name, fix, format string, values ...any) {
	r.checks = append(r.checks, certCheck{name, certFailed, fmt.Sprintf(format, values...), fix})
}

func (r *certReport) skip(name, why string) {
	r.checks = append(r.checks, certCheck{name, certSkipped, why, ""})
}

// certEvidence is what a certificate is verified with; nil is what was not
// asked for.
type certEvidence struct {
	piece  certPiece
	trust  *certTrust
	userID *string
	key    *string
	now    time.Time
	own    bool // it is a line's own: it trusts the CA at its end
}

// verify makes every check that the one before leaves possible.
func (e certEvidence) verify() certReport {
	var r certReport
	p, err := e.piece.decode()
	if err != nil {
		e.refuseForm(&r, err)
		return r
	}
	r.pass("form", "%d base64 characters", len(p.text))
	e.checkCA(&r, p)
	e.checkSignature(&r, p)
	e.checkExpiry(&r, p.certificate)
	checkCertModulus(&r, p.certificate)
	e.checkUserID(&r, p.certificate)
	if e.key != nil {
		e.checkKey(&r, p)
	}
	if ca := e.authority(p); ca != nil && ca.IsPublished() {
		r.warnings = append(r.warnings, say.PublishedCAWarning)
	}
	return r
}

// refuseForm: without its bytes nothing else can be said of a certificate.
func (e certEvidence) refuseForm(r *certReport, err error) {
	var f *certFault
	if errors.As(err, &f) {
		r.fail("form", f.fix, "%s: %s [%s]", f.place, f.words, f.name)
	}
	for _, name := range []string{"signature", "expiry", "modulus", "user ID"} {
		r.skip(name, "there is nothing to check")
	}
	if e.key != nil {
		r.skip("private key", "there is nothing to check")
	}
}

// authority is the CA that must have signed: the one that is asked for, else
// the certificate's own.
func (e certEvidence) authority(p certParameter) *securecall.CA {
	if e.trust != nil {
		return &e.trust.ca
	}
	return p.ca
}

// checkCA is about whom the line itself would trust.
func (e certEvidence) checkCA(r *certReport, p certParameter) {
	switch {
	case e.trust == nil:
	case p.ca == nil:
		r.skip("CA", "the certificate alone carries none; a line's parameter ends with it")
	case *p.ca != e.trust.ca:
		r.fail("CA", "issue the certificate again with this CA, or verify with the CA that issued it",
			"carries %s, not the %s of --ca", *p.ca, e.trust.ca)
	default:
		r.pass("CA", "carries that of --ca, %s", p.ca.Fingerprint())
	}
}

func (e certEvidence) checkSignature(r *certReport, p certParameter) {
	ca := e.authority(p)
	switch {
	case ca == nil:
		r.fail("signature", "give the CA with --ca FILE", "cannot be checked: the certificate alone carries no CA")
	case !certSigned(p.certificate, *ca):
		r.fail("signature", "copy the parameter again, whole; if it stays so, issue a new certificate",
			"damaged, or not made by %s [%s]", *ca, securecall.CertificateSignature)
	case e.own:
		r.pass("signature", "made by %s, the CA that this line trusts", *ca)
	case e.trust == nil:
		r.pass("signature", "made by %s, which it carries itself; --ca FILE tells whether that is yours", *ca)
	default:
		r.pass("signature", "made by %s", *ca)
	}
}

// certSigned asks for the signature alone. A moment before every calendar
// expires nothing.
func certSigned(c securecall.MiniCertificate, ca securecall.CA) bool {
	return !errors.Is(c.Verify(ca, time.Time{}, securecall.UTC), securecall.BadSignature)
}

func (e certEvidence) checkExpiry(r *certReport, c securecall.MiniCertificate) {
	end, err := c.Expiry().Time(securecall.UTC)
	if err != nil || !e.now.Before(end) {
		r.fail("expiry", "issue a new certificate with: star18 cert issue", "%s [%s]", certExpires(c, e.now), securecall.CertificateExpired)
		return
	}
	r.pass("expiry", "%s", certExpires(c, e.now))
	if text := certExpiryWarning(e.now, end); text != "" {
		r.warnings = append(r.warnings, text)
	}
}

func checkCertModulus(r *certReport, c securecall.MiniCertificate) {
	if !certHonestModulus(c) {
		r.fail("modulus", "issue a new certificate with: star18 cert issue", "%s [%s]", certBits(c), securecall.CertificateModulus)
		return
	}
	r.pass("modulus", "%s", certBits(c))
}

// checkUserID compares the whole field, in which something may hide behind a
// NUL or behind a character that cannot be shown.
func (e certEvidence) checkUserID(r *certReport, c securecall.MiniCertificate) {
	switch {
	case !c.HasUserID(c.UserID()):
		r.fail("user ID", "issue a new certificate with: star18 cert issue", "%q is empty, or there is more in the field than can be shown", c.UserID())
	case e.userID == nil:
		r.pass("user ID", "%s; callers must dial exactly this", c.UserID())
	case !c.HasUserID(*e.userID) && e.own:
		r.fail("user ID", "ask for a certificate for this number (star18 cert issue), or correct line.user",
			"%s, and line.user is %q: callers who dial that refuse it [%s]", c.UserID(), *e.userID, securecall.UserIDMismatch)
	case !c.HasUserID(*e.userID):
		r.fail("user ID", "issue the certificate for the user part that callers dial, or correct --user-id",
			"%s, not %q: callers who dial that refuse it [%s]", c.UserID(), *e.userID, securecall.UserIDMismatch)
	default:
		r.pass("user ID", "%s, as asked", c.UserID())
	}
}

// checkKey lets the machines themselves try the pair, under a clock that
// expires nothing. They look at a key only if the certificate is good.
func (e certEvidence) checkKey(r *certReport, p certParameter) {
	text := p.text
	if p.ca == nil && e.trust != nil {
		text += e.trust.modulus
	}
	_, err := securecall.NewIdentity(text, *e.key, securecall.UTC, time.Time{})
	var fault securecall.Fault
	switch {
	case err == nil:
		r.pass("private key", "belongs to the certificate")
	case errors.As(err, &fault) && strings.HasPrefix(fault.String(), "key_"):
		r.fail("private key", certFixes[fault], "%s [%s]", fault.Words(), fault)
	default:
		r.skip("private key", "can only be checked once the checks above hold")
	}
}

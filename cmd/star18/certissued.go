package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"star18/cmd/internal/say"
	"star18/securecall"
)

// certIssued is the result of cert issue, to be told.
type certIssued struct {
	*securecall.Issued
	files certPair
	user  *certUser
	end   time.Time
	now   time.Time
}

// tellIssued prints the values themselves only if they were asked for; then
// standard output holds nothing else, and the words go to standard error.
func (a *app) tellIssued(o certOrder, i certIssued) error {
	if a.flags.json {
		i.tellJSON(a.out)
		return nil
	}
	values, words := "", a.out
	switch {
	case o.profile:
		values, words = i.profile(o.line), a.err
	case o.out == "-":
		values, words = certLabel+"\n"+i.MiniCertificateParameter()+"\n"+certKeyLabel+"\n"+i.PrivateKeyParameter()+"\n", a.err
	}
	i.tellWords(words)
	if values == "" {
		return nil
	}
	i.tellSecret(a.err, a.out, o.profile)
	if _, err := io.WriteString(a.out, values); err != nil {
		return certRefuse("standard output", certUnwritable, certReason(err), "issue again: these values are lost")
	}
	return nil
}

// profile is the two elements of one line, named as the SPA names its
// parameters: [n] appended, and every space and bracket an underscore. With
// ua="na" the telephone's own user can neither read nor change them.
func (i certIssued) profile(line int) string {
	var b strings.Builder
	for _, p := range []struct{ name, value string }{
		{"Mini_Certificate", i.MiniCertificateParameter()},
		{"SRTP_Private_Key", i.PrivateKeyParameter()},
	} {
		fmt.Fprintf(&b, "<%[1]s_%[2]d_ ua=\"na\">%[3]s</%[1]s_%[2]d_>\n", p.name, line, p.value)
	}
	return b.String()
}

func (i certIssued) tellWords(w io.Writer) {
	c := i.Certificate
	certLine(w, "issued", "%q, user ID %s, until %s (%s)", c.Name(), c.UserID(), certMoment(i.end), certLeft(i.now, i.end))
	certLine(w, "CA", "%s", i.CA.Fingerprint())
	if i.files != (certPair{}) {
		certLine(w, "mini-certificate", "%s", i.files.certificate)
		certLine(w, "private key", "%s (secret, mode 0600)", i.files.key)
	}
	switch {
	case i.user != nil:
		certLine(w, "configuration", "%s uses them; star18 doctor tries it", i.user.path)
	case i.files != (certPair{}):
		certLine(w, "configuration", "these lines make star18 use them:")
		_, _ = fmt.Fprintf(w, "\nsecure:\n  mini_certificate_file: %s\n  private_key_file: %s\n\n",
			certYAML(i.files.certificate), certYAML(i.files.key))
	}
	certLine(w, "note", "%s", certWeak)
	for _, text := range i.warnings() {
		certLine(w, "warning", "%s", text)
	}
}

func (i certIssued) warnings() []string {
	texts := []string{}
	if i.CA.IsPublished() {
		texts = append(texts, say.PublishedCAWarning+"; make a CA of your own with: star18 cert ca")
	}
	if text := certExpiryWarning(i.now, i.end); text != "" {
		texts = append(texts, text)
	}
	return texts
}

// tellSecret calls a private key what it is before it is printed.
func (i certIssued) tellSecret(w, out io.Writer, profile bool) {
	certLine(w, "warning", "the last value on standard output is a private key: who reads it can listen to this line")
	if profile {
		certLine(w, "warning", "a profile holds it in clear: keep the file closed (chmod 600), and give it to the SPA over HTTPS or encrypted")
	}
	if certOnTerminal(out) {
		certLine(w, "warning", "it is on this terminal now: clear the screen and its scrollback after use")
	}
}

func certOnTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// certYAML is a path for a configuration file. Relative paths there start at
// its own folder, which nobody knows here, so it is absolute.
func certYAML(path string) string {
	return "'" + strings.ReplaceAll(absolute(path), "'", "''") + "'"
}

func (i certIssued) tellJSON(w io.Writer) {
	c := i.Certificate
	say.JSON{W: w}.Object(i.now, "issued", struct {
		Name            string   `json:"name"`
		UserID          string   `json:"user_id"`
		Expires         string   `json:"expires"`
		CA              string   `json:"ca"`
		MiniCertificate string   `json:"mini_certificate_file"`
		PrivateKey      string   `json:"private_key_file"`
		Note            string   `json:"note"`
		Warnings        []string `json:"warnings"`
	}{c.Name(), c.UserID(), i.end.UTC().Format(time.RFC3339), i.CA.Fingerprint(), i.files.certificate, i.files.key, certWeak, i.warnings()})
}

// Package firstrun writes the first configuration of a line: the few keys that it
// needs, each with a comment, and a pointer to the rest.
package firstrun

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Answers is what a newcomer says about the line.
type Answers struct {
	User, DisplayName, Domain string
	AuthUser, Proxy           string // empty: as User, as Domain
	Transport                 string // udp, tcp, tls, ws, wss or auto
	PasswordFile              string // relative to the configuration
	Keyring                   bool   // the password is in the system's
	CAFile                    string
	MiniCertificateFile       string
	PrivateKeyFile            string
}

// ErrMissing: something that a line cannot do without was not said.
var ErrMissing = errors.New("is missing")

// Split takes the domain out of a whole address, as sip:14085550001@sip.example.com.
func (a *Answers) Split() {
	user, domain, whole := strings.Cut(strings.TrimPrefix(a.User, "sip:"), "@")
	if whole && (a.Domain == "" || a.Domain == domain) {
		a.User, a.Domain = user, domain
	}
}

// Check refuses what cannot be a line; the rest is for config check.
func (a Answers) Check() error {
	switch {
	case a.User == "":
		return fmt.Errorf("the number or name of the line (--user) %w", ErrMissing)
	case a.Domain == "":
		return fmt.Errorf("the registrar's domain (--domain) %w", ErrMissing)
	}
	return nil
}

// YAML is the configuration file.
func (a Answers) YAML() string {
	var b strings.Builder
	say := func(format string, values ...any) { fmt.Fprintf(&b, format+"\n", values...) }
	key := func(comment, name, value string) {
		if value != "" {
			say("  # %s", comment)
			say("  %s: %s", name, quoted(value))
		}
	}
	say("# star18: the line %s at %s. config.example.yaml explains every key that", plain(a.User), plain(a.Domain))
	say("# there is; star18 config check finds what is wrong, star18 doctor tries it all.")
	say("")
	say("line:")
	key("The number, or name, under which others call this line.", "user", a.User)
	key("What those who are called see beside it.", "display_name", a.DisplayName)
	key("The registrar's domain.", "domain", a.Domain)
	key("The user for the password, as it differs from the number.", "auth_user", a.AuthUser)
	key("Where requests go, as it is not the domain.", "proxy", a.Proxy)
	key("How SIP travels: udp, tcp, tls, ws, wss or auto. By tls and wss, nobody on the way reads it.", "transport", a.Transport)
	key("Apart from this file, so that this one can be shown.", "password_file", a.PasswordFile)
	if a.Keyring {
		say("  # The password is in the keyring of this system.")
		say("  password_keyring: true")
	}
	if a.CAFile != "" {
		say("\nsip:\n  tls:")
		say("    # The CA that signed the server's certificate.")
		say("    ca_file: %s", quoted(a.CAFile))
	}
	say("\nsecure:")
	if a.MiniCertificateFile == "" {
		say("  # Secure calls need an identity, mini_certificate_file and private_key_file:")
		say("  # star18 cert issue --use makes one and names it here.")
	}
	key("The line's identity in secure calls,", "mini_certificate_file", a.MiniCertificateFile)
	key("and the key that proves it.", "private_key_file", a.PrivateKeyFile)
	say("  # true: every call is to be secured; false: those dialled with *18.")
	say("  default: false")
	say("\naudio:")
	say("  # star18 devices lists the names: card:NAME.")
	say("  input: card\n  output: card")
	return b.String()
}

// quoted is text as YAML takes it whatever is in it; JSON is a part of YAML.
func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		return `""` // a string always can be
	}
	return string(b)
}

// plain keeps a comment on its line.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u0085' || r == '\u2028' || r == '\u2029' {
			return '?'
		}
		return r
	}, text)
}

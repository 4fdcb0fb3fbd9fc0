package config

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const twoAccounts = `line: {user: "14085550001", domain: a.test, password: first}
sip: {listen: "192.0.2.1:5060"}
secure: {mini_certificate: none, private_key: none}
accounts:
  - name: office
    user: "14085550003"
    domain: b.test
    password: hunter2
    expires: 120s
  - {name: home, user: "5", domain: c.test, register: false, default: true}
`

func TestAccountsAreLines(t *testing.T) {
	l, err := Load(Options{Path: write(t, twoAccounts)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range l.Lines() {
		c, err := one.Line(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(one.Name, " ", c.User, "@", c.Domain, " ", c.Register, " ", c.Expires, " ", c.Listen, " ", c.Secure.IdentityErr != nil))
	}
	want := []string{
		"home 5@c.test false 1h0m0s 192.0.2.1 false",
		" 14085550001@a.test true 1h0m0s 192.0.2.1:5060 true", // its identity is no account's
		"office 14085550003@b.test true 2m0s 192.0.2.1 false",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for name, user := range map[string]string{"": "5", "line": "14085550001", "office": "14085550003"} {
		if one := l.Account(name); one == nil || one.Settings.Line.User != user {
			t.Errorf("account %q is not user %s", name, user)
		}
	}
	if l.Account("nobody") != nil {
		t.Error("an account that nobody wrote")
	}
	var shown strings.Builder
	l.Show(&shown)
	if strings.Contains(shown.String(), "hunter2") {
		t.Error("the password of an account is shown")
	}
}

// Without a section line the accounts are all there is.
func TestAccountsAlone(t *testing.T) {
	l, err := Load(Options{Path: write(t, "accounts: [{name: a, user: x, domain: y.test}]")})
	if err != nil || l.CheckLine() != nil || len(l.Lines()) != 1 || l.Account("").Settings.Line.User != "x" {
		t.Errorf("%v, %v, %d lines", err, l.CheckLine(), len(l.Lines()))
	}
}

// Each mistake is told with its place.
func TestBadAccounts(t *testing.T) {
	for text, want := range map[string]string{
		"[{user: x, domain: y.test}]":                                       "accounts[0]: has no name",
		"[{name: line, user: x, domain: y.test}]":                           `accounts[0]: is named "line"`,
		"[{name: a, domain: y.test}]":                                       "accounts[0].user: is empty",
		"[{name: a, user: x, domain: y.test, port: 1}]":                     "accounts[0].port: no such key",
		"[{name: a, user: x, domain: y.test, expires: 1s}]":                 "accounts[0].expires: 1s is not from",
		"[{name: a, user: x, domain: y.test, password_file: /nonexistent}]": "accounts[0].password_file: /nonexistent cannot be read",
		"[x]": "accounts[0]: is no account",
		"[{name: a, user: x, domain: y.test, default: true}, {name: b, user: x, domain: y.test, default: true}]": "more than one default",
	} {
		_, err := Load(Options{Path: write(t, "accounts: "+text)})
		ps, _ := err.(Problems)
		if len(ps) == 0 || !strings.Contains(fmt.Sprint(ps), want) {
			t.Errorf("%s: %v, want %q", text, ps, want)
		}
	}
}

package config

import (
	"fmt"
	"strings"
	"testing"

	"star18/dialplan"
)

const someContacts = `contacts:
  - {name: Anna Berg, number: "*18 1 408 555 1234", speed: "2"}
  - name: Joe
    number: joe@example.net
  - {name: Lost, number: "55"}
dialplan:
  plan: "(8<:@gw1>xx|9<:@gw2>xx|*xx|[3469]11|1xxx[2-9]xxxxxxS0)"
  gateways:
    - {name: gw1, host: "gw.example.net:5082", auth_user: me, password_file: gw.password}
    - {name: gw2, host: 192.0.2.7}
`

func TestContactsAndGatewaysReachTheDialer(t *testing.T) {
	path := write(t, someContacts)
	beside(t, path, "gw.password", "hunter2\n", 0o600)
	l, err := Load(Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := dialplan.New(l.Dialplan(dialplan.Standing{}))
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{
		"anna": "14085551234@ true", "2": "14085551234@ true", "Joe": "joe@example.net false",
		"812": "812@gw.example.net:5082 false", "912": "912@192.0.2.7 false",
	} {
		i := d.Dial(typed)
		if got := fmt.Sprint(i.Number, "@", i.Host, " ", i.Secure); got != want {
			t.Errorf("%s: %s, want %s (%s)", typed, got, want, i.Why)
		}
	}
	if r := d.Dial("812").Route; r == nil || r.AuthUser != "me" || r.Password.Reveal() != "hunter2" {
		t.Errorf("the gateway's credentials are %+v", r)
	}
	if len(l.Warnings) != 1 || !strings.Contains(l.Warnings[0], `contacts[2]: "Lost" cannot be called`) {
		t.Errorf("warnings %q", l.Warnings)
	}
	var shown strings.Builder
	l.Show(&shown)
	if strings.Contains(shown.String(), "hunter2") || !strings.Contains(shown.String(), "Anna Berg") {
		t.Errorf("shown: %s", &shown)
	}
}

// Each line is one mistake in a list, and what people are told.
func TestMistakesInLists(t *testing.T) {
	for _, tt := range []struct{ yaml, want string }{
		{"contacts: [{name: A, nubmer: x, number: \"1\"}]", `config.yaml:1: contacts[0].nubmer: no such key; write one of name, number, speed`},
		{"contacts:\n- {name: A, number: 411}", `config.yaml:2: contacts[0].number: 411 without quotes is not a string in YAML; quote it: "411"`},
		{"contacts:\n- {name: A}", `config.yaml:2: contacts[0].number: is empty`},
		{"contacts:\n- A", `config.yaml:2: contacts[0]: is not a list of names and values; write {name: ..., number: ..., speed: ...}`},
		{"contacts:\n- {name: A, number: \"411\"}\n- {name: a, number: \"411\"}", `contacts[1].name: contact "a": contact name needs a letter`},
		{"contacts:\n- {name: \"12\", number: \"411\"}", `config.yaml:2: contacts[0].name: contact "12": contact name needs a letter`},
		{"contacts:\n- {name: A, number: \"4\\n11\"}", `config.yaml:2: contacts[0].number: contact "A": what was dialled holds a character that cannot be dialled: U+000A at character 2`},
		{"contacts:\n- {name: A, number: \"411\", speed: \"1\"}", `config.yaml:2: contacts[0].speed: "1" is no key from 2 to 9`},
		{"contacts:\n- {name: A, number: \"411\", speed: \"2\"}\n- {name: B, number: \"411\", speed: \"2\"}", `config.yaml:3: contacts[1].speed: the key 2 calls "A" already`},
		{"dialplan:\n  gateways:\n  - {name: gw9, host: h}", `config.yaml:3: dialplan.gateways[0]: gateway "gw9": gateway must be named gw1 to gw4`},
		{"dialplan:\n  gateways:\n  - {name: gw0, host: h}", `config.yaml:3: dialplan.gateways[0]: gateway "gw0": gw0 is the telephone socket`},
		{"dialplan:\n  gateways:\n  - {name: gw1, host: \"a b\"}", `config.yaml:3: dialplan.gateways[0]: gateway "gw1": "a b" is not a host`},
		{"dialplan:\n  gateways:\n  - {name: gw1, host: h, password: x}", `config.yaml:3: dialplan.gateways[0].auth_user: is empty, but there is a password`},
		{"dialplan:\n  gateways:\n  - {name: gw1, host: h, auth_user: a, password_file: none}", `password_file: none cannot be read`},
		{"dialplan:\n  codes: {dnd: \"*18\"}", `config.yaml:2: dialplan.codes.dnd: codes secure_next and dnd: "*18": star code is used twice; write another code`},
	} {
		got := strings.Join(problems(t, Options{Path: write(t, tt.yaml)}), "\n")
		if !strings.Contains(got, tt.want) {
			t.Errorf("%s\n got %s\nwant %s", tt.yaml, got, tt.want)
		}
	}
}

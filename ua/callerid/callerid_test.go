package callerid

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

const (
	joe     = `"Joe Smith" <sip:14085551234@example.com>;tag=a7`
	network = `"Network Joe" <sip:14085559999@example.com>`
	rpid    = `"RPID Joe" <sip:14085557777@example.com>;party=calling;screen=yes;privacy=off`
	nobody  = `"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1`
)

// The oracles are RFC 3325 (5: trust; 9: the header and its privacy), RFC 3323
// 4.1.1.3 (an anonymous From), RFC 5079 2 (who is anonymous), and the SPA's
// Caller_ID_Header for the order.
func TestIdentify(t *testing.T) {
	all := Headers{From: joe, Asserted: []string{network}, RemotePartys: []string{rpid}}
	for _, tt := range []struct {
		name    string
		order   Order
		h       Headers
		trusted bool
		want    Identity
	}{
		{"From alone", PAIDRPIDFrom, Headers{From: joe}, true, Identity{Name: "Joe Smith", Number: "14085551234"}},
		{"asserted first", PAIDRPIDFrom, all, true, Identity{Name: "Network Joe", Number: "14085559999", Asserted: true}},
		{"a stranger asserts nothing", PAIDRPIDFrom, all, false, Identity{Name: "Joe Smith", Number: "14085551234"}},
		{"then Remote-Party-ID", PAIDRPIDFrom, Headers{From: joe, RemotePartys: []string{rpid}}, true,
			Identity{Name: "RPID Joe", Number: "14085557777", Asserted: true}},
		{"asserted only", PAssertedID, Headers{From: joe, RemotePartys: []string{rpid}}, true, Identity{Name: "Joe Smith", Number: "14085551234"}},
		{"remote party only", RemoteParty, all, true, Identity{Name: "RPID Joe", Number: "14085557777", Asserted: true}},
		{"From only", FromOnly, all, true, Identity{Name: "Joe Smith", Number: "14085551234"}},
		{"the called party is not the caller", PAIDRPIDFrom, Headers{From: joe, RemotePartys: []string{`<sip:1@h>;party=called`}}, true,
			Identity{Name: "Joe Smith", Number: "14085551234"}},
		{"sip and tel", PAIDRPIDFrom, Headers{From: joe, Asserted: []string{`<tel:+1-408-555-9999>, "Joe" <sip:+14085559999@h;user=phone>`}}, true,
			Identity{Name: "Joe", Number: "+14085559999", Asserted: true}},
		{"two headers", PAIDRPIDFrom, Headers{From: joe, Asserted: []string{`<sip:gateway.example>`, `<sip:77@h>`}}, true,
			Identity{Number: "77", Asserted: true}},
		{"a comma in a name", PAIDRPIDFrom, Headers{From: joe, Asserted: []string{`"Smith, \"Joe\"" <sip:9@h>`}}, true,
			Identity{Name: `Smith, "Joe"`, Number: "9", Asserted: true}},
		{"no URI at all", PAIDRPIDFrom, Headers{From: joe, Asserted: []string{"garbage"}}, true, Identity{Name: "Joe Smith", Number: "14085551234"}},

		{"anonymous From", PAIDRPIDFrom, Headers{From: nobody}, true, Identity{Name: Anonymous, Anonymous: true}},
		{"anonymous at the server's domain", PAIDRPIDFrom, Headers{From: `<sip:Anonymous@example.com>`}, true, Identity{Name: Anonymous, Anonymous: true}},
		{"the network knows an anonymous From", PAIDRPIDFrom, Headers{From: nobody, Asserted: []string{network}}, true,
			Identity{Name: "Network Joe", Number: "14085559999", Asserted: true}},
		{"the network knows and hides", PAIDRPIDFrom, Headers{From: nobody, Asserted: []string{network}, Privacy: []string{"id"}}, true,
			Identity{Name: Anonymous, Asserted: true, Anonymous: true}},
		{"user privacy", PAIDRPIDFrom, Headers{From: joe, Privacy: []string{"session; User"}}, false, Identity{Name: Anonymous, Anonymous: true}},
		{"session privacy hides no name", PAIDRPIDFrom, Headers{From: joe, Privacy: []string{"session;critical"}}, true,
			Identity{Name: "Joe Smith", Number: "14085551234"}},
		{"Privacy none", PAIDRPIDFrom, Headers{From: joe, Privacy: []string{"none"}}, true, Identity{Name: "Joe Smith", Number: "14085551234"}},
		{"remote party in full privacy", PAIDRPIDFrom, Headers{From: joe, RemotePartys: []string{`"J" <sip:5@h>;privacy=full`}}, true,
			Identity{Name: Anonymous, Asserted: true, Anonymous: true}},
		{"its name alone", PAIDRPIDFrom, Headers{From: joe, RemotePartys: []string{`"J" <sip:5@h>;privacy=name-network`}}, true,
			Identity{Number: "5", Asserted: true}},
		{"its number alone", PAIDRPIDFrom, Headers{From: joe, RemotePartys: []string{`"J" <sip:5@h>;privacy=uri`}}, true,
			Identity{Name: "J", Asserted: true}},

		{"only a certificate gives the dollar", PAIDRPIDFrom, Headers{From: `"$Joe Smith" <sip:1@h>`}, true, Identity{Name: "Joe Smith", Number: "1"}},
		{"nothing that paints", PAIDRPIDFrom, Headers{From: "\"A\x1b[2J\u202eB\xff\" <sip:%0d%0a1%41;x=y:pw@h>"}, true, Identity{Name: "A[2JB", Number: "1A"}},
		{"without brackets", PAIDRPIDFrom, Headers{From: "sip:12@h;tag=a"}, true, Identity{Number: "12"}},
		{"a bare name", PAIDRPIDFrom, Headers{From: "Joe Smith <sips:12@h:5061>;tag=a"}, true, Identity{Name: "Joe Smith", Number: "12"}},
		{"a user with a password", PAIDRPIDFrom, Headers{From: "<sip:12:geheim@h>"}, true, Identity{Number: "12"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.order.Identify(tt.h, tt.trusted); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// What we hide, a phone of ours understands as hidden; and a proxy that strips
// what RFC 3325 9.3 tells it to leaves no trace of who called.
func TestHiding(t *testing.T) {
	own := Own{"Joe Smith", "14085551234", "example.com"}
	h := Headers{From: `"` + own.From(true).Name + `" <sip:` + own.From(true).User + "@" + own.From(true).Host + ">"}
	if strings.Contains(h.From, "Joe") || strings.Contains(h.From, "1408") {
		t.Errorf("From says %s", h.From)
	}
	if got := PAIDRPIDFrom.Identify(h, true); !got.Anonymous {
		t.Errorf("without the network's headers: %+v", got)
	}
	for _, f := range own.Hiding() {
		switch f.Name {
		case "Privacy":
			h.Privacy = append(h.Privacy, f.Value)
		case "P-Preferred-Identity":
			h.Asserted = append(h.Asserted, f.Value) // what a proxy makes of it
		case "Remote-Party-ID":
			h.RemotePartys = append(h.RemotePartys, f.Value)
		}
	}
	if got := PAIDRPIDFrom.Identify(h, true); !got.Anonymous || got.Number != "" {
		t.Errorf("with them: %+v", got)
	}
	h.Privacy = nil
	if got := RemoteParty.Identify(h, true); !got.Anonymous {
		t.Errorf("by Remote-Party-ID alone: %+v", got)
	}
	if own.From(false) != own {
		t.Error("a call that does not hide has another From")
	}
}

func TestOrderValidate(t *testing.T) {
	for _, o := range Orders() {
		if err := o.Validate(); err != nil {
			t.Error(err)
		}
	}
	if Order("CALLER").Validate() == nil {
		t.Error("an unknown order is taken")
	}
}

// Whatever arrives, what is shown is short, printable and claims no certificate.
func FuzzIdentify(f *testing.F) {
	f.Add(joe, network, rpid, "id", true)
	f.Add(nobody, "", "", "", false)
	f.Add("\"a\\", "<sip:@>,,\"", ";privacy=full", ";;", true)
	f.Fuzz(func(t *testing.T, from, pai, rp, privacy string, trusted bool) {
		for _, o := range Orders() {
			id := o.Identify(Headers{from, []string{pai}, []string{rp}, []string{privacy}}, trusted)
			for _, text := range []string{id.Name, id.Number} {
				if utf8.RuneCountInString(text) > maxShown || strings.HasPrefix(text, "$") ||
					strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
					t.Errorf("shown: %q", text)
				}
			}
			if id.Anonymous && id.Number != "" || id.Asserted && !trusted {
				t.Errorf("%+v", id)
			}
		}
	})
}

package dialplan

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Each fault with its place: columns count from 1 over the whole script, and were counted by hand.
func TestPlanFaults(t *testing.T) {
	for _, v := range []struct {
		plan             string
		sequence, column int
		near             string
		reason           error
	}{
		{"", 0, 1, "", ErrNoPlan},
		{"xxx", 0, 1, "xxx", ErrNoPlan},
		{"P5,(x)", 0, 1, "P5,(x)", ErrNoPlan},
		{"L8,(x)", 0, 1, "L", ErrOverride},
		{"L:8(x)", 0, 1, "L:8", ErrOverride},
		{"S:65,(x)", 0, 1, "S:65", ErrSeconds},
		{"(xx", 1, 1, "(xx", ErrNotClosed},
		{"(", 1, 1, "(", ErrNotClosed},
		{"(xx)|(yy)", 0, 5, "|(yy)", ErrTrailing},
		{"(0|00|1xxxxxx[2-|x)", 3, 14, "[2-", ErrNotClosed},
		{"(0|00|1xxxxxx[2-", 3, 14, "[2-", ErrNotClosed},
		{"([2|x])", 1, 2, "[2", ErrNotClosed},
		{"([])", 1, 2, "[]", ErrEmptySet},
		{"(0[9-2])", 1, 4, "9-2", ErrRange},
		{"([*-9])", 1, 3, "*-9", ErrRange},
		{"([1y])", 1, 4, "y", ErrUnknownElement},
		{"([[1]])", 1, 3, "[", ErrUnknownElement},
		{"(0|a)", 2, 4, "a", ErrUnknownElement},
		{"(s4 x)", 1, 2, "s", ErrUnknownElement},
		{"(0|&lt;:1408&gt;[2-9]xxxxxx)", 2, 4, "&lt;", ErrEscaped},
		{"(\u00e9)", 1, 2, "\u00e9", ErrUnknownElement},
		{"(\x00)", 1, 2, "\x00", ErrUnknownElement},
		{"(.)", 1, 2, ".", ErrNothingToRepeat},
		{"(x..)", 1, 4, ".", ErrNothingToRepeat},
		{"(<:1>.)", 1, 6, ".", ErrNothingToRepeat},
		{"(<.:1>)", 1, 3, ".", ErrNothingToRepeat},
		{"(9Px)", 1, 3, "P", ErrSeconds},
		{"(S99 x)", 1, 2, "S99", ErrSeconds},
		{"(S99999999999999999999 x)", 1, 2, "S99999999999999999999", ErrSeconds},
		{"(1900!x)", 1, 7, "x", ErrAfterBar},
		{"(1900!!)", 1, 7, "!", ErrAfterBar},
		{"(<8:1650xx)", 1, 2, "<8:1650xx)", ErrNotClosed},
		{"(<8>x)", 1, 2, "<8", ErrNotClosed},
		{"(<8|:1>x)", 1, 2, "<8", ErrNotClosed},
		{"(<8:1408xxx>)", 1, 5, "1408xxx", ErrSent},
		{"(<8:16;50>x)", 1, 5, "16;50", ErrSent},
		{"(<:a\"b>x)", 1, 4, "a\"b", ErrSent},
		{"(<:@>x)", 1, 5, "", ErrHost},
		{"(<:@gw.example.net:0>x)", 1, 5, "gw.example.net:0", ErrHost},
		{"(<:@a b>x|<:@-a>x)", 2, 14, "-a", ErrHost},
		{"(<:@h;tls>x)", 1, 5, "tls", ErrParameter},
		{"(<:@h;nat=1>x)", 1, 5, "nat", ErrParameter},
		{"(<:@gw1>x<:@gw2>)", 1, 12, "@gw2", ErrTwoRoutes},
		{"(" + strings.Repeat("x", 2047) + ")", 0, 2049, "(" + strings.Repeat("x", 23) + "...", ErrPlanTooLong},
	} {
		_, err := parsePlan(v.plan)
		var fault *PlanError
		if !errors.As(err, &fault) {
			t.Errorf("%q: %v, want a fault", v.plan, err)
			continue
		}
		want := PlanError{v.sequence, v.column, v.near, v.reason}
		if *fault != want || !errors.Is(err, v.reason) {
			t.Errorf("%q: %v, want %v", v.plan, fault, &want)
		}
	}
}

func TestPlanFaultInWords(t *testing.T) {
	_, err := parsePlan("(0|00|1xxxxxx[2-|x)")
	if want := `dial plan: sequence 3, column 14: "[2-" is not closed`; fmt.Sprint(err) != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// What the manuals print, or print with other white space, is taken.
func TestPlansOfTheManuals(t *testing.T) {
	for _, plan := range []string{
		defaultPlan,
		"(*xx|[3469]11|0|00|[2-9]xxxxxx|1xxx[2-9]xxxxxx|xxxxxxxxxxxx.)",
		"( *xx | [3469]11 | 0 | 00 | <:1408>[2-9]xxxxxx | 1[2-9]xx[2-9]xxxxxx | 011x. )",
		"L:8,S:4,( *xx | x. )", " L : 8 , S : 4 , ( *xx )\n", "L:,(x)",
		"(P9<:23> | xx)", "(P5 <:1000>|xxxx)", "( S0 <:12125551234> )", "(9, 1 xxx S4 xxxx L20 x.)",
		"(<9,:>1xxxxxxxxxx|<:1408>[2-9]xxxxxx)", "([x*#].)", "(**xxx|x.)", "(x.|)", "()",
		"(<:@gw.example.net:5082;usr=jsmith;pwd=xyz;nat>x.)", "(<00:+>x.)",
		"(" + strings.Repeat("x", maxPlan-2) + ")",
	} {
		if _, err := parsePlan(plan); err != nil {
			t.Errorf("%v", err)
		}
	}
}

// White space ends the number of a timer and means nothing anywhere else.
func TestWhiteSpace(t *testing.T) {
	for _, pair := range [][2]string{
		{"( 1 947 xxxxxxx ! | 1 xxx xxxxxxx )", "(1947xxxxxxx!|1xxxxxxxxxx)"},
		{"( [ 2 - 9 ] x . < 8 , : 1 6 50 > , )", "([2-9]x.<8,:1650>,)"},
		{"L : 8 , ( S 4 1x )", "L:8,(S4 1x)"},
		{"(<:@gw.example .net : 50 82 ; p w d = x y z ; nat>\tx)", "(<:@gw.example.net:5082;pwd=xyz;nat>x)"},
	} {
		a, err := parsePlan(pair[0])
		b, err2 := parsePlan(pair[1])
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if !samePlan(a, b) {
			t.Errorf("%q and %q differ", pair[0], pair[1])
		}
	}
	apart, _ := parsePlan("(S4 1x)")
	joined, _ := parsePlan("(S41x)")
	if samePlan(apart, joined) {
		t.Error("S4 1x and S41x are the same")
	}
}

func samePlan(a, b *plan) bool {
	form := func(p *plan) string {
		s := fmt.Sprint(p.short, p.long)
		for _, seq := range p.sequences {
			s += fmt.Sprint("|", seq.ops, seq.barred)
			if seq.route != nil {
				s += fmt.Sprint(seq.route.hostPort(), seq.route.AuthUser, seq.route.Password.Reveal(), seq.route.NAT)
			}
		}
		return s
	}
	return form(a) == form(b)
}

func TestRoute(t *testing.T) {
	p, err := parsePlan("(<:@gw.example.net:5082;uid=jsmith;pwd=xyz;nat>x|<:@[2001:db8::1];usr=a>x|<:@GW3>x)")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Route{
		{Host: "gw.example.net", Port: 5082, AuthUser: "jsmith", Password: "xyz", NAT: true},
		{Host: "[2001:db8::1]", Port: 5060, AuthUser: "a"},
		{Gateway: "gw3"},
	} {
		if got := *p.sequences[i].route; got != want {
			t.Errorf("sequence %d: %+v, want %+v", i+1, got, want)
		}
	}
}

// A password of a plan reaches no text that is shown.
func TestPasswordsStayHidden(t *testing.T) {
	const password = "hunter2"
	plan := "(<:@h;uid=a;p wd=" + password + ";nat>x.|[2-)"
	_, err := parsePlan(plan)
	_, err2 := parsePlan("(<:@h;uid=a;PWD=" + password)
	_, err4 := parsePlan("(<:@h;pass=" + password + ">)")
	_, err3 := parsePlan("(<:@h;pwd=" + password + ">x<:@h2;pwd=" + password + ">)")
	d := dialer(t, func(c *Config) {
		c.Plan = "(<:@h;pwd=" + password + ">xx)"
		c.Gateways = map[string]Route{"gw1": {Host: "g", Password: password}}
	})
	intent := d.Dial("12")
	if intent.Route == nil || intent.Route.Password.Reveal() != password {
		t.Fatal("the caller does not get the password")
	}
	text, _ := intent.MarshalJSON()
	for _, shown := range []string{
		fmt.Sprint(err, err2, err3, err4), Redact(plan), fmt.Sprintf("%v %+v %#v %s %q %x", intent, *intent.Route, *intent.Route, intent.Route.Password, intent.Route.Password, intent.Route.Password),
		fmt.Sprint(intent.Route.Password.String(), intent.Route.Password.GoString(), intent.Route.Password.LogValue()), routeJSON(*intent.Route),
		string(text), intent.SequenceText, intent.Why, fmt.Sprintf("%+v", d.config.Gateways),
	} {
		if strings.Contains(shown, password) {
			t.Errorf("shows the password: %s", shown)
		}
	}
	if got, want := Redact("(<:@h;pwd=a;nat>x|<:@g;uid=b; pwd =c>y)"), "(<:@h;pwd=[secret];nat>x|<:@g;uid=b; pwd =[secret]>y)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func routeJSON(r Route) string {
	text, err := json.Marshal(r)
	return fmt.Sprint(string(text), err)
}

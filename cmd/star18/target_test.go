package main

import (
	"testing"

	"star18/dialplan"
	"star18/ua"
	"star18/ua/digest"
)

// What was dialled, and what the line is told of it. The oracle is the table of
// star codes (section 3) and the rule that nothing stands before a call for help.
func TestTargetOfWhatWasDialled(t *testing.T) {
	c := dialplan.FactoryConfig()
	c.Plan = "(<8:@gw1>xx|<7:@h.example;uid=u;pwd=p>xx|911|411)"
	c.Gateways = map[string]dialplan.Route{"gw1": {Host: "gw.example", Port: 5082}}
	for dialed, want := range map[string]ua.Target{
		"411":                {Number: "411"},
		"*18411":             {Number: "411", Secure: true},
		"*19411":             {Number: "411", InClear: true},
		"*81*027111411":      {Number: "411", HideID: true, OnlyCodec: "PCMA"},
		"*017110411":         {Number: "411", PreferCodec: "PCMU"},
		"812":                {Number: "12", Host: "gw.example:5082", Gateway: true},
		"712":                {Number: "12", Host: "h.example", Gateway: true, Credentials: digest.Credentials{User: "u", Password: "p"}},
		"sips:joe@a.example": {Number: "joe", Host: "a.example", SIPS: true},
		"911":                {Number: "911"},
		"*81*18*02722911":    {Number: "911"},
		"*19911":             {Number: "911"},
	} {
		d, _, err := dialplan.New(c)
		if err != nil {
			t.Fatal(err)
		}
		got := target(d.Dial(dialed))
		want.Dialed = dialed
		if got != want {
			t.Errorf("%s: %+v, want %+v", dialed, got, want)
		}
	}
}

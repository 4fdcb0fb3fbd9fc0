package dialplan

import (
	"strings"
	"testing"
)

// What is appended to a plan: the three numbers, and those behind each way to an outside line.
func TestEmergencySequences(t *testing.T) {
	for plan, want := range map[string]string{
		defaultPlan:                          "911 112 999",
		"(<9,:>1xxx|<9,:>0x.|9,xx)":          "911 112 999 9911 9112 9999",
		"(<*0,:>x.|88,x.|<7:>,x.)":           "911 112 999 *0911 *0112 *0999 88911 88112 88999 7911 7112 7999",
		"(,x.|9.,x.|[89],x.|<8:1>,x.|<8:>x)": "911 112 999", // no outside line, or none of single keys
	} {
		p, err := parsePlan(plan)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, seq := range emergencySequences(p.sequences) {
			got = append(got, seq.text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", plan, got, want)
		}
	}
}

// Through the outside line's own gateway, or the proxy where that is not there.
func TestEmergencyBehindAGateway(t *testing.T) {
	d := dialer(t, func(c *Config) {
		c.Plan, c.Gateways = "(<9,:@gw1>1xxx|<8,:@gw2>1xxx)", map[string]Route{"gw1": {Host: "gw.example.net"}}
	})
	for input, host := range map[string]string{"9911": "gw.example.net", "8112": ""} {
		got := d.Dial(input)
		if got.Outcome != OutcomeDial || !isEmergency(got.Number) || got.Host != host || !got.Emergency {
			t.Errorf("%s: %s %q at %q: %s", input, got.Outcome, got.Number, got.Host, got.Why)
		}
	}
}

package dialplan

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestConfigFaults(t *testing.T) {
	for name, v := range map[string]struct {
		change func(*Config)
		reason error
	}{
		"plan":            {func(c *Config) { c.Plan = "" }, ErrNoPlan},
		"short timer":     {func(c *Config) { c.ShortTimer = -1 }, ErrTimerRange},
		"long timer":      {func(c *Config) { c.LongTimer = 65 * time.Second }, ErrTimerRange},
		"incomplete":      {func(c *Config) { c.Incomplete = 2 }, ErrIncompleteMode},
		"gateway 0":       {func(c *Config) { c.Gateways = map[string]Route{"gw0": {Host: "h"}} }, ErrGateway0},
		"gateway 5":       {func(c *Config) { c.Gateways = map[string]Route{"gw5": {Host: "h"}} }, ErrGatewayName},
		"gateway host":    {func(c *Config) { c.Gateways = map[string]Route{"gw1": {Host: "a b"}} }, ErrHost},
		"speed dial key":  {func(c *Config) { c.SpeedDial = map[string]string{"1": "411"} }, ErrSpeedDialKey},
		"speed dial":      {func(c *Config) { c.SpeedDial = map[string]string{"2": "4\r11"} }, ErrCharacter},
		"kept speed dial": {func(c *Config) { c.Standing.SpeedDial[2] = "4\n11" }, ErrCharacter},
		"contact number":  {func(c *Config) { c.Contacts = []Contact{{"911", "900"}} }, ErrContactName},
		"contact twice":   {func(c *Config) { c.Contacts = []Contact{{"Joe", "1"}, {" joe ", "2"}} }, ErrContactName},
		"contact dial":    {func(c *Config) { c.Contacts = []Contact{{"Joe", "\x00"}} }, ErrCharacter},
	} {
		config := FactoryConfig()
		v.change(&config)
		if _, _, err := New(config); !errors.Is(err, v.reason) {
			t.Errorf("%s: %v, want %v", name, err, v.reason)
		}
	}
	config := FactoryConfig()
	config.Plan, config.LongTimer, config.Codes[DND] = "(x", -1, "*18"
	_, _, err := New(config)
	for _, reason := range []error{ErrNotClosed, ErrTimerRange, ErrCodeDuplicate} {
		if !errors.Is(err, reason) {
			t.Errorf("%v does not report %v", err, reason)
		}
	}
}

func TestWarnings(t *testing.T) {
	for _, v := range []struct{ plan, want string }{
		{defaultPlan, ""},
		{"([x*#].)", "1 swallows_code"},
		{"(xx|*1x.|**xxx)", "2 swallows_code"},
		{"(*18xxxx|*xx|*xxx!)", "1 swallows_code 3 swallows_code"},
		{"(0<:@gw0>|1<:@gw1>|2<:@gw2>|3<:@gw5>)", "1 gateway_0 3 no_gateway"},
		{"(x||<9,:>|900!|<900:>!)", "2 sends_nothing 3 sends_nothing"},
	} {
		config := FactoryConfig()
		config.Plan, config.Gateways = v.plan, map[string]Route{"gw1": {Host: "h"}}
		_, warnings, err := New(config)
		var got []string
		for _, w := range warnings {
			if w.Kind == WarnEmergency {
				continue // has a test of its own
			}
			got = append(got, fmt.Sprint(w.Sequence, " ", w.Kind))
			if !strings.HasPrefix(w.String(), "dial plan: sequence ") {
				t.Errorf("%s", w)
			}
		}
		if err != nil || strings.Join(got, " ") != v.want {
			t.Errorf("%s: %v %v, want %s", v.plan, warnings, err, v.want)
		}
	}
}

// A plan is obeyed, but told of, where it stands before a call for help.
func TestEmergencyWarnings(t *testing.T) {
	for _, v := range []struct{ plan, want string }{
		{"(911!|x.)", `sequence 1: "911!" bars 911`},
		{"(112|999|<9,:>xx.)", `sequence 3: "<9,:>xx." sends 11 when 911 is dialled`},
		{"(0|[18]x)", `sequence 2: "[18]x" is complete at 11: key by key, 112 cannot be dialled`},
		{"(911|<9,:>1xx.|112|<999:112>|<:9>911|[2-8]x.)", ""},
		{"(911<:@gw1>|112<:@h>|<:+1>999)", ""},
	} {
		config := FactoryConfig()
		config.Plan, config.Gateways = v.plan, map[string]Route{"gw1": {Host: "h"}}
		_, warnings, err := New(config)
		var got []string
		for _, w := range warnings {
			got = append(got, strings.TrimPrefix(w.String(), "dial plan: "))
		}
		if err != nil || strings.Join(got, "; ") != v.want {
			t.Errorf("%s: %q %v, want %q", v.plan, got, err, v.want)
		}
	}
}

// Codes that stand in each other's way, or in the way of numbers, are told with their keys.
func TestCodeWarnings(t *testing.T) {
	for _, v := range []struct {
		codes Codes
		plan  string
		want  string
	}{
		{Codes{DND: "*1", SecureNext: "*18"}, "(x.)", "*1 (dnd) begins like *18 (secure_next)"},
		{Codes{DND: "55"}, defaultPlan, "55 (dnd) takes the beginning of numbers"},
		{Codes{DND: "411"}, defaultPlan, "411 (dnd) takes the beginning of numbers"},
		{Codes{DND: "55"}, "(*xx|1xxx)", ""},
		{Codes{DND: "*78"}, "(*78xx)", `"*78xx" takes digits after *78 (dnd)`},
		{FactoryCodes(), defaultPlan, ""},
	} {
		config := FactoryConfig()
		config.Codes, config.Plan = v.codes, v.plan
		_, warnings, err := New(config)
		if err != nil || len(warnings) > 1 || (len(warnings) == 0) != (v.want == "") ||
			len(warnings) == 1 && !strings.Contains(warnings[0].String(), v.want) {
			t.Errorf("%v: %v %v, want %s", v.codes, warnings, err, v.want)
		}
	}
}

func TestIncompleteText(t *testing.T) {
	for _, mode := range []Incomplete{IncompleteReject, IncompleteSend} {
		got := Incomplete(7)
		if err := got.UnmarshalText([]byte(mode.String())); err != nil || got != mode {
			t.Errorf("%s: %s %v", mode, got, err)
		}
	}
	var mode Incomplete
	if err := mode.UnmarshalText([]byte("maybe")); !errors.Is(err, ErrIncompleteMode) {
		t.Errorf("maybe: %v", err)
	}
}

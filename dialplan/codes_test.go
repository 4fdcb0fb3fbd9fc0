package dialplan

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Section 3, written out from its table once more.
func TestFactoryCodes(t *testing.T) {
	const table = `secure_all *16 secure_none *17 secure_next *18 clear_next *19 call_return *69 redial *07 blind_transfer *98
		call_back *66 call_back_off *86 call_back_busy *05
		forward_all *72 forward_all_off *73 forward_busy *90 forward_busy_off *91 forward_no_answer *92 forward_no_answer_off *93
		call_waiting *56 call_waiting_off *57 call_waiting_next *71 call_waiting_next_off *70
		block_cid *67 block_cid_off *68 block_cid_next *81 show_cid_next *82 block_anonymous *77 block_anonymous_off *87
		dnd *78 dnd_off *79 speed_dial *74
		prefer_g711u *017110 prefer_g711a *017111 prefer_g723 *01723 prefer_g726r16 *0172616 prefer_g726r24 *0172624
		prefer_g726r32 *0172632 prefer_g726r40 *0172640 prefer_g729a *01729 prefer_g722 *01722
		force_g711u *027110 force_g711a *027111 force_g723 *02723 force_g726r16 *0272616 force_g726r24 *0272624
		force_g726r32 *0272632 force_g726r40 *0272640 force_g729a *02729 force_g722 *02722`
	fields, codes := strings.Fields(table), FactoryCodes()
	if len(codes) != len(fields)/2 || len(allServices()) != len(codes) {
		t.Errorf("%d codes, %d services, the table has %d", len(codes), len(allServices()), len(fields)/2)
	}
	for i := 0; i < len(fields); i += 2 {
		service, err := ParseService(fields[i])
		if err != nil || codes[service] != fields[i+1] {
			t.Errorf("%s: %q, want %s (%v)", fields[i], codes[service], fields[i+1], err)
		}
	}
	if _, err := ParseService("none"); !errors.Is(err, ErrUnknownService) {
		t.Errorf("none: %v", err)
	}
}

func TestCodeFaults(t *testing.T) {
	for _, v := range []struct {
		service Service
		code    string
		reason  error
	}{
		{SecureNext, "*1234567", ErrCodeLength},
		{firstCodecService, "*12345678", ErrCodeLength},
		{SecureNext, "*1x", ErrCodeCharacter},
		{SecureNext, "* 18", ErrCodeCharacter},
		{SecureNext, "*16", ErrCodeDuplicate},
		{SecureNext, "9", ErrCodeEmergency},
		{SecureNext, "112", ErrCodeEmergency},
		{noService, "*18", ErrUnknownService},
		{endOfServices, "*18", ErrUnknownService},
	} {
		config := FactoryConfig()
		config.Codes[v.service] = v.code
		if _, _, err := New(config); !errors.Is(err, v.reason) {
			t.Errorf("%s %q: %v, want %v", v.service, v.code, err, v.reason)
		}
	}
	config := FactoryConfig()
	config.Codes[DND], config.Codes[Redial] = "*18", "*1y"
	_, _, err := New(config)
	for _, want := range []string{`codes secure_next and dnd: "*18"`, `code redial: "*1y"`} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

// An emptied code is the server's (1.5).
func TestEmptyCodeIsOff(t *testing.T) {
	d := dialer(t, func(c *Config) { c.Codes[SecureNext], c.Codes[DND] = "", "#99" })
	for input, want := range map[string]string{"*18": "dial:*18", "*18411": "reject", "#99": "code:#99", "*78": "dial:*78", "#99411": "dial:411"} {
		got := d.Dial(input)
		word := string(got.Outcome)
		if got.Number != "" {
			word += ":" + got.Number
		} else if len(got.Codes) > 0 {
			word += ":" + codeList(got)
		}
		if word != want {
			t.Errorf("%s: %s, want %s", input, word, want)
		}
	}
}

// Longest code first (1.5).
func TestLongestCodeFirst(t *testing.T) {
	d := dialer(t, func(c *Config) { c.Codes = Codes{DND: "*1", SecureNext: "*18", SecureAll: "*181"} })
	for input, want := range map[string]string{"*1": "*1", "*18": "*18", "*181": "*181", "*18411": "*18", "*1411": "*1", "*1*18*181": "*1 *18 *181", "*18*1": "*18 *1"} {
		if got := codeList(d.Dial(input)); got != want {
			t.Errorf("%s: %s, want %s", input, got, want)
		}
	}
}

// Several codes before one number, each reported in order, and what they ask for this call only.
func TestActions(t *testing.T) {
	d := dialer(t, nil)
	got := d.Dial("*81*18 *017110*78 (408) 555-1234")
	if got.Outcome != OutcomeReject { // ten digits that begin with 4 are incomplete
		t.Fatalf("%s", got.Outcome)
	}
	got = d.Dial("*81*18 *017110*78 1 (408) 555-1234")
	if got.Number != "14085551234" || codeList(got) != "*81 *18 *017110 *78" || !got.Secure {
		t.Errorf("%+v", got)
	}
	if got.HideCID == nil || !*got.HideCID || got.CodecPrefer != "PCMU" || got.CodecForce != "" {
		t.Errorf("%+v", got)
	}
	var services []string
	for _, action := range got.Actions {
		services = append(services, action.Service.String())
	}
	if want := "block_cid_next secure_next prefer_g711u dnd"; strings.Join(services, " ") != want {
		t.Errorf("%v, want %s", services, want)
	}
	if next := d.Dial("411"); next.HideCID != nil || next.CodecPrefer != "" || next.Secure {
		t.Errorf("asked for once, still there: %+v", next)
	}
	if !d.Standing().DND {
		t.Error("dnd does not stand")
	}
}

func TestPerCallCallerIDAndCodec(t *testing.T) {
	show, hide := false, true
	for _, v := range []struct {
		input         string
		hideCID       *bool
		prefer, force Codec
	}{
		{"411", nil, "", ""},
		{"*81411", &hide, "", ""},
		{"*82411", &show, "", ""},
		{"*81*82411", &show, "", ""},
		{"*67411", &hide, "", ""},
		{"*67*82411", &show, "", ""},
		{"*67*68411", nil, "", ""},
		{"*01729411", nil, "G729", ""},
		{"*01729*0272616411", nil, "", "G726-16"},
		{"*0272616*01722411", nil, "G722", ""},
	} {
		got := dialer(t, nil).Dial(v.input)
		same := got.HideCID == nil && v.hideCID == nil || got.HideCID != nil && v.hideCID != nil && *got.HideCID == *v.hideCID
		if got.Number != "411" || !same || got.CodecPrefer != v.prefer || got.CodecForce != v.force {
			t.Errorf("%s: %+v", v.input, got)
		}
	}
}

// What each standing code leaves behind; the pairs undo each other.
func TestStanding(t *testing.T) {
	plan := func(c *Config) { c.Plan = "(<:1408>[2-9]xxxxxx|x.)" }
	for _, v := range []struct {
		on, off string
		want    Standing
	}{
		{"*16", "*17", Standing{SecureAll: true}},
		{"*67", "*68", Standing{BlockCID: true}},
		{"*77", "*87", Standing{BlockAnonymous: true}},
		{"*78", "*79", Standing{DND: true}},
		{"*57", "*56", Standing{CallWaitingOff: true}},
		{"*725551234", "*73", Standing{ForwardAll: "14085551234"}},
		{"*905551234", "*91", Standing{ForwardBusy: "14085551234"}},
		{"*92 joe@example.net", "*93", Standing{ForwardNoAnswer: "joe@example.net"}},
		{"*71", "*70", Standing{}},
	} {
		d := dialer(t, plan)
		if got := d.Dial(v.on); got.Outcome != OutcomeCode || d.Standing() != v.want {
			t.Errorf("%s: %s %+v, want %+v", v.on, got.Outcome, d.Standing(), v.want)
		}
		again := dialer(t, func(c *Config) { plan(c); c.Standing = d.Standing() })
		if again.Standing() != v.want {
			t.Errorf("%s: lost over a restart: %+v", v.on, again.Standing())
		}
		if again.Dial(v.off); again.Standing() != (Standing{}) {
			t.Errorf("%s after %s: %+v", v.off, v.on, again.Standing())
		}
	}
}

// Codes that take the number, or are the call, and what does not go together.
func TestCodesThatTakeTheNumber(t *testing.T) {
	for _, v := range []struct {
		input   string
		outcome Outcome
		action  Action // the last one, none after a reject
		err     error
	}{
		{"*98411", OutcomeCode, Action{BlindTransfer, "*98", "411", "", 0}, nil},
		{"*98sip:joe@example.net:5070", OutcomeCode, Action{BlindTransfer, "*98", "joe", "example.net:5070", 0}, nil},
		{"*18*69", OutcomeCode, Action{CallReturn, "*69", "", "", 0}, nil},
		{"*07#", OutcomeCode, Action{Redial, "*07", "", "", 0}, nil},
		{"*742411", OutcomeCode, Action{AssignSpeedDial, "*74", "411", "", 2}, nil},
		{"*98", OutcomeReject, Action{}, ErrNumberMissing},
		{"*98#", OutcomeReject, Action{}, ErrNumberMissing},
		{"*98555", OutcomeReject, Action{}, ErrIncomplete},
		{"*74", OutcomeReject, Action{}, ErrSlot},
		{"*741411", OutcomeReject, Action{}, ErrSlot},
		{"*742", OutcomeReject, Action{}, ErrNumberMissing},
		{"*69411", OutcomeReject, Action{}, ErrAlreadyCalls},
		{"*72*98411", OutcomeReject, Action{}, ErrTwoTargets},
		{"*72*69", OutcomeReject, Action{}, ErrTwoTargets},
	} {
		got := dialer(t, nil).Dial(v.input)
		var last Action
		if n := len(got.Actions); n > 0 {
			last = got.Actions[n-1]
		}
		if got.Outcome != v.outcome || !errors.Is(got.Err, v.err) || got.Number != "" || last != v.action {
			t.Errorf("%s: %s %v %+v", v.input, got.Outcome, got.Err, got.Actions)
		}
	}
}

func TestSpeedDial(t *testing.T) {
	d := dialer(t, func(c *Config) {
		c.SpeedDial = map[string]string{"5": "*18 1 408 555 1234", "3": "5", "4": "joe@example.net"}
	})
	for _, v := range []struct{ input, number string }{
		{"5", "14085551234"}, {"5#", "14085551234"}, {"*19*185", "14085551234"}, {"4", "joe"}, {"6", ""}, {"3", ""}, {"55", ""},
	} {
		if got := d.Dial(v.input); got.Number != v.number || got.Secure != (v.number == "14085551234") {
			t.Errorf("%s: %q secure %v (%s)", v.input, got.Number, got.Secure, got.Why)
		}
	}
	if got := dialKeys(d.Session(), "5"); got.Outcome != OutcomeWaitShort || got.Wait != factoryLongTimer {
		t.Errorf("an assigned key takes time from the dialler: %+v", got)
	}
	help := dialer(t, func(c *Config) { c.Plan, c.SpeedDial = "(1xx)", map[string]string{"9": "123"} }).Session()
	if got := help.Press('9'); got.Done || got.Wait != factoryLongTimer {
		t.Errorf("a speed dial key stands before 911: %+v", got)
	}
	if got := dialKeys(help, "11"); !got.Intent.Emergency {
		t.Errorf("911: %+v", got)
	}
	d.Dial("*746 1-408-555-9999")
	if got := d.Dial("6"); got.Number != "14085559999" {
		t.Errorf("6: %+v", got)
	}
	if got := d.Standing().SpeedDial[6]; got != "1-408-555-9999" {
		t.Errorf("kept as %q", got)
	}
	if got := dialKeys(d.Session(), "6#"); got.Intent.Number != "14085559999" {
		t.Errorf("6#: %+v", got)
	}
}

// Nothing that star codes get wrong stands before a call for help.
func TestEmergencyBehindCodes(t *testing.T) {
	d := dialer(t, nil)
	for _, input := range []string{"911", "112", "999", "911#", "9-1-1", "*18911", "*88911", "*88 112", "*88*89999", "#12911", "*69911", "*74911", "*72*98911", "*17*88911", "*911", "**911", "*#911", "*18*911", "*69#911", "tel:911"} {
		if got := d.Explain(input); got.Outcome != OutcomeDial && got.Outcome != OutcomeWaitShort || !got.Emergency || !isEmergency(got.Number) || got.Wait > factoryShortTimer {
			t.Errorf("%s explained: %s %v %q (%s)", input, got.Outcome, got.Wait, got.Number, got.Why)
		}
		got := d.Dial(input)
		if got.Outcome != OutcomeDial || !got.Emergency || !isEmergency(got.Number) || got.Err != nil {
			t.Errorf("%s: %s %q %v", input, got.Outcome, got.Number, got.Err)
		}
		for _, action := range got.Actions {
			if action.Service.info().wants != wantsNothing {
				t.Errorf("%s: a call for help and %s", input, action.Service)
			}
		}
	}
	for _, input := range []string{"*72911", "*8911", "*889111", "9111", "*88555911", "*18555911"} {
		if got := d.Dial(input); got.Outcome == OutcomeDial || got.Emergency {
			t.Errorf("%s: dials %q", input, got.Number)
		}
	}
	d = dialer(t, func(c *Config) { c.Plan = "(911!|*xxxxx|x.)" })
	if got := d.Dial("911"); !errors.Is(got.Err, ErrBarred) {
		t.Errorf("a plan that bars 911 is not obeyed: %+v", got)
	}
	if got := d.Dial("*88112"); got.Number != "*88112" {
		t.Errorf("a server's code is not sent: %+v", got)
	}
}

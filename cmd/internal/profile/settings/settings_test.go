package settings

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"star18/cmd/internal/profile"
)

func of(t *testing.T, source string) Result {
	t.Helper()
	p, err := profile.Read([]byte("User_ID[1] \"5\" ;\n"+source), "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Of(p, 1)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r Result) value(key string) any {
	for _, s := range r.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return nil
}

// The oracle is specification 4 and 5.13; nil is a key that is not set.
func TestSettings(t *testing.T) {
	for _, tt := range []struct {
		source, key string
		want        any
	}{
		{`Auth_ID[1] "joe"; Use_Auth_ID[1] "Yes";`, "line.auth_user", "joe"},
		{`Auth_ID[1] "joe"; Use_Auth_ID[1] "No";`, "line.auth_user", nil},
		{`Auth_ID[1] "joe";`, "line.auth_user", nil}, // no is the factory's
		{`Password[1] "x";`, "line.password", "x"},
		{`Password[1] "";`, "line.password", nil}, // takes nothing away
		{`Mini_Certificate[1] "";`, "secure.mini_certificate", nil},
		{`Proxy[1] "sip.example.com";`, "line.domain", "sip.example.com"},
		{`Proxy[1] "sip.example.com:5070";`, "line.proxy", "sip.example.com:5070"},
		{`Proxy[1] "sip.example.com:5070";`, "line.domain", "sip.example.com"},
		{`Proxy[1] "pbx:SRV=192.0.2.1:5060:p=1|192.0.2.2:5062:p=0";`, "line.proxy", "192.0.2.2:5062"},
		{`Outbound_Proxy[1] "o"; Use_Outbound_Proxy[1] "yes";`, "line.outbound_proxy", "o"},
		{`Outbound_Proxy[1] "o";`, "line.outbound_proxy", nil},
		{`STUN_Server "s"; STUN_Enable "yes";`, "rtp.stun", "s"},
		{`Display_Name[1] "";`, "line.display_name", ""},
		{`Register_Expires[1] "120";`, "line.expires", 2 * time.Minute},
		{`SIP_Transport[1] "TLS";`, "line.transport", "tls"},
		{`SIP_Port[1] "5061";`, "sip.listen", ":5061"},
		{`RFC_2543_Call_Hold[1] "yes";`, "sip.hold", "zero"},
		{`RTP_Packet_Size "0.030";`, "rtp.ptime", 30 * time.Millisecond},
		{`RTP_Packet_Size "0.040";`, "rtp.ptime", nil},
		{`DTMF_Tx_Method[1] "AVT";`, "audio.dtmf", "rfc4733"},
		{`DTMF_Tx_Method[1] "INFO";`, "audio.dtmf", "info"},
		{`Secure_Call_Setting "Yes";`, "secure.default", true}, // of a telephone
		{`Secure_Call_Setting[1] "No";`, "secure.default", false},
		{`Secure_Call_Serv[1] "";`, "secure.service", nil},
		{`Secure_Call_Serv[1] "maybe";`, "secure.service", nil},
		{`Secure_Call_Indication_Tone "";`, "secure.tone", ""}, // silences it
		{`Dial_Plan[1] "(x.)";`, "dialplan.plan", "(x.)"},
		{`Interdigit_Short_Timer "2.5";`, "dialplan.interdigit_short", 2500 * time.Millisecond},
		{`Secure_One_Call_Act_Code "";`, "dialplan.codes.secure_next", ""},
		{`Secure_One_Call_Act_Code "#18";`, "dialplan.codes.secure_next", "#18"},
		{`SRTP_Method "x-sipura";`, "secure.method", "x-sipura"},
		{`SRTP_Method "s-descriptor";`, "secure.method", "sdes"},
		{`Password[2] "of another line";`, "line.password", nil},
		{`Cfwd_No_Ans_Delay[1] "1e300";`, "calls.no_answer_delay", nil},
	} {
		if got := of(t, tt.source).value(tt.key); fmt.Sprint(got) != fmt.Sprint(tt.want) || (got == nil) != (tt.want == nil) {
			t.Errorf("%s: %s is %v, want %v", tt.source, tt.key, got, tt.want)
		}
	}
}

func TestCodecs(t *testing.T) {
	for source, want := range map[string]string{
		`Preferred_Codec[1] "G711a";`:                                    "[PCMA PCMU]",
		`Preferred_Codec[1] "G711a"; Use_Pref_Codec_Only[1] "yes";`:      "[PCMA]",
		`Preferred_Codec[1] "G729a"; Second_Preferred_Codec[1] "G722";`:  "[G722 PCMU PCMA]",
		`Preferred_Codec[1] "G729a";`:                                    "<nil>",
		`Preferred_Codec[1] "G711u"; Third_Preferred_Codec[1] "G711u";`:  "[PCMU PCMA]",
		`Preferred_Codec[1] "Unspecified"; Use_Pref_Codec_Only[1] "no";`: "<nil>",
	} {
		if got := fmt.Sprint(of(t, source).value("audio.codecs")); got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
	}
}

// The factory's tones are left out, others are checked one by one.
func TestTones(t *testing.T) {
	r := of(t, `Busy_Tone "480@-19,620@-19;10(.5/.5/1+2)"; Reorder_Tone "425@-19;10(.2/.2/1)"; Prompt_Tone "loud"; Dial_Tone "";`)
	if got := fmt.Sprint(r.value("tones.scripts")); got != "[dial= reorder=425@-19;10(.2/.2/1)]" {
		t.Error(got)
	}
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "Prompt_Tone, line 2") {
		t.Errorf("%q", r.Warnings)
	}
}

func TestGateways(t *testing.T) {
	r := of(t, `Gateway_1[1] "a.test:5070"; GW1_Auth_ID[1] "joe"; GW1_Password[1] "x"; Gateway_2[1] ""; GW2_Password[1] ""; Gateway_4[1] "b.test";`)
	want := "[{gw1 a.test:5070 joe x} {gw4 b.test  }]"
	if got := fmt.Sprint(r.value("dialplan.gateways")); got != want || len(r.Ignored) > 0 {
		t.Errorf("%s, want %s; ignored %q", got, want, r.Ignored)
	}
	if got := of(t, `Gateway_1[1] "";`).value("dialplan.gateways"); got != nil {
		t.Errorf("an empty one: %v", got)
	}
}

func TestWarningsAndRest(t *testing.T) {
	r := of(t, `SRTP_Method "s-descriptor"; Upgrade_Rule "x"; User_ID[2] "6"; Preferred_Codec[1] "G723";`)
	if !slices.Equal(r.Ignored, []string{"Upgrade_Rule", "User_ID_2_"}) || !slices.Equal(r.Lines, []int{1, 2}) {
		t.Errorf("ignored %q, lines %v", r.Ignored, r.Lines)
	}
	if all := strings.Join(r.Warnings, "\n"); !strings.Contains(all, "keys in SDP") || !strings.Contains(all, "G723") {
		t.Error(all)
	}
	for _, s := range of(t, `Password[1] "x"; SRTP_Private_Key[1] "y"; Display_Name[1] "z";`).Settings {
		if s.Secret != (s.Key == "line.password" || s.Key == "secure.private_key") {
			t.Errorf("%s: secret %v", s.Key, s.Secret)
		}
	}
}

func TestNoLine(t *testing.T) {
	p, err := profile.Read([]byte(`User_ID[2] "6";`), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Of(p, 1); !errors.Is(err, ErrNoLine) || !strings.Contains(err.Error(), "line 2") {
		t.Error(err)
	}
}

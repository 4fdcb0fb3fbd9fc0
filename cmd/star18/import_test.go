package main

import (
	"fmt"
	"testing"

	"star18/cmd/internal/config"
	"star18/cmd/internal/profile"
	"star18/cmd/internal/profile/settings"
)

// everything has each parameter that is taken over, with a factory value or
// another good one: the oracle is the reader of configurations, which knows every
// key and refuses others.
const everything = `User_ID[1] "14085551234"; Password[1] "x"; Use_Auth_ID[1] "yes"; Auth_ID[1] "joe"; Display_Name[1] "Joe"; Proxy[1] "a.test:5070";
Use_Outbound_Proxy[1] "yes"; Outbound_Proxy[1] "b.test"; STUN_Enable "yes"; STUN_Server "c.test"; Register[1] "no"; Register_Expires[1] "1800";
SIP_Transport[1] "TCP"; SIP_Port[1] "5061"; SIP_100REL_Enable[1] "yes"; Restrict_Source_IP[1] "yes"; Max_Redirection "4"; RFC_2543_Call_Hold[1] "yes"; RTP_Port_Min "16390";
RTP_Port_Max "16480"; RTP_Packet_Size "0.030"; Symmetric_RTP[1] "no"; RTCP_Tx_Interval "10"; Stats_In_BYE "yes"; DTMF_Tx_Method[1] "INFO"; CW_Setting "no";
Reply_182_On_Call_Waiting "yes"; Caller_ID_Header "FROM"; Block_CID_Setting "yes"; DND_Setting "yes"; Block_ANC_Setting "yes"; Cfwd_All_Dest "1";
Cfwd_Busy_Dest "2"; Cfwd_No_Ans_Dest "3"; Cfwd_No_Ans_Delay "15"; Reorder_Delay "5"; Secure_Call_Serv[1] "no"; Secure_Call_Setting "yes";
Secure_Call_Indication_Tone ""; Dial_Plan[1] "(x.)"; Interdigit_Long_Timer "8"; Interdigit_Short_Timer "2"; Enable_IP_Dialing[1] "yes";
Preferred_Codec[1] "G711a"; SRTP_Method "s-descriptor"; Busy_Tone "425@-19;10(.25/.25/1)";
Gateway_1[1] "d.test:5070"; GW1_Auth_ID[1] "gw"; GW1_Password[1] "y"; `

func TestEveryImportedKeyIsASetting(t *testing.T) {
	source := everything
	for i, name := range settings.CodeNames() {
		source += fmt.Sprintf("%s \"#%d\"; ", name, 100+i)
	}
	p, err := profile.Read([]byte(source), "")
	if err != nil {
		t.Fatal(err)
	}
	found, err := settings.Of(p, 1)
	if err != nil || len(found.Ignored) > 0 {
		t.Fatalf("%v, ignored %q", err, found.Ignored)
	}
	if len(found.Warnings) != 1 {
		t.Errorf("only s-descriptor is worth a warning: %q", found.Warnings)
	}
	w := importing{found: found}
	problems, err := w.problems(t.TempDir())
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
	for _, c := range w.changes(nil) {
		if c.Value != nil && config.IsDefault(c.Key, c.Value) {
			t.Errorf("%s: the default proves nothing", c.Key)
		}
	}
}

func TestFileNameOfAUser(t *testing.T) {
	for user, want := range map[string]string{"14085551234": "14085551234", "../x": "line", "": "line", "a b": "line"} {
		w := importing{found: settings.Result{Settings: []settings.Setting{{Key: "line.user", Value: user}}}}
		if got := w.fileName(); got != want {
			t.Errorf("%q: %q, want %q", user, got, want)
		}
	}
}

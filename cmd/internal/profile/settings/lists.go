package settings

import (
	"fmt"
	"slices"
	"strings"

	"star18/audio"
)

// codecNames are those of the profile, without what star18 does not speak: G723,
// G729a and the other rates of G726.
var codecNames = map[string]string{"G711u": "PCMU", "G711a": "PCMA", "G722": "G722", "G726-32": "G726-32"}

// codecs puts the preferred ones first; the others follow unless only those are
// wanted. PCMU and PCMA are what every telephone speaks.
func (c *converter) codecs() {
	var list []string
	first, ok := c.get("Preferred_Codec")
	for _, name := range []string{"Preferred_Codec", "Second_Preferred_Codec", "Third_Preferred_Codec"} {
		p, _ := c.get(name)
		ours := codecNames[p.Text]
		switch {
		case p.Text == "" || strings.EqualFold(p.Text, "Unspecified"):
		case ours == "":
			c.leftOut(p, "star18 does not speak this codec")
		case !slices.Contains(list, ours):
			list = append(list, ours)
		}
	}
	only := c.yes("Use_Pref_Codec_Only", false)
	if !ok || len(list) == 0 {
		return
	}
	if only {
		list = list[:1]
	}
	for _, other := range []string{"PCMU", "PCMA"} {
		if !only && !slices.Contains(list, other) {
			list = append(list, other)
		}
	}
	c.add("audio.codecs", list, first)
}

// codeNames are the parameters of star codes by their keys under dialplan.codes.
var codeNames = []struct{ name, key string }{
	{"Secure_All_Call_Act_Code", "secure_all"}, {"Secure_No_Call_Act_Code", "secure_none"},
	{"Secure_One_Call_Act_Code", "secure_next"}, {"Secure_One_Call_Deact_Code", "clear_next"},
	{"Call_Return_Code", "call_return"}, {"Call_Redial_Code", "redial"}, {"Blind_Transfer_Code", "blind_transfer"},
	{"Call_Back_Act_Code", "call_back"}, {"Call_Back_Deact_Code", "call_back_off"}, {"Call_Back_Busy_Act_Code", "call_back_busy"},
	{"Cfwd_All_Act_Code", "forward_all"}, {"Cfwd_All_Deact_Code", "forward_all_off"},
	{"Cfwd_Busy_Act_Code", "forward_busy"}, {"Cfwd_Busy_Deact_Code", "forward_busy_off"},
	{"Cfwd_No_Ans_Act_Code", "forward_no_answer"}, {"Cfwd_No_Ans_Deact_Code", "forward_no_answer_off"},
	{"CW_Act_Code", "call_waiting"}, {"CW_Deact_Code", "call_waiting_off"},
	{"CW_Per_Call_Act_Code", "call_waiting_next"}, {"CW_Per_Call_Deact_Code", "call_waiting_next_off"},
	{"Block_CID_Act_Code", "block_cid"}, {"Block_CID_Deact_Code", "block_cid_off"},
	{"Block_CID_Per_Call_Act_Code", "block_cid_next"}, {"Block_CID_Per_Call_Deact_Code", "show_cid_next"},
	{"Block_ANC_Act_Code", "block_anonymous"}, {"Block_ANC_Deact_Code", "block_anonymous_off"},
	{"DND_Act_Code", "dnd"}, {"DND_Deact_Code", "dnd_off"}, {"Speed_Dial_Act_Code", "speed_dial"},
	{"Prefer_G711u_Code", "prefer_g711u"}, {"Prefer_G711a_Code", "prefer_g711a"}, {"Prefer_G722_Code", "prefer_g722"}, {"Prefer_G726r32_Code", "prefer_g726r32"},
	{"Force_G711u_Code", "force_g711u"}, {"Force_G711a_Code", "force_g711a"}, {"Force_G722_Code", "force_g722"}, {"Force_G726r32_Code", "force_g726r32"},
}

// CodeNames are the parameters of star codes that are taken over.
func CodeNames() []string {
	var names []string
	for _, code := range codeNames {
		names = append(names, code.name)
	}
	return names
}

// codes: an empty one is switched off, so that the server gets what is dialled.
func (c *converter) codes() {
	for _, code := range codeNames {
		if p, ok := c.get(code.name); ok {
			c.add("dialplan.codes."+code.key, p.Text, p)
		}
	}
}

// maxGateways are those that a plan can name, besides gw0, which is the adapter's
// own telephone socket.
const maxGateways = 4

func (c *converter) gateways() {
	var list []Gateway
	var first parameter
	for n := 1; n <= maxGateways; n++ {
		host, ok := c.get(fmt.Sprintf("Gateway_%d", n))
		g := Gateway{
			Name: fmt.Sprintf("gw%d", n), Host: host.Text,
			AuthUser: c.text(fmt.Sprintf("GW%d_Auth_ID", n)), Password: c.text(fmt.Sprintf("GW%d_Password", n)),
		}
		if !ok || host.Text == "" {
			continue
		}
		if len(list) == 0 {
			first = host
		}
		list = append(list, g)
	}
	if len(list) > 0 {
		c.add("dialplan.gateways", list, first)
	}
}

// toneNames are the parameters of tones by their names in tones.scripts.
var toneNames = []struct{ name, tone string }{
	{"Dial_Tone", "dial"}, {"Second_Dial_Tone", "second-dial"}, {"Outside_Dial_Tone", "outside"}, {"Prompt_Tone", "prompt"},
	{"Busy_Tone", "busy"}, {"Reorder_Tone", "reorder"}, {"Off_Hook_Warning_Tone", "off-hook"}, {"Ring_Back_Tone", "ringback"},
	{"Ring_Back_2_Tone", "ringback2"}, {"Confirm_Tone", "confirm"}, {"SIT1_Tone", "sit1"}, {"SIT2_Tone", "sit2"}, {"SIT3_Tone", "sit3"},
	{"SIT4_Tone", "sit4"}, {"MWI_Dial_Tone", "mwi-dial"}, {"Cfwd_Dial_Tone", "cfwd-dial"}, {"Holding_Tone", "holding"},
	{"Conference_Tone", "conference"}, {"VoIP_PIN_Tone", "voip-pin"}, {"PSTN_PIN_Tone", "pstn-pin"}, {"Feature_Invocation_Tone", "feature"},
	{"Call_Waiting_Tone", "call-waiting"}, {"Page_Tone", "page"}, {"Alert_Tone", "alert"},
}

func (c *converter) tones() {
	var scripts []string
	var first parameter
	for _, t := range toneNames {
		p, ok := c.get(t.name)
		if !ok || p.Text == factory(t.tone) {
			continue
		}
		if _, err := audio.OwnTone(t.tone, p.Text); err != nil && p.Text != "" {
			c.leftOut(p, err.Error())
			continue
		}
		if len(scripts) == 0 {
			first = p
		}
		scripts = append(scripts, t.tone+"="+p.Text)
	}
	if len(scripts) > 0 {
		c.add("tones.scripts", scripts, first)
	}
}

func factory(tone string) string {
	for _, t := range audio.FactoryTones() {
		if t.Name == tone {
			return t.Script
		}
	}
	return ""
}

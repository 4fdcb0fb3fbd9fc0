package settings

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// rule takes one parameter to one key. An empty value leaves the key as it is,
// except where text says that nothing is a value too.
type rule struct {
	name, key string
	convert   func(string) (any, error)
	mayEmpty  bool
}

// rules are the parameters that need no other one to be understood, in the order
// of config.example.yaml.
var rules = []rule{
	{"Display_Name", "line.display_name", text, true},
	{"Register", "line.register", yesNo, false},
	{"Register_Expires", "line.expires", seconds, false},
	{"SIP_Transport", "line.transport", lower("udp", "tcp", "tls", "auto"), false},
	{"SIP_Port", "sip.listen", port, false},
	{"SIP_100REL_Enable", "sip.reliable_provisional", yesNo, false},
	{"Restrict_Source_IP", "sip.restrict_source", yesNo, false},
	{"Max_Redirection", "sip.max_redirections", number, false},
	{"RFC_2543_Call_Hold", "sip.hold", oneOf{"yes": "zero", "no": "sendonly"}.convert, false},
	{"RTP_Port_Min", "rtp.port_min", number, false},
	{"RTP_Port_Max", "rtp.port_max", number, false},
	{"RTP_Packet_Size", "rtp.ptime", packet, false},
	{"Symmetric_RTP", "rtp.symmetric", yesNo, false},
	{"RTCP_Tx_Interval", "rtp.rtcp", seconds, false},
	{"Stats_In_BYE", "rtp.stats_in_bye", yesNo, false},
	{"DTMF_Tx_Method", "audio.dtmf", oneOf{"auto": "auto", "inband": "inband", "avt": "rfc4733", "info": "info", "inband+info": "inband", "avt+info": "rfc4733"}.convert, false},
	{"CW_Setting", "calls.waiting", yesNo, false},
	{"Reply_182_On_Call_Waiting", "calls.reply_182", yesNo, false},
	{"Caller_ID_Header", "calls.caller_id", upper("PAID-RPID-FROM", "P-ASSERTED-IDENTITY", "REMOTE-PARTY-ID", "FROM"), false},
	{"Block_CID_Setting", "calls.hide_caller_id", yesNo, false},
	{"DND_Setting", "calls.dnd", yesNo, false},
	{"Block_ANC_Setting", "calls.reject_anonymous", yesNo, false},
	{"Cfwd_All_Dest", "calls.forward_all", text, true},
	{"Cfwd_Busy_Dest", "calls.forward_busy", text, true},
	{"Cfwd_No_Ans_Dest", "calls.forward_no_answer", text, true},
	{"Cfwd_No_Ans_Delay", "calls.no_answer_delay", seconds, false},
	{"Reorder_Delay", "tones.reorder_delay", seconds, false},
	{"Secure_Call_Serv", "secure.service", yesNo, false},
	{"Secure_Call_Setting", "secure.default", yesNo, false},
	{"Secure_Call_Indication_Tone", "secure.tone", text, true},
	{"Dial_Plan", "dialplan.plan", text, false},
	{"Interdigit_Long_Timer", "dialplan.interdigit_long", seconds, false},
	{"Interdigit_Short_Timer", "dialplan.interdigit_short", seconds, false},
	{"Enable_IP_Dialing", "dialplan.ip_dialing", yesNo, false},
}

func (c *converter) apply(r rule) {
	p, ok := c.get(r.name)
	if !ok || p.Text == "" && !r.mayEmpty {
		return
	}
	value, err := r.convert(p.Text)
	if err != nil {
		c.leftOut(p, err.Error())
		return
	}
	c.add(r.key, value, p)
}

func text(s string) (any, error) { return s, nil }

var errYesNo = errors.New("it is neither yes nor no")

func yesNo(s string) (any, error) {
	switch strings.ToLower(s) {
	case "yes":
		return true, nil
	case "no":
		return false, nil
	}
	return nil, errYesNo
}

var errNumber = errors.New("it is no number")

func number(s string) (any, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return nil, errNumber
	}
	return n, nil
}

// maxSeconds is a year: more is no time that star18 or a device waits.
const maxSeconds = 365 * 24 * 3600

func seconds(s string) (any, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f <= maxSeconds) {
		return nil, errNumber
	}
	return time.Duration(f * float64(time.Second)).Round(time.Millisecond), nil
}

// packet is RTP_Packet_Size; star18 sends 20 or 30 ms.
func packet(s string) (any, error) {
	d, err := seconds(s)
	if err != nil {
		return nil, err
	}
	if d != 20*time.Millisecond && d != 30*time.Millisecond {
		return nil, errors.New("star18 sends packets of 20 or 30 ms, and takes any")
	}
	return d, nil
}

func port(s string) (any, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return nil, errors.New("it is no port")
	}
	return fmt.Sprintf(":%d", n), nil
}

// oneOf are the words that a parameter has, in small letters, with ours.
type oneOf map[string]string

func (o oneOf) convert(s string) (any, error) {
	if ours, ok := o[strings.ToLower(s)]; ok {
		return ours, nil
	}
	return nil, errors.New("star18 has nothing like it")
}

func lower(words ...string) func(string) (any, error) {
	o := oneOf{}
	for _, w := range words {
		o[w] = w
	}
	return o.convert
}

func upper(words ...string) func(string) (any, error) {
	o := oneOf{}
	for _, w := range words {
		o[strings.ToLower(w)] = w
	}
	return o.convert
}

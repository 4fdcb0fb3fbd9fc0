package dialplan

import "fmt"

// Service is what a star code stands for. Its name is its configuration key.
type Service uint8

const (
	noService Service = iota
	SecureAll
	SecureNone
	SecureNext
	ClearNext
	CallReturn
	Redial
	BlindTransfer
	CallBack
	CallBackOff
	CallBackBusy
	ForwardAll
	ForwardAllOff
	ForwardBusy
	ForwardBusyOff
	ForwardNoAnswer
	ForwardNoAnswerOff
	CallWaiting
	CallWaitingOff
	CallWaitingNext
	CallWaitingNextOff
	BlockCID
	BlockCIDOff
	BlockCIDNext
	ShowCIDNext
	BlockAnonymous
	BlockAnonymousOff
	DND
	DNDOff
	AssignSpeedDial
	firstCodecService
)

// wants is what a code needs after it.
type wants uint8

const (
	wantsNothing wants = iota // a number may follow and is dialled
	wantsNumber               // the number is the service's, no call is placed
	wantsSlot                 // a speed dial key, then its number
	callsAlone                // it is a call by itself
)

type serviceInfo struct {
	key, factory string
	wants        wants
	words        string
}

// services is section 3 as far as star18 runs it. The codes for a telephone socket are left out: unless the plan says otherwise they go to the server like any code.
var services = [firstCodecService]serviceInfo{
	noService:          {key: "none"},
	SecureAll:          {"secure_all", "*16", wantsNothing, "all outbound calls are secure from now on"},
	SecureNone:         {"secure_none", "*17", wantsNothing, "no outbound call is secure from now on"},
	SecureNext:         {"secure_next", "*18", wantsNothing, "the next outbound call is secure"},
	ClearNext:          {"clear_next", "*19", wantsNothing, "the next outbound call is not secure"},
	CallReturn:         {"call_return", "*69", callsAlone, "calls the last caller"},
	Redial:             {"redial", "*07", callsAlone, "calls the last number dialled"},
	BlindTransfer:      {"blind_transfer", "*98", wantsNumber, "transfers the call"},
	CallBack:           {"call_back", "*66", callsAlone, "calls the last number dialled again until it rings"},
	CallBackOff:        {"call_back_off", "*86", wantsNothing, "calls back no longer"},
	CallBackBusy:       {"call_back_busy", "*05", callsAlone, "calls the last number dialled again until it is free"},
	ForwardAll:         {"forward_all", "*72", wantsNumber, "forwards every call"},
	ForwardAllOff:      {"forward_all_off", "*73", wantsNothing, "forwards every call no longer"},
	ForwardBusy:        {"forward_busy", "*90", wantsNumber, "forwards calls when busy"},
	ForwardBusyOff:     {"forward_busy_off", "*91", wantsNothing, "forwards calls when busy no longer"},
	ForwardNoAnswer:    {"forward_no_answer", "*92", wantsNumber, "forwards unanswered calls"},
	ForwardNoAnswerOff: {"forward_no_answer_off", "*93", wantsNothing, "forwards unanswered calls no longer"},
	CallWaiting:        {"call_waiting", "*56", wantsNothing, "call waiting is on"},
	CallWaitingOff:     {"call_waiting_off", "*57", wantsNothing, "call waiting is off"},
	CallWaitingNext:    {"call_waiting_next", "*71", wantsNothing, "call waiting is on during the next call"},
	CallWaitingNextOff: {"call_waiting_next_off", "*70", wantsNothing, "call waiting is off during the next call"},
	BlockCID:           {"block_cid", "*67", wantsNothing, "the caller ID is hidden from now on"},
	BlockCIDOff:        {"block_cid_off", "*68", wantsNothing, "the caller ID is hidden no longer"},
	BlockCIDNext:       {"block_cid_next", "*81", wantsNothing, "the caller ID is hidden on the next outbound call"},
	ShowCIDNext:        {"show_cid_next", "*82", wantsNothing, "the caller ID is shown on the next outbound call"},
	BlockAnonymous:     {"block_anonymous", "*77", wantsNothing, "anonymous calls are rejected"},
	BlockAnonymousOff:  {"block_anonymous_off", "*87", wantsNothing, "anonymous calls are rejected no longer"},
	DND:                {"dnd", "*78", wantsNothing, "do not disturb is on"},
	DNDOff:             {"dnd_off", "*79", wantsNothing, "do not disturb is off"},
	AssignSpeedDial:    {"speed_dial", "*74", wantsSlot, "assigns a speed dial key"},
}

func (s Service) info() serviceInfo {
	if s < firstCodecService {
		return services[s]
	}
	return codecServiceInfo(s)
}

func (s Service) String() string { return s.info().key }

// MarshalText writes the configuration key.
func (s Service) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// allServices are all of them, in the order of the manual's table.
func allServices() []Service {
	var all []Service
	for s := noService + 1; s < endOfServices; s++ {
		all = append(all, s)
	}
	return all
}

// ParseService finds a service by its configuration key.
func ParseService(key string) (Service, error) {
	for _, s := range allServices() {
		if s.String() == key {
			return s, nil
		}
	}
	return noService, fmt.Errorf("%w: %q", ErrUnknownService, key)
}

package dialplan

// Standing is what star codes change for good: the caller keeps it, hands it to New and writes it
// back when it has changed. A comparable value; its zero is the factory's line.
type Standing struct {
	SecureAll       bool       `json:"secure_all"`
	BlockCID        bool       `json:"block_cid"`
	BlockAnonymous  bool       `json:"block_anonymous"`
	DND             bool       `json:"dnd"`
	CallWaitingOff  bool       `json:"call_waiting_off"`
	ForwardAll      string     `json:"forward_all"` // number or user@host, after the plan
	ForwardBusy     string     `json:"forward_busy"`
	ForwardNoAnswer string     `json:"forward_no_answer"`
	SpeedDial       [10]string `json:"speed_dial"` // by key, as dialled; 0 and 1 are never set
}

// run is the state after a service, with the number it took if it takes one. The secure codes are
// secureFlag's, and a service of one call changes nothing here.
func (s Standing) run(service Service, number string) Standing {
	switch service {
	case BlockCID, BlockCIDOff:
		s.BlockCID = service == BlockCID
	case BlockAnonymous, BlockAnonymousOff:
		s.BlockAnonymous = service == BlockAnonymous
	case DND, DNDOff:
		s.DND = service == DND
	case CallWaiting, CallWaitingOff:
		s.CallWaitingOff = service == CallWaitingOff
	case ForwardAll, ForwardAllOff:
		s.ForwardAll = number
	case ForwardBusy, ForwardBusyOff:
		s.ForwardBusy = number
	case ForwardNoAnswer, ForwardNoAnswerOff:
		s.ForwardNoAnswer = number
	}
	return s
}

// lineState is all that a Dialer remembers between two dial strings, a value that is copied to try
// something out.
type lineState struct {
	standing Standing // its SecureAll is kept in secure
	secure   secureFlag
	next     nextCall
}

// nextCall is what per-call codes other than the secure ones ask of the next outbound call.
type nextCall struct {
	hideCID       Choice
	prefer, force Codec
}

// run takes a service that needs nothing more than its code.
func (l *lineState) run(s Service) {
	l.secure = l.secure.run(s)
	l.standing = l.standing.run(s, "")
	switch s {
	case BlockCIDNext:
		l.next.hideCID = ChoiceYes
	case ShowCIDNext:
		l.next.hideCID = ChoiceNo
	}
	if codec, force, ok := s.codecOf(); ok && force {
		l.next.prefer, l.next.force = "", codec
	} else if ok {
		l.next.prefer, l.next.force = codec, ""
	}
}

// spend forgets what was asked for the next call only.
func (l *lineState) spend() {
	l.secure = l.secure.spent()
	l.next = nextCall{}
}

// keepNext takes over what an earlier state asked for the next call.
func (l *lineState) keepNext(earlier lineState) {
	l.secure.OneShot = earlier.secure.OneShot
	l.next = earlier.next
}

// hideCID is nil if nobody asked.
func (l *lineState) hideCID() *bool {
	switch {
	case l.next.hideCID != ChoiceNone:
		return new(l.next.hideCID == ChoiceYes)
	case l.standing.BlockCID:
		return new(true)
	}
	return nil
}

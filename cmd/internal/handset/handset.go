package handset

import (
	"time"
	"unicode"

	"star18/dialplan"
)

// Keys that are no characters.
const (
	Enter     = '\r'
	Backspace = '\b'
	Escape    = '\x1b'
	End       = '\x04' // Control-D
	Clear     = '\x15' // Control-U
)

// Session is a dialplan.Session that belongs to somebody.
type Session interface {
	Step() dialplan.Step
	Press(key byte) dialplan.Step
	Back() dialplan.Step
	Send() dialplan.Step
	Timeout() dialplan.Step
	Preview() dialplan.Intent
	Idle() // the end without a call
}

// State is what goes on while a key is pressed.
type State struct {
	Ringing bool // somebody calls
	Talking bool // somebody is spoken with
}

// Doing is what to do after a key or a timeout.
type Doing struct {
	// Sound: the tones change to these, one after the other; none is silence.
	Sound bool
	Tones []string
	// Wait is when to say Timeout, if no key comes before; 0 is never.
	Wait time.Duration

	Command string           // a line of text to carry out
	Keys    string           // to send in the call
	Intent  *dialplan.Intent // what was dialled has come to this
	Fault   error
	Quit    bool
}

// Handset is what the user has done so far.
type Handset struct {
	lift    func() (Session, error)
	session Session
	text    []rune
}

// New makes a handset that lies on the hook. lift begins to dial.
func New(lift func() (Session, error)) *Handset { return &Handset{lift: lift} }

// Key takes a key.
func (h *Handset) Key(key rune, now State) Doing {
	switch {
	case key == End && h.session == nil && len(h.text) == 0:
		return Doing{Quit: true}
	case key == '\n':
		return h.Key(Enter, now)
	case key == 0x7f:
		return h.Key(Backspace, now)
	case h.session != nil:
		return h.dial(key)
	case len(h.text) > 0:
		return h.write(key)
	}
	return h.first(key, now)
}

// first is a key with nothing before it.
func (h *Handset) first(key rune, now State) Doing {
	digit := isKey(key)
	switch {
	case digit && now.Talking:
		return Doing{Keys: string(key)}
	case digit:
		return h.offHook(byte(key))
	case key == Enter && !now.Ringing && !now.Talking:
		return h.offHook(0)
	case key == Enter && now.Ringing:
		return Doing{Command: "answer"}
	case key == flash && now.Talking:
		return h.offHook(0)
	case key == Escape:
		return Doing{Sound: true} // ends a reorder tone
	case now.Ringing && (key == 'a' || key == 'r'), now.Talking && isCommand(key):
		return Doing{Command: string(key)}
	}
	return h.write(key)
}

// flash is the hook flash: dial something else while the call goes on.
const flash = 'f'

func isKey(r rune) bool { return r >= '0' && r <= '9' || r == '*' || r == '#' }

// isCommand: letters that need nothing after them, as keyline has them.
func isCommand(r rune) bool {
	switch r {
	case 'a', 'r', 'q', 'h', 'u', 's', 'm', 'n', 'l', 'y', '?':
		return true
	}
	return false
}

func (h *Handset) write(key rune) Doing {
	switch {
	case key == Enter:
		text := string(h.text)
		h.text = nil
		return Doing{Command: text}
	case key == Escape, key == Clear:
		h.text = nil
	case key == Backspace:
		h.text = h.text[:max(0, len(h.text)-1)]
	case unicode.IsPrint(key) && len(h.text) < maxText && (key != ' ' || len(h.text) > 0):
		h.text = append(h.text, key)
	}
	return Doing{}
}

// maxText is as long as a dial string may be.
const maxText = 512

// offHook lifts the handset; key, unless 0, is the first one.
func (h *Handset) offHook(key byte) Doing {
	s, err := h.lift()
	if err != nil {
		return Doing{Fault: err}
	}
	h.session = s
	if key != 0 && !s.Step().Done {
		return h.after(s.Press(key))
	}
	return h.after(s.Step())
}

func (h *Handset) dial(key rune) Doing {
	s := h.session
	switch {
	case isKey(key):
		return h.after(s.Press(byte(key)))
	case key == Enter:
		return h.after(s.Send())
	case key == Backspace:
		return h.after(s.Back())
	case key == Escape, key == End, key == Clear:
		return h.onHook()
	case s.Step().Intent.Input == "": // a name after the dial tone
		doing := h.onHook()
		h.write(key)
		return doing
	}
	return Doing{Wait: s.Step().Wait}
}

// Timeout says that the wait has passed.
func (h *Handset) Timeout() Doing {
	if h.session == nil {
		return Doing{}
	}
	return h.after(h.session.Timeout())
}

// onHook puts the handset down: what was asked for the next call is dropped (1.6
// of the line's specification).
func (h *Handset) onHook() Doing {
	if h.session != nil {
		h.session.Idle()
	}
	h.session, h.text = nil, nil
	return Doing{Sound: true}
}

func (h *Handset) after(step dialplan.Step) Doing {
	doing := Doing{Sound: true, Tones: tones(step.Tone), Wait: step.Wait}
	if step.Done {
		h.session = nil
		intent := step.Intent
		doing.Intent, doing.Wait = &intent, 0
	}
	return doing
}

// tones is what a tone of the plan sounds like (2.2): dial tone follows confirm
// (1.5), the off-hook warning follows reorder.
func tones(t dialplan.Tone) []string {
	switch t {
	case dialplan.ToneNone:
		return nil
	case dialplan.ToneConfirm:
		return []string{"confirm", "dial"}
	case dialplan.ToneReorder:
		return []string{"reorder", "off-hook"}
	}
	return []string{string(t)}
}

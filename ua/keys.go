package ua

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/audio/dtmf"
	"star18/ua/infokey"
	"star18/ua/sipnet"
)

// KeyMethod is how the keys of the telephone travel in a call.
type KeyMethod string

// The methods. KeysAuto takes telephone events where they were agreed, else the
// sound, as the SPA does; never INFO, which travels beside the media and in clear.
const (
	KeysAuto    KeyMethod = "auto"
	KeysRFC4733 KeyMethod = "rfc4733"
	KeysInfo    KeyMethod = "info"
	KeysInband  KeyMethod = "inband"
)

func (m KeyMethod) String() string { return string(m) }

// Validate refuses another word.
func (m KeyMethod) Validate() error {
	if slices.Contains([]KeyMethod{KeysAuto, KeysRFC4733, KeysInfo, KeysInband}, m) {
		return nil
	}
	return fmt.Errorf("%w: %q", errKeyMethod, string(m))
}

var errKeyMethod = errors.New("no way for keys to travel")

// The reasons for which keys are not sent, beside those of the stream and of
// dtmf.Parse.
var (
	ErrNoKeyEvents = errors.New("the other side takes no telephone events")
	ErrNoFlash     = errors.New("the other side takes no hook flash")
	ErrManyKeys    = errors.New("too many keys")
)

// maxKeys is the longest string of keys at a time.
const maxKeys = 64

// DTMF: the peer pressed a key, '!' for the hook flash. Each press is told once.
// A key by INFO travelled beside the media: it is never encrypted by what secures
// the call.
type DTMF struct {
	Digit  string    `json:"digit"`
	Method KeyMethod `json:"method"`
}

// EventName implements Event.
func (DTMF) EventName() string { return "dtmf" }

// keypad is the keys of one call. Owned by its goroutine.
type keypad struct {
	waiting []dtmf.Press // for their INFO
	asking  bool         // an INFO is out, or its key still pressed

	// The last key of the peer: some gateways send both packets and sound.
	last   DTMF
	lastAt time.Time
}

// SendDTMF presses keys: 0 to 9, *, #, A to D, and ! for the hook flash. All are
// sent or none, one after the other; it returns before they are.
func (c *Call) SendDTMF(digits string) error {
	events, err := dtmf.Parse(digits)
	if err != nil {
		return err
	}
	if len(events) > maxKeys {
		return ErrManyKeys
	}
	result := make(chan error, 1)
	c.post(func() { result <- c.press(events) })
	select {
	case err := <-result:
		return err
	case <-c.done:
		return ErrNotUp
	}
}

func (c *Call) press(events []dtmf.Event) error {
	if c.state != up && c.state != calling || c.media.stream == nil {
		return ErrNotUp
	}
	var presses []dtmf.Press
	for _, e := range events {
		presses = append(presses, dtmf.Press{Event: e, Held: dtmf.DefaultHeld})
	}
	method := c.keyMethod()
	if method == KeysInfo {
		return c.pressByInfo(presses)
	}
	if slices.Contains(events, dtmf.Flash) && (method == KeysInband || !c.media.agreed.EventFlash) {
		return ErrNoFlash
	}
	if method == KeysRFC4733 && c.media.agreed.EventPT == 0 {
		return ErrNoKeyEvents
	}
	return c.media.stream.Press(presses, method == KeysInband)
}

// keyMethod is the configured one. A call whose media is encrypted does not give
// its keys away beside it: there INFO is as auto.
func (c *Call) keyMethod() KeyMethod {
	method := c.line.cfg.Keys
	if method == KeysInfo && (c.secure != SecureNever || c.media.keying != nil) {
		c.line.log.Warn("keys are not sent by INFO in a secured call: it is not encrypted", "call", c.id)
		method = KeysAuto
	}
	switch {
	case method != KeysAuto:
		return method
	case c.media.agreed.EventPT != 0:
		return KeysRFC4733
	}
	return KeysInband
}

// pressByInfo sends one INFO after the other, each when the key before is
// released: the peer plays it for as long as the INFO says.
func (c *Call) pressByInfo(presses []dtmf.Press) error {
	if c.state != up {
		return ErrNotUp
	}
	if len(c.keypad.waiting)+len(presses) > maxKeys {
		return ErrManyKeys
	}
	c.keypad.waiting = append(c.keypad.waiting, presses...)
	c.nextInfo()
	return nil
}

func (c *Call) nextInfo() {
	k := &c.keypad
	if k.asking || len(k.waiting) == 0 || c.state != up {
		return
	}
	p := k.waiting[0]
	k.waiting, k.asking = k.waiting[1:], true
	released := time.Now().Add(p.Held + dtmf.Gap)
	c.exchange(func() *sip.Request {
		req := c.dlg.Request(sip.INFO)
		mediaType, body := infokey.Write(p)
		setBody(req, mediaType, body)
		return req
	}, func(res *sip.Response, err error) {
		if err != nil || !res.IsSuccess() {
			c.line.log.Warn("a key was not taken", "call", c.id, "error", err)
		}
		c.after(time.Until(released), func() {
			k.asking = false
			c.nextInfo()
		})
	})
}

// onKeyInfo takes an INFO that carries a key.
func (c *Call) onKeyInfo(req *sip.Request, tx *sipnet.ServerTx) {
	p, err := infokey.Read(contentType(req), req.Body())
	if err != nil {
		c.answer(tx, req, sip.StatusBadRequest, "Bad Request")
		return
	}
	c.answer(tx, req, sip.StatusOK, "OK")
	c.pressed(p.Event, KeysInfo)
}

// bothWays is how long after a press the same key by another method is the same
// press.
const bothWays = 300 * time.Millisecond

// pressed tells a key of the peer.
func (c *Call) pressed(e dtmf.Event, method KeyMethod) {
	k, now := &c.keypad, time.Now()
	ev := DTMF{Digit: e.String(), Method: method}
	if ev.Digit == k.last.Digit && ev.Method != k.last.Method && now.Sub(k.lastAt) < bothWays {
		return
	}
	k.last, k.lastAt = ev, now
	c.emit(ev)
}

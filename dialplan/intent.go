package dialplan

import (
	"bytes"
	"encoding/json"
	"time"
)

// Outcome is what dialling has come to. Explain reports the state after the last digit; Dial, which
// is an explicit send, only ever dial, reject or code.
type Outcome string

const (
	OutcomeDial      Outcome = "dial"       // a number to call
	OutcomeWaitShort Outcome = "wait_short" // complete, more keys possible
	OutcomeWaitLong  Outcome = "wait_long"  // incomplete
	OutcomeReject    Outcome = "reject"
	OutcomeCode      Outcome = "code" // star codes were run and no number remains to be called
)

// Scheme is the URI scheme that was asked for.
type Scheme string

const (
	SchemeSIP  Scheme = "sip"
	SchemeSIPS Scheme = "sips"
)

// Code is a star code as configured, "*18".
type Code string

// Action is one star code that was run. What the service does happens here only for the secure
// codes and the per-call ones; the rest is the caller's, who finds all it needs in Standing.
type Action struct {
	Service Service `json:"service"`
	Code    Code    `json:"code"`
	Number  string  `json:"number,omitempty"` // of a service that takes one, after the plan
	Host    string  `json:"host,omitempty"`
	Slot    int     `json:"slot,omitempty"` // speed dial key
}

// Words says what the code did.
func (a Action) Words() string { return a.Service.info().words }

// Intent is what a dial string means.
type Intent struct {
	Input   string        `json:"input"` // as typed
	Codes   []Code        `json:"codes"` // in the order run
	Outcome Outcome       `json:"outcome"`
	Wait    time.Duration `json:"-"` // JSON: wait_ms

	Number string `json:"number"` // user part of the request URI; empty for a bare IP address
	Host   string `json:"host"`   // host or host:port; empty for the line's own proxy
	Scheme Scheme `json:"scheme,omitempty"`
	Route  *Route `json:"-"` // of a plan's '@': holds credentials

	Secure    bool   `json:"secure"`
	SecureWhy string `json:"secure_why,omitempty"`
	Override  Choice `json:"-"` // what *18 or *19 asked for this call, whether or not it can be had

	Sequence     int    `json:"sequence"` // place in the plan from 1, 0 if none decided
	SequenceText string `json:"sequence_text,omitempty"`
	Substitution string `json:"substitution,omitempty"`
	Why          string `json:"why"`

	Actions     []Action `json:"actions,omitempty"` // of the codes that came to something
	CodecPrefer Codec    `json:"codec_prefer,omitempty"`
	CodecForce  Codec    `json:"codec_force,omitempty"`
	HideCID     *bool    `json:"hide_cid,omitempty"` // nil leaves it to the line
	Emergency   bool     `json:"emergency,omitempty"`

	Err error `json:"-"` // the comparable reason of a reject, also of one that follows a wait
}

// MarshalJSON adds the wait in milliseconds.
func (i Intent) MarshalJSON() ([]byte, error) {
	type plain Intent
	if i.Codes == nil {
		i.Codes = []Code{}
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // '<' and '>' of a plan are there to be read
	err := e.Encode(struct {
		plain
		WaitMS int64 `json:"wait_ms"`
	}{plain(i), i.Wait.Milliseconds()})
	return text.Bytes(), err
}

package ua

import (
	"time"

	"star18/audio"
	"star18/securecall"
)

// Event is something that happened on a line or in a call. Each has the name
// and the fields that scripts rely on; the json tags are that interface.
type Event interface {
	// EventName is the word in the "event" field.
	EventName() string
}

// Registered: the registrar confirmed our binding. Expires is in seconds.
type Registered struct {
	AOR     string `json:"aor"`
	Expires int    `json:"expires"`
	Via     string `json:"via"`
}

// RegistrationFailed: one attempt failed; RetryIn is in seconds, 0 means that
// no further attempt follows. Status is 0 when no response arrived; Err says why,
// comparably, and Reason the same in words.
type RegistrationFailed struct {
	Status  int    `json:"status,omitempty"`
	Reason  string `json:"reason"`
	RetryIn int    `json:"retry_in"`
	AOR     string `json:"aor"`
	Err     error  `json:"-"`
}

// Incoming: an INVITE rings here.
type Incoming struct {
	FromName   string `json:"from_name"`
	FromNumber string `json:"from_number"`
	Asserted   bool   `json:"asserted,omitempty"`  // our proxy vouches for it
	Anonymous  bool   `json:"anonymous,omitempty"` // the caller hides; FromNumber is empty
	// Waiting: it rings into another call.
	Waiting bool `json:"waiting,omitempty"`
	// Replaces is the call whose place it takes; such a call does not ring.
	Replaces string `json:"replaces,omitempty"`
}

// TurnedAway: a call arrived and did not ring. Why is anonymous, user-busy,
// do-not-disturb, unconditional or no-answer; To is where it was sent, if it was.
type TurnedAway struct {
	FromName   string `json:"from_name"`
	FromNumber string `json:"from_number"`
	Why        string `json:"why"`
	To         string `json:"to,omitempty"`
	Status     int    `json:"status"`
}

// AutoAnswered: the call answers itself, and the microphone opens.
type AutoAnswered struct{}

// Dialing: an INVITE is about to be sent. Dialed is what the user typed.
type Dialing struct {
	Dialed string `json:"dialed"`
	Number string `json:"number"`
	Secure bool   `json:"secure"`
	// Hidden: the other side is not told who calls. NamedBySecurity warns that
	// the secure call's certificate will name us all the same.
	Hidden          bool `json:"hidden,omitempty"`
	NamedBySecurity bool `json:"named_by_security,omitempty"`
}

// Ringing: the far end rings (a 18x arrived).
type Ringing struct{}

// EarlyMedia: the far end sends sound before it answers.
type EarlyMedia struct{}

// Answered: the call is up, in clear unless it says otherwise.
type Answered struct {
	Codec  string `json:"codec"`
	Ptime  int    `json:"ptime"` // milliseconds
	Remote string `json:"remote"`
	// Protected: keys were exchanged, and nothing flows in clear. Whether the
	// peer has them, Secured tells.
	Protected bool `json:"protected,omitempty"`
}

// Securing: the second stage began.
type Securing struct{}

// Secured: the handshake succeeded and the peer's first authenticated packet
// arrived. MS counts from the ACK to that packet. By MethodSDES there is no name,
// number or expiry: the keys went from hop to hop, and every SIP server on the
// way can read them.
type Secured struct {
	Name      string    `json:"name"` // with its '$'
	Number    string    `json:"number"`
	Proven    bool      `json:"proven"`
	Expires   time.Time `json:"expires,omitzero"`
	Transform string    `json:"transform"`
	MS        int64     `json:"ms"`

	Method SecureMethod `json:"method"`
	// KeysInClear warns that whoever saw the signalling on the network can
	// decrypt the call.
	KeysInClear bool `json:"keys_in_clear,omitempty"`
	// PublishedCA warns that anyone can issue this name.
	PublishedCA bool `json:"published_ca,omitempty"`
}

// NotSecured: security was wanted and is not there, or is lost. Once per
// dialog before the switch, and once more if a secured call loses it.
type NotSecured struct {
	Reason securecall.Reason `json:"reason"`
	Detail string            `json:"detail,omitempty"`
	Status int               `json:"status,omitempty"`
	// Over: this ends the call, because its media would not be understood.
	Over bool `json:"over,omitempty"`
}

// TonePlayed: a local tone began, by its name in the tone table.
type TonePlayed struct {
	Name string `json:"name"`
}

// Held and Resumed: By is "local" or "remote". Detail says what is not as usual:
// a peer that did not agree to our hold is still in the call and hears silence.
type Held struct {
	By     string `json:"by"`
	Detail string `json:"detail,omitempty"`
}

// Resumed ends a hold.
type Resumed struct {
	By string `json:"by"`
}

// Active: of several calls, this one speaks and hears from now on.
type Active struct{}

// DeviceFault: the sound card failed or is missing, or is there again. Using is what
// the call goes on with: silence, or the devices named by Input and Output, of which
// an empty one is silence.
type DeviceFault struct {
	State  audio.DeviceState `json:"state"`
	Input  string            `json:"input,omitempty"`
	Output string            `json:"output,omitempty"`
	Fault  string            `json:"fault,omitempty"`
	Using  string            `json:"using"`
}

// Silent: there is no sound in either direction.
func (d DeviceFault) Silent() bool { return d.State == audio.DeviceLost }

// RxStats and TxStats are the two directions of a call's media.
type RxStats struct {
	Packets   uint64  `json:"packets"`
	Lost      uint64  `json:"lost"`
	Late      uint64  `json:"late"`
	JitterMS  float64 `json:"jitter_ms"`
	Concealed uint64  `json:"concealed"`
	Corrected uint64  `json:"corrected,omitzero"` // lost, but found in the next packet
	Rejected  uint64  `json:"rejected"`
}

// TxStats counts what was sent; Protected of Packets went out as SRTP.
type TxStats struct {
	Packets   uint64 `json:"packets"`
	Protected uint64 `json:"protected"`

	// How the peer receives it, by its RTCP; left out if it sends none. RTTMS is
	// the round trip.
	Lost     int64   `json:"lost,omitzero"`
	JitterMS float64 `json:"jitter_ms,omitzero"`
	RTTMS    float64 `json:"rtt_ms,omitzero"`
}

// Party says who ended a call.
type Party string

// The two ends of a call.
const (
	Local  Party = "local"
	Remote Party = "remote"
)

// SecureState is the security of a whole call, told when it ended.
type SecureState string

// The values of Ended.Secure.
const (
	SecureNever SecureState = "never"
	SecureDone  SecureState = "secured"
	SecureLost  SecureState = "lost"
)

// Ended is the last event of a call. Status is the SIP status that refused it,
// else 0.
type Ended struct {
	By         Party       `json:"by"`
	Status     int         `json:"status,omitempty"`
	Cause      Cause       `json:"cause"`
	DurationMS int64       `json:"duration_ms"`
	Secure     SecureState `json:"secure"`
	Rx         RxStats     `json:"rx"`
	Tx         TxStats     `json:"tx"`
	MOS        float64     `json:"mos,omitzero"` // estimated by loss and delay, 1 to 4.4
	Detail     string      `json:"detail,omitempty"`

	// Card is left out if no card has lost sound.
	Card audio.DeviceCounts `json:"card,omitzero"`

	// Answered tells a call that was up from one that never was.
	Answered bool `json:"-"`
	// Rang: the far end said that it rings.
	Rang bool `json:"-"`
}

// EventName implements Event.
func (Registered) EventName() string         { return "registered" }
func (RegistrationFailed) EventName() string { return "registration_failed" }
func (Incoming) EventName() string           { return "incoming" }
func (TurnedAway) EventName() string         { return "turned_away" }
func (AutoAnswered) EventName() string       { return "auto_answered" }
func (Dialing) EventName() string            { return "dialing" }
func (Ringing) EventName() string            { return "ringing" }
func (EarlyMedia) EventName() string         { return "early_media" }
func (Answered) EventName() string           { return "answered" }
func (Securing) EventName() string           { return "securing" }
func (Secured) EventName() string            { return "secured" }
func (NotSecured) EventName() string         { return "not_secured" }
func (TonePlayed) EventName() string         { return "tone" }
func (Held) EventName() string               { return "held" }
func (Resumed) EventName() string            { return "resumed" }
func (Active) EventName() string             { return "active" }
func (DeviceFault) EventName() string        { return "device" }
func (Ended) EventName() string              { return "ended" }

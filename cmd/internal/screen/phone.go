package screen

import (
	"time"

	"star18/cmd/internal/trace"
	"star18/ua"
)

// Phone is what the screen shows and commands. Only Do, Devices, Use and Notify
// may wait; the screen asks them apart from itself.
type Phone interface {
	// Lines says what is known of the lines before anybody answers; the first one is
	// the default.
	Lines() []Line
	// Do carries out one command, as keyline reads it, a call by the line of this
	// name; its answer is for the user.
	Do(account, command string) (answer []string, err error)
	// Calls tells where the calls stand.
	Calls() []ua.CallInfo
	// Services are the star codes that are in force on a line, in words.
	Services(account string) []string
	// Explain says what dialling this now by a line would do.
	Explain(account, dialed string) Explanation
	// Names are what can be dialled by name.
	Names() []string
	// Past are the calls of former runs, newest first.
	Past() []Past
	// Messages are the SIP messages of this run, oldest first.
	Messages() []trace.Message
	// Devices are what can be heard and spoken by.
	Devices() ([]Device, error)
	// Use takes a device for this run, in the calls that are up too.
	Use(Device) error
	// Notify tells who looks elsewhere what they should know.
	Notify(text string)
}

// Line is what is known of a line.
type Line struct {
	Account  string // its name; empty where there is but one
	AOR      string
	Server   string // where it registers, and how; empty: it does not
	Identity string // the name, number and expiry of its own certificate; empty: none

	Require       bool   // secure.require is set
	IdentityFault string // why there is none, although one was configured
}

// Explanation is what a dial string would do.
type Explanation struct {
	Does   string
	Why    string
	Refuse bool
}

// Device is a microphone or a loudspeaker.
type Device struct {
	Output bool
	Name   string // as the configuration has it: card:NAME
	Words  string
	Used   bool
}

// Past is a call of a former run.
type Past struct {
	At       time.Time
	Account  string // of the line; empty where there is but one
	Outgoing bool
	Name     string // as SIP said
	Number   string
	Dialed   string
	Named    string         // as a certificate proved, with its '$'
	Secure   ua.SecureState // empty: not known
	Answered bool
	Known    bool // how it ended is known
	Cause    ua.Cause
}

package screen

import (
	"time"

	"star18/cmd/internal/trace"
	"star18/ua"
)

// Phone is what the screen shows and commands.
type Phone interface {
	// Do carries out one command, as keyline reads it. It may wait for the network;
	// its answer is for the user.
	Do(command string) (answer []string, err error)
	// Calls tells where the calls stand. It never waits.
	Calls() []ua.CallInfo
	// Explain says what dialling this now would do.
	Explain(dialed string) Explanation
	// Names are what can be dialled by name.
	Names() []string
	// Past are the calls of former runs, newest first.
	Past() []Past
	// Messages are the SIP messages of this run, oldest first.
	Messages() []trace.Message
}

// Explanation is what a dial string would do.
type Explanation struct {
	Text   string
	Ready  bool // it can be sent as it is
	Secure bool
	Refuse bool
}

// Past is a call of a former run.
type Past struct {
	At       time.Time
	Outgoing bool
	Name     string // as SIP said
	Number   string
	Dialed   string
	Named    string         // as a certificate proved, with its '$'
	Secure   ua.SecureState // empty: not known
	Answered bool
	Known    bool // how it ended is known
}

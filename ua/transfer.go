package ua

import (
	"fmt"
	"time"
)

// ReferPolicy is what becomes of a peer's wish to transfer us.
type ReferPolicy string

// The policies. Ask lets the user decide, and where there is nobody to ask it
// refuses: a transfer makes us call whom somebody else has chosen.
const (
	ReferAsk    ReferPolicy = "ask"
	ReferAllow  ReferPolicy = "allow"
	ReferRefuse ReferPolicy = "refuse"
)

// String implements fmt.Stringer.
func (p ReferPolicy) String() string { return string(p) }

// Validate refuses what is no policy.
func (p ReferPolicy) Validate() error {
	switch p {
	case ReferAsk, ReferAllow, ReferRefuse:
		return nil
	}
	return fmt.Errorf("%q is not ask, allow or refuse", string(p))
}

// TransferRole is which end of a transfer we are.
type TransferRole string

// The roles of RFC 5589: the transferor asks, the transferee calls the target.
const (
	Transferor TransferRole = "transferor"
	Transferee TransferRole = "transferee"
	TransferTo TransferRole = "target"
)

// Transfer tells how a transfer goes. Status is the SIP status of the call to
// the target as far as it is known, 0 before; Done that nothing more follows.
type Transfer struct {
	Role   TransferRole `json:"role"`
	Target string       `json:"target"`
	By     string       `json:"by,omitempty"` // who asked, by his own account
	Asking bool         `json:"asking,omitempty"`
	Status int          `json:"status"`
	Reason string       `json:"reason,omitempty"`
	Done   bool         `json:"done"`
	// NewCall is the call that takes this one's place; at the target, the event
	// is the new call's and OldCall the one that ends.
	NewCall string `json:"new_call,omitempty"`
	OldCall string `json:"old_call,omitempty"`
	// SecureLost: the call was secured. The new one begins in clear, and whoever
	// is there has proved nothing yet.
	SecureLost bool `json:"secure_lost,omitempty"`
}

// EventName implements Event.
func (Transfer) EventName() string { return "transfer" }

const (
	// byeDelay is how long the side that is to stay out waits for the BYE of the
	// other before it says its own (the SPA's Referor_Bye_Delay).
	byeDelay = 4 * time.Second
	// askLimit is how long a transfer waits for the user.
	askLimit = time.Minute
	// transferLimit is how long the transferee has to tell of an end: as long as
	// it may ring at the target, and a bit.
	transferLimit = inviteExpires + 20*time.Second
)

// Successor is the call that took the place of this one by a transfer; nil if
// none did.
func (c *Call) Successor() *Call { return c.successor.Load() }

// mute takes the sound from the call without a word to the peer, which goes on
// hearing silence.
func (c *Call) mute() {
	c.parked = true
	c.line.desk.release(c.media)
}

// leaveTransferred ends a call whose place another has taken, if the peer has
// not done so by then.
func (c *Call) leaveTransferred(after time.Duration) {
	c.after(after, func() {
		if c.state == up {
			c.leave(Ended{By: Local, Cause: CauseTransferred})
		}
	})
}

package board

import "star18/ua"

// Security is all that a display may say about a call's security in one word.
type Security uint8

// The words. Secure is only said after a packet of the other side has
// authenticated; NotSecure means that security was wanted and is not there.
const (
	Clear Security = iota
	Securing
	Secure
	NotSecure
)

func (s Security) String() string {
	switch s {
	case Clear:
		return "CLEAR"
	case Securing:
		return "SECURING"
	case Secure:
		return "SECURE"
	}
	return "NOT SECURE"
}

// security follows a call from event to event.
func (c *Call) security(ev ua.Event) {
	switch ev := ev.(type) {
	case ua.Dialing:
		c.Wanted = ev.Secure
	case ua.Answered:
		if ev.Protected && c.Security == Clear {
			c.Security = Securing
		}
	case ua.Securing:
		c.Security = Securing
	case ua.Secured:
		c.Security, c.Proof, c.Why = Secure, ev, ua.NotSecured{}
	case ua.NotSecured:
		c.Security, c.Why = NotSecure, ev
	case ua.Ended:
		if c.Security == Securing {
			c.Security = NotSecure
		}
	}
}

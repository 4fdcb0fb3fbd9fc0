package ua

import (
	"encoding/binary"
	"time"

	"star18/securecall"
)

// Role is which side of the second stage a line plays.
type Role string

// The roles.
const (
	RoleCaller Role = "caller"
	RoleCallee Role = "callee"
)

// String implements fmt.Stringer.
func (r Role) String() string { return string(r) }

// Exchange is one message of the second stage as it passed, for those who
// record what a telephone really says. A Final is sealed with a key of 512
// bits, which can be factored: its blocks, and the bytes of any message that
// could be a Final of another shape, are taken out before anybody sees them.
type Exchange struct {
	Call   string
	At     time.Time
	Role   Role
	Sent   bool
	Number string // the user part that the INVITE was for

	Method      string // of a request
	Status      int    // of a response
	ContentType string

	Chars  int                  // length of the body as it was carried
	Bytes  int                  // and decoded; 0 if it is no base64
	Fault  securecall.Reason    // why the body could not be read, or empty
	Hello  []byte               // a whole Hello, which is public
	Form   securecall.FinalForm // of a Final; empty if it is none
	ID     uint32               // the first word of a Final, big-endian
	Own    uint32               // SSRC of our stream
	Remote uint32               // SSRC of the peer's, if Heard
	Heard  bool

	// Observed is all that the peer has shown up to now.
	Observed securecall.Observed
}

// note completes e with what passed in body and hands it to the recorder, if
// there is one.
func (c *Call) note(e Exchange, body []byte, seen securecall.Observed) {
	record := c.line.cfg.Secure.OnExchange
	if record == nil {
		return
	}
	e.Call, e.At, e.Observed = c.id, time.Now(), seen
	e.Number = c.line.cfg.User
	if e.Role == RoleCaller {
		e.Number = c.target.Number
	}
	if c.media.stream != nil {
		s := c.media.streams()
		e.Own, e.Remote, e.Heard = s.OwnSSRC, s.PeerSSRC, s.PeerKnown
	}
	e.carry(body)
	record(e)
}

// carry takes from a body what may be shown.
func (e *Exchange) carry(body []byte) {
	e.Chars = len(body)
	msg, err := securecall.DecodeBody(body)
	if err != nil {
		e.Fault = securecall.NotBase64
		return
	}
	e.Bytes = len(msg)
	final, notFinal := securecall.ParseFinal(msg)
	_, notHello := securecall.ParseHello(msg)
	switch {
	case len(msg) == 0:
	case notHello == nil:
		e.Hello = msg
	case notFinal == nil:
		e.Form, e.ID = final.Form(), binary.BigEndian.Uint32(msg)
	default:
		e.Fault = securecall.BadLength
	}
}

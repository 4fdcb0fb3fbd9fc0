package securecall

import (
	"io"
	"slices"
	"strconv"
	"time"

	"filippo.io/bigmod"
)

// CallerConfig is what a caller needs to know before its one attempt.
type CallerConfig struct {
	Identity *Identity
	Wire     Wire

	// ExpectUserID is the user part of the INVITE that was sent, after star
	// codes and dial plan. The callee's certificate must be for exactly it.
	ExpectUserID string

	// TrustPublishedCA lets a name under the CA from the manual count as
	// proven. Only a demonstration may want that.
	TrustPublishedCA bool

	Now  func() time.Time // nil: the real clock
	Rand io.Reader        // nil: crypto/rand
}

// Caller is the calling side of one handshake, in steps:
//
//	Hello -> HelloAnswered -> FinalAnswered [-> FinalAnswered]
//
// with TimedOut in place of an answer. There is one attempt in a call; after a
// refusal every step is refused. One goroutine at a time.
type Caller struct {
	cfg      CallerConfig
	state    callerState
	ssrc     uint32
	hello    []byte
	modulus  *bigmod.Modulus // the callee's
	order    Order           // the callee's
	form     FinalForm       // of the Final that is out
	material material
	observed Observed
}

type callerState int

const (
	callerIdle callerState = iota
	helloSent
	finalSent
	callerOver
)

// Outcome is what the answer to a Final means. Exactly one field is set.
type Outcome struct {
	Done      bool
	SendAgain []byte // the same key and salt in another form: send it as a new INFO
	Refusal   *Refusal
}

// NewCaller refuses without a usable identity: none, or one that has expired
// since the program started.
func NewCaller(cfg CallerConfig) (*Caller, *Refusal) {
	cfg.Now, cfg.Rand = orRealClock(cfg.Now), orRealRandom(cfg.Rand)
	if err := cfg.Wire.Validate(); err != nil {
		return nil, refuse(LocalError, err.Error())
	}
	if cfg.Identity == nil {
		return nil, refuse(NoIdentity, CertificateMissing.Error())
	}
	if err := cfg.Identity.Check(cfg.Now()); err != nil {
		return nil, refuse(NoIdentity, err.Error())
	}
	return &Caller{cfg: cfg, order: cfg.Wire.ByteOrder}, nil
}

// Hello is the body of the first INFO; ssrc is that of our running stream,
// which is the one that will be encrypted. Called again it gives the same
// bytes, for the same request with credentials.
func (c *Caller) Hello(ssrc uint32) []byte {
	if c.state == callerIdle {
		w := c.cfg.Wire
		c.state, c.ssrc = helloSent, ssrc
		c.hello = EncodeBody(Hello{
			ID:          w.ByteOrder.word(w.MessageIDs[0]),
			Version:     w.ByteOrder.word(w.VersionFlags),
			SSRC:        w.ByteOrder.word(ssrc),
			Certificate: c.cfg.Identity.certificate,
		}.Bytes())
	}
	return slices.Clone(c.hello)
}

// HelloAnswered takes the final response to the Hello. Without a refusal it
// gives the body of the second INFO, the keys under which the peer's media may
// arrive from now on, and who the peer is.
func (c *Caller) HelloAnswered(status int, contentType string, body []byte, s Streams) ([]byte, Keys, Peer, *Refusal) {
	if c.state != helloSent {
		return nil, Keys{}, Peer{}, refuse(OutOfOrder, "answer to a hello that is not waiting for one")
	}
	c.state = callerOver
	hello, refusal := c.readAnswer(status, contentType, body, s)
	if refusal == nil {
		refusal = c.judge(hello, s)
	}
	if refusal != nil {
		refusal.Status = status
		return nil, Keys{}, Peer{}, refusal
	}
	final, err := c.firstFinal()
	if err != nil {
		return nil, Keys{}, Peer{}, refuse(LocalError, err.Error())
	}
	c.state = finalSent
	proven := !c.cfg.Identity.UsesPublishedCA() || c.cfg.TrustPublishedCA
	return final, c.material.keys(), c.cfg.Identity.peer(hello.Certificate, proven), nil
}

// readAnswer gets a Hello out of a response.
func (c *Caller) readAnswer(status int, contentType string, body []byte, s Streams) (Hello, *Refusal) {
	if !accepted(status) {
		return Hello{}, refuse(PeerRefused, "the hello was answered with "+strconv.Itoa(status))
	}
	if len(dropSpace(body)) == 0 {
		return Hello{}, refuse(EmptyAnswer, "")
	}
	msg, err := DecodeBody(body)
	if err != nil {
		return Hello{}, refuse(NotBase64, "")
	}
	hello, err := ParseHello(msg)
	if err != nil {
		return Hello{}, refuse(BadLength, err.Error())
	}
	seen := hello.observe(CalleeHello, contentType, len(msg), c.cfg.Wire.ByteOrder, s)
	c.observed = append(c.observed, seen)
	c.order = seen.Order
	return hello, nil
}

// judge decides whether this callee gets our key. Everything about its
// certificate is settled before its modulus is used.
func (c *Caller) judge(h Hello, s Streams) *Refusal {
	if r := c.cfg.Identity.verifyPeer(h.Certificate, c.cfg.Now()); r != nil {
		return r
	}
	if !h.Certificate.HasUserID(c.cfg.ExpectUserID) {
		return refuse(UserIDMismatch, "certificate of "+strconv.Quote(h.Certificate.UserID())+
			", dialled "+strconv.Quote(printable([]byte(c.cfg.ExpectUserID))))
	}
	s.OwnSSRC = c.ssrc
	if _, matched := detectOrder(c.cfg.Wire.ByteOrder, h.SSRC, s); s.collides(h.SSRC, c.order, matched) {
		return refuse(SSRCCollision, "")
	}
	n, err := peerModulus(h.Certificate.modulus())
	if err != nil {
		return refuse(BadKeyBlock, err.Error())
	}
	c.modulus = n
	return nil
}

// firstFinal draws the call's key material and seals it.
func (c *Caller) firstFinal() (body []byte, err error) {
	if c.material, err = drawMaterial(c.cfg.Wire.SaltBytes, c.cfg.Rand); err != nil {
		return nil, err
	}
	c.form = c.cfg.Wire.Final
	if c.form == Auto {
		c.form = Split
	}
	return c.final()
}

func (c *Caller) final() ([]byte, error) {
	w := c.cfg.Wire
	f, err := c.material.seal(c.form, w, c.order.word(w.MessageIDs[2]), c.modulus, c.cfg.Rand)
	if err != nil {
		return nil, err
	}
	return EncodeBody(f.Bytes()), nil
}

// FinalAnswered takes the final response to a Final.
func (c *Caller) FinalAnswered(status int) Outcome {
	if c.state != finalSent {
		return Outcome{Refusal: refuse(OutOfOrder, "answer to a final that is not waiting for one")}
	}
	if c.mayRetry(status) {
		c.form = Joined
		body, err := c.final()
		if err == nil {
			return Outcome{SendAgain: body}
		}
		c.state = callerOver
		return Outcome{Refusal: refuse(LocalError, err.Error())}
	}
	c.state = callerOver
	if accepted(status) {
		return Outcome{Done: true}
	}
	r := refuse(PeerRefused, "the final was answered with "+strconv.Itoa(status))
	r.Status = status
	return Outcome{Refusal: r}
}

// mayRetry: the setting auto tries the joined form once after the split one,
// unless the status says that the form was not what was wrong.
func (c *Caller) mayRetry(status int) bool {
	return c.cfg.Wire.Final == Auto && c.form == Split && status >= 400 &&
		!slices.Contains([]int{401, 407, 408, 481}, status)
}

// TimedOut ends the attempt because an INFO was not answered.
func (c *Caller) TimedOut() *Refusal {
	waitedFor := map[callerState]string{helloSent: "no answer to the hello", finalSent: "no answer to the final"}[c.state]
	if waitedFor == "" {
		return refuse(OutOfOrder, "time-out of a request that is not out")
	}
	c.state = callerOver
	return refuse(PeerSilent, waitedFor)
}

// Observed is what the callee's messages showed of its dialect.
func (c *Caller) Observed() Observed { return slices.Clone(c.observed) }

func accepted(status int) bool { return status >= 200 && status < 300 }

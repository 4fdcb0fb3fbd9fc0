package dialog

import (
	"errors"
	"fmt"
	"slices"

	"github.com/emiago/sipgo/sip"
)

// ErrOldCSeq: the request is older than one already seen in this dialog and
// must be answered with 500 (RFC 3261 12.2.2). ErrNoContact: the message that
// should have made the dialog names no remote target.
var (
	ErrOldCSeq   = errors.New("CSeq out of order")
	ErrNoContact = errors.New("no usable Contact")
)

// Dialog is one peer relationship. Not safe for concurrent use.
type Dialog struct {
	callID    string
	localTag  string
	remoteTag string
	local     sip.FromHeader // as we send it in From
	remote    sip.ToHeader   // as we send it in To

	localSeq      uint32
	remoteSeq     uint32
	remoteSeqSeen bool

	target sip.Uri   // the peer's latest Contact
	routes []sip.Uri // the first is the next hop
}

// NewUAC makes the dialog that a response with a To tag to our INVITE creates,
// early or confirmed.
func NewUAC(invite *sip.Request, res *sip.Response) (*Dialog, error) {
	d := &Dialog{
		callID:   invite.CallID().Value(),
		local:    *invite.From(),
		remote:   *res.To(),
		localSeq: invite.CSeq().SeqNo,
	}
	d.localTag, _ = d.local.Params.Get("tag")
	d.remoteTag, _ = d.remote.Params.Get("tag")
	if err := d.RefreshTarget(res); err != nil {
		return nil, err
	}
	// RFC 3261 12.1.2: the UAC takes the Record-Route in reverse.
	d.routes = recordRoutes(res)
	slices.Reverse(d.routes)
	return d, nil
}

// Confirm takes the 2xx that confirms an early dialog: numbers go on, the remote
// target is refreshed, and the route set is the 2xx's, whatever the provisional
// response recorded (RFC 3261 13.2.2.4).
func (d *Dialog) Confirm(res *sip.Response) error {
	d.routes = recordRoutes(res)
	slices.Reverse(d.routes)
	return d.RefreshTarget(res)
}

// NewUAS makes the dialog of an INVITE that we answer with localTag.
func NewUAS(invite *sip.Request, localTag string) (*Dialog, error) {
	d := &Dialog{
		callID:        invite.CallID().Value(),
		localTag:      localTag,
		local:         sip.FromHeader{DisplayName: invite.To().DisplayName, Address: invite.To().Address, Params: sip.NewParams()},
		remote:        invite.From().AsTo(),
		remoteSeq:     invite.CSeq().SeqNo,
		remoteSeqSeen: true,
		routes:        recordRoutes(invite),
	}
	d.local.Params.Add("tag", localTag)
	d.remoteTag, _ = invite.From().Params.Get("tag")
	if d.remoteTag == "" && invite.Contact() == nil {
		d.target = invite.From().Address // RFC 2543 section 6.13: Contact may be left out
	}
	if err := d.RefreshTarget(invite); err != nil {
		return nil, err
	}
	return d, nil
}

// message is what requests and responses share here.
type message interface {
	Contact() *sip.ContactHeader
	GetHeaders(name string) []sip.Header
}

func recordRoutes(msg message) []sip.Uri {
	var routes []sip.Uri
	for _, h := range msg.GetHeaders("Record-Route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			routes = append(routes, rr.Address)
		}
	}
	return routes
}

// RefreshTarget takes the peer's Contact as the new remote target; a message
// without one is only an error where no target is known yet.
func (d *Dialog) RefreshTarget(msg message) error {
	c := msg.Contact()
	if c == nil || c.Address.Wildcard || c.Address.Host == "" {
		if d.target.Host != "" {
			return nil
		}
		return ErrNoContact
	}
	d.target = *c.Address.Clone()
	return nil
}

// CallID, LocalTag and RemoteTag identify the dialog.
func (d *Dialog) CallID() string { return d.callID }

// LocalTag is our tag.
func (d *Dialog) LocalTag() string { return d.localTag }

// RemoteTag is the peer's tag; empty for a peer older than RFC 3261.
func (d *Dialog) RemoteTag() string { return d.remoteTag }

// RemoteURI is the peer as the dialog began with it.
func (d *Dialog) RemoteURI() sip.Uri { return *d.remote.Address.Clone() }

// Target is the latest Contact of the peer.
func (d *Dialog) Target() sip.Uri { return *d.target.Clone() }

// Admit checks the sequence number of a request inside the dialog and
// remembers it. An ACK and a CANCEL carry their INVITE's and are not checked.
func (d *Dialog) Admit(req *sip.Request) error {
	if req.IsAck() || req.IsCancel() {
		return nil
	}
	seq := req.CSeq().SeqNo
	if d.remoteSeqSeen && seq < d.remoteSeq {
		return fmt.Errorf("%w: %d after %d", ErrOldCSeq, seq, d.remoteSeq)
	}
	d.remoteSeq, d.remoteSeqSeen = seq, true
	return nil
}

// Skips: a number between the peer's latest request and this one is missing. It may
// be under way still, or lost for good: a proxy refused it, for one.
func (d *Dialog) Skips(req *sip.Request) bool {
	return d.remoteSeqSeen && req.CSeq().SeqNo > d.remoteSeq+1
}

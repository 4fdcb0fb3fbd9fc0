package ua

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"star18/audio"
	"star18/audio/rtpstream"
	"star18/securecall"
	"star18/ua/digest"
	"star18/ua/sipnet"
)

// Config is one line: who it is, where it registers, and what it is made of.
// It is plain data, checked by its owner; NewLine refuses what it cannot run.
type Config struct {
	User        string // the user part of the address of record; digits for an SPA line
	DisplayName string
	Domain      string
	AuthUser    string // digest user; empty means User
	Password    digest.Secret

	Register bool
	Expires  time.Duration // asked of the registrar
	// Instance is this telephone's own UUID, the same after every start; empty
	// registers without RFC 5626.
	Instance  string
	Keepalive time.Duration // how often a registered line asks whether the registrar lives; 0: never

	// NAT: where the registrar sees us, if that is not where we are, goes into
	// Contact (RFC 3581).
	NAT bool

	// Proxy is where requests go when they name no other host, host[:port];
	// empty means Domain. OutboundProxy, if set, takes every request first.
	Proxy         string
	OutboundProxy string

	// Transport carries what goes to the line's own domain; empty is UDP, and
	// AutoTransport leaves it to DNS. What goes elsewhere travels as its URI says.
	Transport sipnet.Transport

	// Listen is the local SIP address, host:port. An empty host means the
	// address that routes to the proxy; port 0 or empty means any free one.
	Listen string

	// SessionExpires is the session interval that our calls ask for (RFC 4028);
	// 0 asks for none, and honours what the other side asks for. MinSE is the
	// least that is taken; 0 means 90 s, the RFC's own.
	SessionExpires, MinSE time.Duration

	// ReliableProvisional rings reliably (RFC 3262) for who can and does not
	// insist on it; who does gets it in any case.
	ReliableProvisional bool

	// MaxRedirections is how many other addresses one call may be sent to by
	// 3xx answers; 0 follows none.
	MaxRedirections int

	RTP    RTPConfig
	Secure SecureConfig
	Calls  CallsConfig
	Tones  TonesConfig

	// Codecs in order of preference, by SDP name, with the clock rate where the
	// name alone does not tell ("L16/16000").
	Codecs []string

	// NewCodec makes a codec for one stream; nil is audio.NewCodec, which has all
	// that need no library.
	NewCodec func(name string) (audio.Codec, error)

	// SilenceSuppression sends comfort noise (RFC 3389) in place of silence, to
	// peers that name it, in calls that neither are secured nor want to be.
	SilenceSuppression bool

	// Keys is how keys are sent; empty is KeysAuto. All are received: those in the
	// sound where no telephone events were agreed, or if it is KeysInband.
	Keys KeyMethod

	// RestrictSource leaves unanswered what does not come from the line's own proxy,
	// but in a call that there is.
	RestrictSource bool

	// UserAgent is sent in User-Agent and Server.
	UserAgent string

	Log *slog.Logger

	// Hold is how we say hold; empty is HoldSendOnly. Both ways are understood.
	Hold HoldForm

	// RecordingNotice lets the other side hear a beep while a call is recorded.
	RecordingNotice bool

	// Stats tells each second how the sound of a call goes.
	Stats bool

	// OnEvent is called for everything that happens; call is nil for the
	// line's own events. It must not block.
	OnEvent func(call *Call, ev Event)

	// Desk is where the user speaks, if several lines are his; nil is one of the
	// line's own. The devices are those of the line that came to it first.
	Desk *Desk

	// OpenDevice opens the sound at the rate of the line's best codec. It is called
	// when a call is set up; an error leaves the call running in silence.
	OpenDevice func(rate int) (audio.Device, error)

	// DeviceCounts are the times that the devices of the run have lost sound; nil
	// if nobody counts.
	DeviceCounts func() audio.DeviceCounts

	// OpenRing opens what an incoming call rings by; nil is the device of the call.
	OpenRing func(rate int) (audio.Device, error)

	// WebSocketPath is what a WebSocket server is asked for, "/ws".
	WebSocketPath string

	// TLS is whom the line trusts and what it shows, for Transport TLS and WSS.
	TLS sipnet.TLSConfig

	// ListenUDP opens a socket; nil means the operating system's. With the two
	// below it is the one edge through which SIP and RTP reach the network.
	ListenUDP func(addr netip.AddrPort) (Socket, error)

	// AwaitNetwork lets the line begin without a way to its server, and register
	// when there is one; otherwise NewLine fails.
	AwaitNetwork bool

	// LocalAddr is from where packets leave for a peer; nil asks the operating
	// system. It is asked again when the network may have changed.
	LocalAddr func(to netip.AddrPort) (netip.Addr, error)

	// ListenTCP and DialTCP are the same for streams. If nil they are the
	// operating system's too, or missing where ListenUDP was replaced alone.
	ListenTCP func(addr netip.AddrPort) (net.Listener, error)
	DialTCP   func(ctx context.Context, from netip.Addr, to netip.AddrPort) (net.Conn, error)

	// Watch is told of every SIP message as it is on the wire, with TLS taken off:
	// credentials and keys are in it. nil for nobody.
	Watch sipnet.Watch
}

// Socket is a UDP socket as both sides of a line use it: sipgo reads and
// writes by net.Addr, RTP by netip.AddrPort without allocating.
type Socket interface {
	net.PacketConn
	rtpstream.Conn
}

// RTPConfig are the media ports and the packet length.
type RTPConfig struct {
	PortMin, PortMax int
	Ptime            time.Duration
	Symmetric        bool

	// RTCP is the mean time between two reports (RFC 3550); 0 sends none.
	RTCP time.Duration
	// StatsInBye says in a BYE and in its answer how the sound went (P-RTP-Stat).
	StatsInBye bool

	// STUN is the server, host[:port], that says where a call's media comes
	// from; empty asks nobody.
	STUN string
}

// SecureConfig is the second stage of a call.
type SecureConfig struct {
	Service bool // false: no secure call in either role
	Require bool // hang up what does not become secure

	Method SecureMethod // empty is MethodXSipura

	// Identity is nil when the line has none or a bad one; IdentityErr then
	// says why.
	Identity    *securecall.Identity
	IdentityErr error

	Wire        securecall.Wire
	Transforms  []rtpstream.Transform // the first is sent; empty means all that have a tag
	StartDelay  time.Duration         // after the ACK; 0 starts at once
	InfoTimeout time.Duration

	// Tone is played when the call has become secure; nil is silent.
	Tone *audio.ToneScript

	Replay securecall.ReplayList

	// TrustPublishedCA lets a name under the CA whose key is printed in the
	// vendor's manual count as proven. Only the demo sets it.
	TrustPublishedCA bool

	// OnExchange is called for every message of the second stage; nil for
	// nobody. It must not block.
	OnExchange func(Exchange)
}

package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"star18/ua"
	"star18/ua/sipnet"
)

// Lookup is what DNS said about the line's servers over one transport.
type Lookup struct {
	Transport sipnet.Transport
	Hops      []sipnet.Hop
	Tried     []string
	Err       error
}

// DNS judges a lookup. The line's own transport must have a server, the others
// may.
func (r *Report) DNS(l Lookup, own bool) {
	check := l.Transport.String()
	tried := ""
	if len(l.Tried) > 0 {
		tried = "; asked for " + strings.Join(l.Tried, ", ")
	}
	switch {
	case l.Err == nil:
		names := make([]string, len(l.Hops))
		for i, h := range l.Hops {
			names[i] = h.Addr.String()
		}
		r.Pass("dns", check, "%s%s", strings.Join(names, ", "), tried)
	case own:
		r.Fail("dns", check, "check line.domain and line.proxy, or write the server's address as line.proxy", "%v", l.Err)
	default:
		r.Skip("dns", check, l.Err.Error())
	}
}

// Server judges an examination of one server. own: it is by the transport that
// the line uses; the others only tell what could be used.
func (r *Report) Server(hop sipnet.Hop, x ua.Examination, own bool) {
	area := "server " + hop.String()
	if x.Alive.Err != nil {
		r.silent(area, hop, x, own)
		return
	}
	r.Pass(area, "answers", "OPTIONS: %d %s after %s", x.Alive.Status, x.Alive.Reason, ms(x.Alive.Took))
	r.password(area, x)
	r.address(area, x)
}

func (r *Report) silent(area string, hop sipnet.Hop, x ua.Examination, own bool) {
	text := x.Alive.Err.Error()
	if errors.Is(x.Alive.Err, context.DeadlineExceeded) {
		text = "no answer in time"
	}
	fix := silentFix(text, strings.ToUpper(hop.Transport.String()))
	switch {
	case errors.Is(x.Alive.Err, sipnet.ErrNoWebSocket):
		fix = "write the port of the server's WebSockets in line.proxy, as host:port, and its path in line.websocket_path"
	case errors.Is(x.Alive.Err, sipnet.ErrNoTLS):
		fix = "write the port at which the server speaks TLS in line.proxy, as host:port"
	}
	if !own {
		r.Skip(area, "answers", text+"; the line does not use this transport")
		return
	}
	r.Fail(area, "answers", fix, "%s", text)
}

const socketCheck = "socket"

// Socket judges why there is not even a socket to ask from.
func (r *Report) Socket(transport sipnet.Transport, err error, own bool) {
	fix := silentFix(err.Error(), strings.ToUpper(transport.String()))
	if strings.Contains(err.Error(), "in use") {
		fix = "end the program that uses the port, or set sip.listen to another one"
	}
	if !own {
		r.Skip("server", transport.String(), err.Error())
		return
	}
	r.Fail("server", socketCheck, fix, "%v", err)
}

// silentFix reads the error of a connection that is not there.
func silentFix(text, transport string) string {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	switch {
	case has("not trusted"):
		return "if this is the right server, set sip.tls.ca_file to the certificate of the CA that issued its own"
	case has("another name"):
		return "use the name that stands in the certificate as line.domain or line.proxy"
	case has("certificate", "x509"):
		return "ask the server's operator for a certificate that is valid"
	case has("refused"):
		return "nothing listens there for " + transport + ": check the port in line.proxy, and line.transport"
	case has("EOF", "reset"):
		return "the server ends the connection: check that it takes SIP by " + transport + " on this port"
	case has("unreachable", "no route"):
		return "this machine has no way there: connect it to a network, or correct the address"
	case has("cannot assign", "not available"):
		return "set sip.listen to an address of this machine, or to nothing"
	}
	return "check that the address is right and that no firewall drops " + transport
}

// Registration is the check that says whether the line could be registered.
const Registration = "registration"

// password judges whether the server knows the line and took what it proved.
func (r *Report) password(area string, x ua.Examination) {
	offered := make([]string, len(x.Offered))
	for i, a := range x.Offered {
		offered[i] = a.String()
	}
	how := fmt.Sprintf("realm %q, %s", x.Realm, strings.Join(offered, ", "))
	const check = Registration
	switch {
	case x.Known.Err != nil:
		r.Fail(area, check, "the server answers OPTIONS and no REGISTER: ask its operator", "%v", x.Known.Err)
	case x.Known.Status/100 == 2 && x.Asked:
		r.Pass(area, check, "the password is right (%s), %s", how, bound(x.Contacts))
	case x.Known.Status/100 == 2:
		r.Warn(area, check, "the server lets anybody register this number; ask its operator", "no password was asked for, %s", bound(x.Contacts))
	case x.Asked && len(x.Offered) == 0:
		r.Fail(area, check, "ask the operator for digest with MD5 or SHA-256", "%d %s: its challenge is no digest", x.Known.Status, x.Known.Reason)
	case x.Unproved && challenges(x.Known.Status):
		r.refuse(area, "set line.password_file or line.password", "%d %s: the server wants a password, and there is none (%s)", x.Known.Status, x.Known.Reason, how)
	case challenges(x.Known.Status):
		r.refuse(area, "check line.auth_user (else line.user) and line.password; capitals count", "%d %s: user or password is wrong (%s)", x.Known.Status, x.Known.Reason, how)
	case x.Known.Status == 403:
		r.refuse(area, "check line.user, line.auth_user and line.password; the account may also be locked", "403 %s", x.Known.Reason)
	case x.Known.Status == 404:
		r.refuse(area, "check line.user and line.domain", "404 %s: the server does not know this number", x.Known.Reason)
	default:
		r.Warn(area, check, "the server does not say whom it knows; try star18 answer", "%d %s", x.Known.Status, x.Known.Reason)
	}
}

func challenges(status int) bool { return status == 401 || status == 407 }

// refuse adds a failure that another transport would not change.
func (r *Report) refuse(area, fix, format string, values ...any) {
	r.Fail(area, Registration, fix, format, values...)
	(*r)[len(*r)-1].refused = true
}

// Refused: a server knows what it was asked, and says no.
func (r Report) Refused() bool {
	return slices.ContainsFunc(r, func(f Finding) bool { return f.refused })
}

// Registers: a server would register the line.
func (r Report) Registers() bool {
	return slices.ContainsFunc(r, func(f Finding) bool {
		return f.Check == Registration && (f.Result == Passed || f.Result == Warned)
	})
}

func bound(contacts []string) string {
	if len(contacts) == 0 {
		return "nobody is registered now"
	}
	return "registered now: " + strings.Join(contacts, ", ")
}

// address judges what lies between us and the server.
func (r *Report) address(area string, x ua.Examination) {
	switch {
	case !x.Seen.IsValid():
		r.Warn(area, "our address", "nothing to do, unless calls do not arrive", "the server does not say where it sees us (no rport)")
	case x.Seen == x.Local:
		r.Pass(area, "our address", "%v, seen as it is", x.Local)
	case x.Seen.Addr() == x.Local.Addr():
		r.Warn(area, "our address", "nothing to do: star18 registers the port that the server sees", "port %d is seen as %d: a NAT in between", x.Local.Port(), x.Seen.Port())
	default:
		r.Warn(area, "our address", "nothing to do for SIP; if one side hears nothing, set rtp.stun", "%v is seen as %v: a NAT in between", x.Local, x.Seen)
	}
}

// maxSkew is how wrong a clock may be before certificates are judged wrongly.
const maxSkew = 5 * time.Minute

// Clock compares our clock with the server's, if that tells its own.
func (r *Report) Clock(date, now time.Time) {
	if date.IsZero() {
		r.Skip("clock", "server", "the server sends no Date")
		return
	}
	skew := now.Sub(date).Round(time.Second)
	if skew.Abs() > maxSkew {
		r.Fail("clock", "server", "set the clock, best by NTP: certificates are judged by it", "ours is %v off", skew)
		return
	}
	r.Pass("clock", "server", "%v apart", skew.Abs())
}

// Made compares our clock with the time at which the program was made; err if it
// does not know.
func (r *Report) Made(made, now time.Time, err error) {
	switch {
	case err != nil:
	case now.Before(made):
		r.Fail("clock", "program", "set the clock, best by NTP: certificates are judged by it", "it is %s, before this program was made (%s)", now.UTC().Format(time.RFC3339), made.UTC().Format(time.RFC3339))
	default:
		r.Pass("clock", "program", "it is %s, after this program was made", now.UTC().Format(time.RFC3339))
	}
}

// STUN judges what the server of rtp.stun said: where others see our sound.
func (r *Report) STUN(server string, local, seen netip.AddrPort, err error) {
	switch {
	case err != nil:
		r.Fail("nat", "stun", "check rtp.stun, or set it to the provider's server; without it only a provider that relays the sound helps behind a router", "%s: %v", server, err)
	case seen.Addr() == local.Addr():
		r.Pass("nat", "stun", "%s sees our sound as it is, %v", server, seen)
	default:
		r.Pass("nat", "stun", "%s sees our sound come from %v: calls name that address", server, seen)
	}
}

// Alternative tells of a transport that works while the line's own does not; its
// findings begin at from.
func (r *Report) Alternative(from int, own sipnet.Transport) {
	other := ""
	for _, f := range (*r)[from:] {
		if f.Check == socketCheck {
			return // the fault is on this side
		}
		transport, isServer := strings.CutPrefix(f.Area, "server ")
		if !isServer || f.Check != "answers" || f.Result != Passed {
			continue
		}
		if transport, _, _ = strings.Cut(transport, " "); transport == own.String() {
			return
		} else if other == "" {
			other = transport
		}
	}
	if other != "" {
		r.Warn("server", "transport", "set line.transport to "+other, "the server answers by %s, and not by %s", other, own)
	}
}

// Ports judges how many of the media ports are free.
func (r *Report) Ports(free, all int, at netip.Addr, err error) {
	switch {
	case free == 0:
		r.Fail("ports", "media", "end the program that holds them, or set rtp.port_min and rtp.port_max", "none of %d on %v is free: %v", all, at, err)
	case free < all/4:
		r.Warn("ports", "media", "end the program that holds the others, or set rtp.port_min and rtp.port_max", "only %d of %d on %v are free, one for each call", free, all, at)
	case free < all:
		r.Pass("ports", "media", "%d of %d on %v are free", free, all, at)
	default:
		r.Pass("ports", "media", "%d on %v are free", all, at)
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

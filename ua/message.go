package ua

import (
	"crypto/rand"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"github.com/emiago/sipgo/sip"
)

const sdpType = "application/sdp"

// methods is what a line understands, extensions what it can do and what may
// therefore be required of it; each is named in one place, and these are it.
// SPA firmware of the secure-call era names x-sipura on all its traffic.
var (
	methods    = []string{"ACK", "BYE", "CANCEL", "INFO", "INVITE", "NOTIFY", "OPTIONS", "REFER", "PRACK", "UPDATE"}
	extensions = []string{"100rel", "norefersub", "replaces", "timer", "x-sipura"}

	allow     = strings.Join(methods, ", ")
	supported = strings.Join(extensions, ", ")

	// Inside a dialog nothing provisional needs to be reliable: a re-INVITE is
	// answered at once or not at all.
	supportedInside = strings.Join(slices.DeleteFunc(slices.Clone(extensions), func(e string) bool { return e == "100rel" }), ", ")
)

// stamp adds what every request of a line carries.
func (l *Line) stamp(req *sip.Request) {
	req.AppendHeader(sip.NewHeader("User-Agent", l.cfg.UserAgent))
	req.AppendHeader(sip.NewHeader("Allow", allow))
	list := supported
	if req.To().Params.Has("tag") {
		list = supportedInside
	}
	req.AppendHeader(sip.NewHeader("Supported", list))
}

// setBody gives a message its body and type; empty is a message without one.
func setBody(msg sip.Message, contentType string, body []byte) {
	if len(body) > 0 {
		msg.AppendHeader(sip.NewHeader("Content-Type", contentType))
	}
	msg.SetBody(body)
}

// response builds the answer to a request, with our tag if it has none.
func (l *Line) response(req *sip.Request, status int, reason, localTag string) *sip.Response {
	if to := req.To(); localTag != "" && !to.Params.Has("tag") {
		to.Params.Add("tag", localTag)
	}
	res := sip.NewResponseFromRequest(req, status, reason, nil)
	res.AppendHeader(sip.NewHeader("Server", l.cfg.UserAgent))
	if status == sip.StatusMethodNotAllowed || req.IsInvite() && status == sip.StatusRinging || (status >= 200 && status < 300) {
		res.AppendHeader(sip.NewHeader("Allow", allow))
		res.AppendHeader(sip.NewHeader("Supported", supported))
	}
	return res
}

// newTag and newCallID are random: they are what keeps a stranger out of a
// dialog on a network where he cannot listen.
func newTag() string { return randomHex(8) }

func newCallID(local netip.AddrPort) sip.CallIDHeader {
	return sip.CallIDHeader(randomHex(12) + "@" + local.Addr().String())
}

func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b) // crypto/rand.Read does not fail; it ends the process
	return hex.EncodeToString(b)
}

// displayName is the configured name as it can stand between quotes.
func (l *Line) displayName() string { return quotable(l.cfg.DisplayName) }

func quotable(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '"' || r == '\\' || unicode.IsControl(r) {
			return -1
		}
		return r
	}, name)
}

// shown is text from the network as it may go to a screen or a log.
func shown(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// ValidUser: what may stand before the '@' without escaping (RFC 3261 25.1,
// user-unreserved without what separates URI parts).
func ValidUser(user string) bool {
	return user != "" && len(user) <= 128 && strings.IndexFunc(user, func(r rune) bool {
		return !(isAlnum(r) || strings.ContainsRune("-_.!~*'()&=+$,#%", r))
	}) < 0
}

// ValidHost: a name or an address, IPv6 in brackets, and perhaps a port.
func ValidHost(host string) bool {
	return host != "" && len(host) <= 255 && strings.IndexFunc(host, func(r rune) bool {
		return !(isAlnum(r) || strings.ContainsRune("-.:[]", r))
	}) < 0
}

func isAlnum(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

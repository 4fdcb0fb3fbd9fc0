package ua

import (
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// outlandish refuses what is right as SIP and not for this line, whatever its
// method does, in the order of RFC 3261 8.2; nil lets it pass. An INVITE is looked
// at with the rest of what it brings.
func (l *Line) outlandish(req *sip.Request) *sip.Response {
	if !slices.Contains(methods, string(req.Method)) {
		return l.unknownMethod(req)
	}
	if req.IsInvite() {
		return nil
	}
	return l.unsupported(req, newTag())
}

// unanswerable refuses an INVITE whose answer its sender could not read, or whose
// body we cannot (RFC 3261 8.2.3 and 21.4.7).
func (l *Line) unanswerable(req *sip.Request, tag string) *sip.Response {
	if coding := tokens(req, "Content-Encoding"); len(req.Body()) > 0 && slices.ContainsFunc(coding, func(c string) bool { return c != "identity" }) {
		res := l.response(req, sip.StatusUnsupportedMediaType, "Unsupported Media Type", tag)
		res.AppendHeader(sip.NewHeader("Accept-Encoding", "identity"))
		return res
	}
	if !accepts(req, sdpType) {
		return l.response(req, sip.StatusNotAcceptable, "Not Acceptable", tag)
	}
	return l.unknownBody(req, tag)
}

// accepts: no Accept means that a description will do (RFC 3261 20.1).
func accepts(req *sip.Request, mediaType string) bool {
	kind, _, _ := strings.Cut(mediaType, "/")
	list := tokens(req, "Accept")
	return len(list) == 0 || slices.ContainsFunc(list, func(word string) bool {
		word, _, _ = strings.Cut(word, ";")
		word = strings.TrimSpace(word)
		return word == mediaType || word == kind+"/*" || word == "*/*"
	})
}

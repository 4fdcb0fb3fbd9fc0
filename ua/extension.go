package ua

import (
	"slices"

	"github.com/emiago/sipgo/sip"
)

// unsupported refuses a request that requires what a line cannot do (RFC 3261
// 8.2.2.3); nil lets it pass. An ACK and a CANCEL are never refused for it.
func (l *Line) unsupported(req *sip.Request, tag string) *sip.Response {
	if req.IsAck() || req.IsCancel() {
		return nil
	}
	var unknown []string
	for _, word := range tokens(req, "Require") {
		if !slices.Contains(extensions, word) {
			unknown = append(unknown, word)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	res := l.response(req, sip.StatusBadExtension, "Bad Extension", tag)
	for _, word := range unknown {
		res.AppendHeader(sip.NewHeader("Unsupported", word))
	}
	return res
}

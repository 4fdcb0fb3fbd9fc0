package sipnet

import (
	"strings"

	"github.com/emiago/sipgo/sip"
)

// compact are the short names of headers that sipgo does not know as such: of RFC 3261
// (7.3.3), 3515, 3892, 4028 and 6665.
var compact = map[string]string{
	"b": "Referred-By",
	"e": "Content-Encoding",
	"k": "Supported",
	"o": "Event",
	"r": "Refer-To",
	"u": "Allow-Events",
	"x": "Session-Expires",
}

// message is what requests and responses share, and sip.Message does not name.
type message interface {
	sip.Message
	Headers() []sip.Header
	RemoveHeader(name string) bool
}

// expand writes short names out, so that each header has one name from here on.
func expand(msg message) {
	var short []sip.Header
	for _, h := range msg.Headers() {
		if len(h.Name()) == 1 && compact[strings.ToLower(h.Name())] != "" {
			short = append(short, h)
		}
	}
	for _, h := range short {
		msg.RemoveHeader(h.Name())
		msg.AppendHeader(sip.NewHeader(compact[strings.ToLower(h.Name())], h.Value()))
	}
}

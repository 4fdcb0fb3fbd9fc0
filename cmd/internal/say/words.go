package say

import (
	"fmt"
	"strconv"
	"strings"

	"star18/ua"
)

// Words is any event in a heading and a sentence, for a display that draws itself.
// A heading in capitals must not be missed. What others sent stands in it as it
// came: Clean it. require: secure.require is set.
func Words(ev ua.Event, require bool) (heading, text string) {
	switch ev := ev.(type) {
	case ua.Ended:
		return endedWords(ev)
	case ua.NotSecured:
		return "NOT SECURE", NotSecuredWords(ev, require)
	case ua.Secured:
		return "SECURE", securedWords(ev)
	}
	return plainWords(ev)
}

// securedWords names nobody where nothing proves who is there.
func securedWords(ev ua.Secured) string {
	if ev.Method == ua.MethodSDES {
		return fmt.Sprintf("nobody named (keys in SDP)  %s  %d ms after ACK", ev.Transform, ev.MS)
	}
	standing := "presented, not proven"
	if ev.Proven {
		standing = "proven"
	}
	return fmt.Sprintf("%s %s (%s)  %s  %d ms after ACK", ev.Name, ev.Number, standing, ev.Transform, ev.MS)
}

// Caller is who calls by SIP's word. A '$' is the sign of a certificate: what has one
// of its own stands in quotation marks, since nothing has proved it.
func Caller(name, number string) string {
	return strings.TrimSpace(quoted(name) + " " + quoted(number))
}

func quoted(s string) string {
	if strings.Contains(s, "$") {
		return strconv.Quote(s)
	}
	return s
}

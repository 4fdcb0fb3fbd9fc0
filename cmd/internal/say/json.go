package say

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"star18/ua"
)

// JSON writes one object a line: time, event, call, then the event's fields, and
// after a failure the next step as "advice".
type JSON struct{ W io.Writer }

// timeLayout is RFC 3339 with milliseconds, in UTC.
const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// Tell implements Teller.
func (j JSON) Tell(t Told) {
	j.write(head{t.At.UTC().Format(timeLayout), t.EventName(), t.Account, t.Call}, inUTC(t.Event), advice{Advice(t.Event)})
}

// inUTC brings the one time among the fields to the zone of the others.
func inUTC(ev ua.Event) ua.Event {
	if s, ok := ev.(ua.Secured); ok {
		s.Expires = s.Expires.UTC()
		return s
	}
	return ev
}

// Object writes a line for something that is no event of a call, such as a
// verdict of the demo.
func (j JSON) Object(at time.Time, name string, fields any) {
	j.write(head{Time: at.UTC().Format(timeLayout), Event: name}, fields)
}

// head is what every line begins with.
type head struct {
	Time    string `json:"time"`
	Event   string `json:"event"`
	Account string `json:"account,omitempty"`
	Call    string `json:"call,omitempty"`
}

// advice is what some lines end with.
type advice struct {
	Text string `json:"advice,omitempty"`
}

// write joins the fields of all parts in one object.
func (j JSON) write(h head, parts ...any) {
	line := encode(h)
	for _, part := range parts {
		if body := encode(part); !bytes.Equal(body, []byte("{}")) {
			line = fmt.Appendf(line[:len(line)-1], ",%s", body[1:])
		}
	}
	_, _ = j.W.Write(append(line, '\n')) // stdout gone: there is nobody left to tell
}

// encode leaves < and > as they are: this is no web page.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Appendf(nil, "{%q:%q}", "error", err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

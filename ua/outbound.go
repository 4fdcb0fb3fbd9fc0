package ua

import (
	"slices"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"
)

// flow is RFC 5626 for a line with one way to its registrar: the registrar sends
// calls back along the way that the REGISTER came, if it says that it does.
type flow struct {
	refused bool // the first hop cannot (439, section 11.6)
	kept    bool // the registrar keeps the way
}

// offer names the instance and the way in our Contact (section 4.2.1). Another
// REGISTER of the same two replaces the binding, wherever we have moved to.
func (f *flow) offer(instance string, req *sip.Request) {
	extensions := "path" // RFC 3327 section 5.1
	if instance != "" && !f.refused {
		contact := req.Contact()
		contact.Params = sip.NewParams()
		contact.Params.Add("+sip.instance", `"<urn:uuid:`+instance+`>"`)
		contact.Params.Add("reg-id", "1")
		extensions += ", outbound"
	}
	req.AppendHeader(sip.NewHeader("Supported", extensions))
}

// withdraw: the REGISTER is to be sent again without.
func (f *flow) withdraw(res *sip.Response) bool {
	again := res.StatusCode == 439 && !f.refused
	f.refused = f.refused || again
	return again
}

// taken reads a success, and for how long the way may be silent: 80 to 100 % of
// Flow-Timer (section 4.4.1), of which the agent's jitter takes its part. 0 leaves
// that to the line.
func (f *flow) taken(res *sip.Response) (keepalive time.Duration) {
	f.kept = slices.Contains(tokens(res, "Require"), "outbound")
	if h := res.GetHeader("Flow-Timer"); h != nil && f.kept {
		if n, err := strconv.ParseUint(h.Value(), 10, 16); err == nil {
			keepalive = max(time.Duration(n)*time.Second*9/10, leastKeepalive)
		}
	}
	return keepalive
}

// leastKeepalive bounds what a registrar can ask of us.
const leastKeepalive = 5 * time.Second

// keepFlow follows what the registrar said: a way that is kept must not fall
// silent, whatever the line's own keepalive.
func (r *registration) keepFlow(res *sip.Response) {
	keepalive := r.line.cfg.Keepalive
	if asked := r.flow.taken(res); asked > 0 && (keepalive == 0 || asked < keepalive) {
		keepalive = asked
	}
	r.agent.Keepalive = keepalive
	r.line.mu.Lock()
	r.line.flow = r.flow.kept
	r.line.mu.Unlock()
}

// alongFlow marks the Contact of a call (section 4.3): its requests come the same
// way.
func (l *Line) alongFlow(uri *sip.Uri) {
	l.mu.Lock()
	kept := l.flow
	l.mu.Unlock()
	if !kept {
		return
	}
	if uri.UriParams == nil {
		uri.UriParams = sip.NewParams()
	}
	uri.UriParams.Add("ob", "")
}

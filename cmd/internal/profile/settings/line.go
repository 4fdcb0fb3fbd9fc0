package settings

import (
	"net"
	"strconv"
	"strings"
)

// subscriber is who the line is: its user, and what proves it.
func (c *converter) subscriber() {
	user, _ := c.get("User_ID")
	c.add("line.user", user.Text, user)
	auth, _ := c.get("Auth_ID")
	if c.yes("Use_Auth_ID", false) && auth.Text != "" {
		c.add("line.auth_user", auth.Text, auth)
	}
	for _, s := range []struct{ name, key string }{
		{"Password", "line.password"}, {"Mini_Certificate", "secure.mini_certificate"}, {"SRTP_Private_Key", "secure.private_key"},
	} {
		// An empty one takes nothing away: profiles are handed out without them.
		if p, ok := c.get(s.name); ok && p.Text != "" {
			c.addSecret(s.key, p)
		}
	}
}

// server is where the line's requests go. An SPA's Proxy is its domain too.
func (c *converter) server() {
	proxy, ok := c.get("Proxy")
	if ok && proxy.Text != "" {
		domain, at := c.splitProxy(proxy)
		c.add("line.domain", domain, proxy)
		if at != "" {
			c.add("line.proxy", at, proxy)
		}
	}
	outbound, ok := c.get("Outbound_Proxy")
	if c.yes("Use_Outbound_Proxy", false) && ok && outbound.Text != "" {
		c.add("line.outbound_proxy", outbound.Text, outbound)
	}
	stun, ok := c.get("STUN_Server")
	if c.yes("STUN_Enable", false) && ok && stun.Text != "" {
		c.add("rtp.stun", stun.Text, stun)
	}
}

// splitProxy takes "host", "host:port" and the list of servers that some profiles
// have in place of DNS: "name:SRV=192.0.2.1:5060:p=0|192.0.2.2:p=1".
func (c *converter) splitProxy(p parameter) (domain, proxy string) {
	if name, list, ok := strings.Cut(p.Text, ":SRV="); ok {
		first, others := firstServer(list)
		if others > 0 {
			c.warn("%s, line %d: of its servers star18 takes the first, %s; list the others in DNS (SRV)", p.name, p.Line, first)
		}
		return name, first
	}
	if host, _, err := net.SplitHostPort(p.Text); err == nil {
		return host, p.Text
	}
	return p.Text, ""
}

// firstServer is the one with the lowest p.
func firstServer(list string) (first string, others int) {
	servers := strings.Split(list, "|")
	best := -1
	for _, s := range servers {
		at, rank, _ := strings.Cut(strings.TrimSpace(s), ":p=")
		n, err := strconv.Atoi(rank)
		if err != nil {
			n = 0
		}
		if best < 0 || n < best {
			best, first = n, at
		}
	}
	return first, len(servers) - 1
}

// method is SRTP_Method: two protocols behind the same star codes.
func (c *converter) method() {
	p, ok := c.get("SRTP_Method")
	switch strings.ToLower(p.Text) {
	case "":
		if ok {
			c.leftOut(p, "it is no method")
		}
	case "x-sipura":
		c.add("secure.method", "x-sipura", p)
	case "s-descriptor":
		c.add("secure.method", "sdes", p)
		c.warn("%s, line %d: s-descriptor is not the secure call of mini-certificates but keys in SDP: every SIP server on the way can read them, and no name is proved", p.name, p.Line)
	default:
		c.leftOut(p, "star18 knows x-sipura and s-descriptor")
	}
}

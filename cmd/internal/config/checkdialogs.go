package config

import (
	"strconv"
	"time"
)

// leastSession is what RFC 4028 section 4 allows; longestSession is ours: a call
// whose other end is gone should not stand for longer.
const (
	leastSession   = 90 * time.Second
	longestSession = 24 * time.Hour
)

func (l *loader) checkDialogs() {
	s := l.Settings.SIP
	if d := s.SessionExpires; d != 0 && (d < leastSession || d > longestSession || d%time.Second != 0) {
		l.bad("sip.session_expires", d.String()+" is not from 90s to 24h in whole seconds", "write for example 1800s, or 0 to ask for nothing")
	}
	if d := s.MinSE; d < leastSession || d > longestSession || d%time.Second != 0 {
		l.bad("sip.min_se", d.String()+" is not from 90s to 24h in whole seconds", "write 90s")
	}
	if n := s.MaxRedirections; n < 0 || n > 20 {
		l.bad("sip.max_redirections", strconv.Itoa(n)+" is not from 0 to 20", "write 5, or 0 to follow none")
	}
}

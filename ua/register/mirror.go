package register

import "github.com/emiago/sipgo/sip"

// mirror is the keepalive that a telephone sends to itself: an OPTIONS to its own
// address of record, which the registrar looks up as it would for a call. Its
// answer proves that the line can be reached; "no such location" shows a
// registrar that was started again, however quickly. It is for a line that is
// alone under its address: other telephones must not be woken every few seconds.
type mirror struct {
	alone  bool // the registrar has no other binding of ours
	off    bool // this registrar does not play
	looked bool // the probe under way is one
	missed int  // in a row
}

// mirrorMisses in a row, with a REGISTER between them, mean that the registrar
// says so of everybody.
const mirrorMisses = 2

// look decides how the next probe goes.
func (a *Agent) look() bool {
	a.looked = a.alone && !a.off && a.bound && !a.registering
	return a.looked
}

// missing judges the answer: true if the registrar does not know where we are.
func (a *Agent) missing(status int) bool {
	switch {
	case !a.looked:
		return false
	case status >= 200 && status < 300:
		a.missed = 0
		return false
	case status == 404, status == 408, status == 410, status == 430, status == 480:
		a.missed++
		a.off = a.missed >= mirrorMisses
		return !a.off
	}
	a.off = true // not allowed, or not understood
	return false
}

// onlyOurs: the 2xx lists our Contact and no other.
func onlyOurs(res *sip.Response, contact sip.Uri) bool {
	ours, all := 0, res.GetHeaders("Contact")
	for _, h := range all {
		if _, ok := contactExpiry(h, contact); ok {
			ours++
		}
	}
	return ours == 1 && len(all) == 1
}

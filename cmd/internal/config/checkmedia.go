package config

import (
	"strconv"
	"time"

	"star18/ua"
)

// longestReports is the longest RTCP interval of an SPA.
const longestReports = 255 * time.Second

// checkMedia looks at how a call's media is described and reported.
func (l *loader) checkMedia() {
	s := l.Settings
	if ua.HoldForm(s.SIP.Hold).Validate() != nil {
		l.bad("sip.hold", strconv.Quote(s.SIP.Hold)+" is no way to hold", "write sendonly or zero")
	}
	if t := s.RTP.RTCP; t != 0 && (t < time.Second || t > longestReports) {
		l.bad("rtp.rtcp", t.String()+" is not from 1s to 255s", "write for example 5s, or 0s for none")
	}
	if ua.KeyMethod(s.Audio.DTMF).Validate() != nil {
		l.bad("audio.dtmf", strconv.Quote(s.Audio.DTMF)+" is no way for keys to travel", "write auto, rfc4733, info or inband")
	}
}

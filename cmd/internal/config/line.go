package config

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"star18/audio"
	"star18/audio/rtpstream"
	"star18/cmd/internal/codecs"
	"star18/securecall"
	"star18/ua"
	"star18/ua/digest"
	"star18/ua/sipnet"
)

// Line is the configuration of a line, without its edges: log, sockets, sound
// and replay list are the command's. Its error is Problems.
func (l *Loaded) Line(now time.Time) (ua.Config, error) {
	if err := l.CheckLine(); err != nil {
		return ua.Config{}, err
	}
	s := l.Settings
	c := ua.Config{
		User:          s.Line.User,
		DisplayName:   s.Line.DisplayName,
		Domain:        s.Line.Domain,
		AuthUser:      s.Line.AuthUser,
		Password:      digest.Secret(s.Line.Password),
		Register:      s.Line.Register,
		Expires:       s.Line.Expires,
		Proxy:         s.Line.Proxy,
		OutboundProxy: s.Line.OutboundProxy,
		Transport:     sipnet.Transport(s.Line.Transport),
		WebSocketPath: s.Line.WebSocketPath,
		TLS:           l.tls,
		Listen:        s.SIP.Listen,
		UserAgent:     s.SIP.UserAgent,
		Keepalive:     s.SIP.Keepalive,
		NAT:           s.SIP.NAT,

		RestrictSource: s.SIP.RestrictSource,

		SessionExpires: s.SIP.SessionExpires, MinSE: s.SIP.MinSE,
		ReliableProvisional: s.SIP.ReliableProvisional, MaxRedirections: s.SIP.MaxRedirections,

		Codecs: codecs.Available(s.Audio.Codecs), NewCodec: codecs.New,

		SilenceSuppression: s.Audio.SilenceSuppression,
		Keys:               ua.KeyMethod(s.Audio.DTMF),

		RecordingNotice: s.Audio.RecordingBeep,
		Hold:            ua.HoldForm(s.SIP.Hold),
		RTP: ua.RTPConfig{
			PortMin:   s.RTP.PortMin,
			PortMax:   s.RTP.PortMax,
			Ptime:     s.RTP.Ptime,
			Symmetric: s.RTP.Symmetric,
			STUN:      s.RTP.STUN,

			RTCP: s.RTP.RTCP, StatsInBye: s.RTP.StatsInBye,
		},
	}
	c.Secure, c.Calls, c.Tones = l.secure(now), l.calls(), l.tones()
	return c, nil
}

// CheckLine asks for what only a line needs, if anything is known at all.
func (l *Loaded) CheckLine() error {
	var ps Problems
	if l.unread || len(l.others) > 0 && l.Settings.Line.User == "" {
		return nil // it is the accounts that are lines
	}
	if l.Path == "" && l.Settings.Line.User == "" && l.Settings.Line.Domain == "" {
		return Problems{{Where: DefaultPath(), Wrong: "there is no configuration yet", Fix: "run: star18 config init"}}
	}
	if l.Settings.Line.User == "" {
		ps = append(ps, l.at("line.user", "is empty", `write the line's number, for example user: "14085550001"`))
	}
	if l.Settings.Line.Domain == "" {
		ps = append(ps, l.at("line.domain", "is empty", "write the registrar's name, for example domain: sip.example.com"))
	}
	for i := range ps {
		if ps[i].Where == "" {
			ps[i].Where = cmp.Or(l.Path, DefaultPath())
		}
	}
	return ps.orNil()
}

func (l *Loaded) secure(now time.Time) ua.SecureConfig {
	s := l.Settings.Secure
	c := ua.SecureConfig{
		Service:     s.Service,
		Require:     s.Require,
		Method:      ua.SecureMethod(s.Method),
		Wire:        s.Wire.machine(),
		StartDelay:  s.Wire.StartDelay,
		InfoTimeout: s.Wire.InfoTimeout,
	}
	for _, name := range s.Wire.Transforms {
		c.Transforms = append(c.Transforms, rtpstream.Transform(name))
	}
	if s.Service && s.MiniCertificate+string(s.PrivateKey) != "" {
		c.Identity, c.IdentityErr = l.Identity(now)
	}
	if tone, err := audio.ParseToneScript(s.Tone); err == nil && s.Tone != "" {
		tone = tone.Gain(float64(l.Settings.Tones.GainDB))
		c.Tone = &tone
	}
	return c
}

// Warn lists what works otherwise than it looks.
func (l *Loaded) Warn(id *securecall.Identity) []string {
	warnings := l.Warnings
	if id != nil && id.UsesPublishedCA() {
		warnings = append(warnings, "secure: published CA key: anyone can issue this name, so no name under it counts as proven; make one of your own: star18 cert ca")
	}
	if id != nil {
		if text := id.UserIDWarning(l.Settings.Line.User); text != "" {
			warnings = append(warnings, "secure: "+text)
		}
	}
	if l.Settings.Line.Register && l.Settings.Line.Password == "" {
		warnings = append(warnings, "line.password is empty: a registrar that asks for one will refuse us; set line.password_file")
	}
	if host, err := netip.ParseAddr(l.Settings.Line.Domain); err == nil && host.IsUnspecified() {
		warnings = append(warnings, "line.domain "+host.String()+" is no address that can be called")
	}
	if slices.Contains(l.Settings.Secure.Wire.Transforms, rtpstream.None.String()) {
		warnings = append(warnings, "secure.wire.transforms lists none: packets of such a call are encrypted, and anybody can change or forge them")
	}
	return warnings
}

package config

import (
	"time"

	"star18/audio"
	"star18/audio/rtpstream"
	"star18/cmd/internal/codecs"
	"star18/cmd/internal/sound"
	"star18/securecall"
	"star18/ua"
)

// Default is every setting that nobody gave.
func Default() Settings {
	return Settings{
		Line: Line{
			Register:  true,
			Expires:   time.Hour,
			Transport: "udp", WebSocketPath: "/ws",
		},
		SIP:      SIP{UserAgent: "star18", Keepalive: 15 * time.Second, NAT: true, SessionExpires: 30 * time.Minute, MinSE: 90 * time.Second, MaxRedirections: 5, Hold: ua.HoldSendOnly.String()},
		Accounts: []Account{},
		RTP: RTP{
			PortMin:   16384,
			PortMax:   16482,
			Ptime:     20 * time.Millisecond,
			Symmetric: true,
			RTCP:      5 * time.Second,
		},
		Audio: Audio{
			Input:  "card",
			Output: "card",
			Codecs: codecs.Default(),
			DTMF:   ua.KeysAuto.String(),

			RecordingBeep:    true,
			EchoCancellation: string(sound.Auto),
			NoiseSuppression: string(sound.Auto),
			GainControl:      string(sound.Auto),
		},
		Calls:    defaultCalls(),
		Tones:    defaultTones(),
		Secure:   defaultSecure(),
		Dialplan: defaultDialplan(),
		Contacts: []Contact{},
	}
}

func defaultSecure() Secure {
	w := securecall.DefaultWire()
	wire := Wire{
		ContentType:  w.ContentType,
		VersionFlags: w.VersionFlags,
		ByteOrder:    w.ByteOrder.String(),
		Final:        w.Final.String(),
		Padding:      w.Padding.String(),
		SaltBytes:    w.SaltBytes,
		StartDelay:   200 * time.Millisecond,
		InfoTimeout:  16 * time.Second,
	}
	for _, t := range rtpstream.Transforms() {
		wire.Transforms = append(wire.Transforms, t.String())
	}
	for _, id := range w.MessageIDs {
		wire.MessageIDs = append(wire.MessageIDs, int(id))
	}
	return Secure{
		Service:    true,
		Method:     ua.MethodXSipura.String(),
		ExpiryZone: securecall.UTC.String(),
		Tone:       audio.SecureTone,
		Wire:       wire,
	}
}

package say

import (
	"fmt"
	"strings"

	"star18/audio"
	"star18/ua"
)

// deviceWords is a device event in a heading and words.
func deviceWords(ev ua.DeviceFault) (heading, text string) {
	switch ev.State {
	case audio.DeviceRunning:
		return "sound", "back: " + ev.Using
	case audio.DeviceStandIn:
		return "SOUND", fmt.Sprintf("%s; using %s", ev.Fault, ev.Using)
	}
	return "NO SOUND", fmt.Sprintf("%s; using %s, the call goes on", ev.Fault, ev.Using)
}

// DeviceNews makes an event of what became of a card.
func DeviceNews(c audio.DeviceChange) ua.DeviceFault {
	ev := ua.DeviceFault{State: c.State, Input: c.Input, Output: c.Output, Using: devices(c.Input, c.Output)}
	if c.Reason != nil {
		ev.Fault = strings.TrimSpace(c.Reason.Error())
		if !strings.Contains(ev.Fault, "sound card") {
			ev.Fault = "sound card: " + ev.Fault
		}
	}
	return ev
}

func devices(in, out string) string {
	switch {
	case in == out && in == "":
		return "silence"
	case in == out:
		return in
	case in == "":
		return out + ", and no microphone"
	case out == "":
		return in + ", and no loudspeaker"
	}
	return in + " and " + out
}

//go:build cgo

package portaudio

import (
	"os"
	"sync"
)

// forgetPulseLatency takes PULSE_LATENCY_MSEC out of this process. The client
// library of PulseAudio puts it in the place of whatever a program asks for
// (pulseaudio(1), "Environment variables" of the client), and so would undo both
// the short buffer of the first attempt and the longer one after drop-outs.
var forgetPulseLatency = sync.OnceFunc(func() { _ = os.Unsetenv("PULSE_LATENCY_MSEC") })

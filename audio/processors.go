package audio

import (
	"os"
	"runtime"
)

// spareProcessors is how many more goroutines may run at once than the machine
// has processors: one for a packet that leaves, one for a frame to be played.
const spareProcessors = 2

// SpareProcessors lets sound begin when its time has come, whatever else the
// program does. A goroutine whose time has come waits in Go's scheduler while as
// many others run as GOMAXPROCS allows, up to 10 ms each; the system's own
// scheduler, which is asked instead if there is a place left, lets a thread that has
// slept go first. On two busy processors a tenth of the ticks are late that were.
// It is called once, before any sound. A GOMAXPROCS of the environment stands.
func SpareProcessors() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + spareProcessors)
	}
}

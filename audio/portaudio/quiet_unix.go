//go:build cgo && unix

package portaudio

/*
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

// redirect makes fd 2 a pipe that neither side waits for. It returns the old
// fd 2, or -1.
static int redirect(int *readEnd) {
	int ends[2], old;
	if (pipe(ends) != 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, fcntl(ends[i], F_GETFL) | O_NONBLOCK);
	}
	old = fcntl(2, F_DUPFD_CLOEXEC, 3);
	if (old < 0 || dup2(ends[1], 2) < 0) {
		close(ends[0]);
		close(ends[1]);
		if (old >= 0)
			close(old);
		return -1;
	}
	close(ends[1]);
	*readEnd = ends[0];
	return old;
}

static void restore(int old) {
	dup2(old, 2);
	close(old);
}
*/
import "C"

import (
	"sync"
	"unsafe"
)

// mostNoise is how much of the library's noise is kept.
const mostNoise = 4096

// hush keeps what C libraries print to stderr off the screen: ALSA and JACK
// print some hundred lines while they look for devices. A pipe that is full
// drops the rest, for its ends do not block.
type hush struct {
	once    sync.Once
	old     C.int
	readEnd C.int
	noise   string
}

func newHush() *hush {
	h := &hush{}
	driverNoise(true)
	h.old = C.redirect(&h.readEnd)
	return h
}

// end gives stderr back and returns the noise. It may be called again.
func (h *hush) end() string {
	h.once.Do(func() {
		driverNoise(false)
		if h.old < 0 {
			return
		}
		C.restore(h.old)
		buf := make([]byte, mostNoise)
		if n := C.read(h.readEnd, unsafe.Pointer(&buf[0]), mostNoise); n > 0 {
			h.noise = string(buf[:n])
		}
		C.close(h.readEnd)
	})
	return h.noise
}

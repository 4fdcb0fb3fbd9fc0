//go:build cgo

package portaudio

/*
#define _GNU_SOURCE
#include <sched.h>

// On Linux 0 is the calling thread. Threads that it starts are ordinary ones.
static int urgent(int priority) {
	struct sched_param p = {.sched_priority = priority};
	return sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &p);
}
*/
import "C"

// callbackPriority is a low one of those in real time: before everything that
// has none, behind a sound server.
const callbackPriority = 4

// urgent gives the thread that calls back real time where the system allows it
// (RLIMIT_RTPRIO of its user): it copies a few milliseconds of sound, and each
// time that it comes late is heard. The sound library does this on other systems.
func urgent() { C.urgent(callbackPriority) }

//go:build cgo

package portaudio

/*
#cgo LDFLAGS: -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

typedef void (*reporter)(const char *, int, const char *, int, const char *, ...);

static void say_nothing(const char *file, int line, const char *func, int err, const char *format, ...) {
}

// ALSA is there only if the sound library brought it, so it is looked for and
// not linked.
static void driver_noise(int on) {
	int (*set)(reporter) = (int (*)(reporter))dlsym(RTLD_DEFAULT, "snd_lib_error_set_handler");
	if (set != NULL)
		set(on ? NULL : say_nothing);
}
*/
import "C"

// driverNoise lets ALSA print to stderr while a hush collects it, and not at
// all while a stream runs, when it would print over the screen at any time.
func driverNoise(on bool) {
	if on {
		C.driver_noise(1)
	} else {
		C.driver_noise(0)
	}
}

//go:build cgo && speexdsp

package dsp

/*
#cgo pkg-config: speexdsp
#cgo linux LDFLAGS: -ldl
#define _GNU_SOURCE
#include <stdlib.h>
#include <speex/speex_echo.h>
#include <speex/speex_preprocess.h>
#if defined(__linux__) || defined(__APPLE__)
#include <dlfcn.h>
#include <limits.h>
#endif

typedef struct {
	SpeexEchoState *echo; // NULL if nobody asked for it
	SpeexPreprocessState *post;
	spx_int16_t *out;
	int n, linked, suppress, rise, fall;
	double before, after;
} worker;

static void worker_free(worker *w) {
	if (w == NULL) return;
	if (w->echo) speex_echo_state_destroy(w->echo);
	if (w->post) speex_preprocess_state_destroy(w->post);
	free(w->out);
	free(w);
}

static void set(worker *w, int what, spx_int32_t value) {
	speex_preprocess_ctl(w->post, what, &value);
}

static worker *worker_new(int n, int rate, int tail, int echo, int noise, int gain, int level, int most) {
	worker *w = calloc(1, sizeof *w);
	if (w == NULL) return NULL;
	w->n = n;
	w->out = calloc(n, sizeof *w->out);
	w->post = speex_preprocess_state_init(n, rate);
	if (echo) {
		w->echo = speex_echo_state_init(n, tail);
		if (w->echo) speex_echo_ctl(w->echo, SPEEX_ECHO_SET_SAMPLING_RATE, &rate);
	}
	if (w->out == NULL || w->post == NULL || (echo && w->echo == NULL)) {
		worker_free(w);
		return NULL;
	}
	// What remains of the echo is removed by the gains of noise suppression, so
	// that is on for the echo too, with nothing to suppress of noise.
	set(w, SPEEX_PREPROCESS_SET_DENOISE, noise || echo);
	set(w, SPEEX_PREPROCESS_SET_AGC, gain);
	set(w, SPEEX_PREPROCESS_SET_AGC_TARGET, level);
	set(w, SPEEX_PREPROCESS_SET_AGC_MAX_GAIN, most);
	w->suppress = w->rise = w->fall = -1;
	return w;
}

static double energy(const spx_int16_t *x, int n) {
	double sum = 0;
	for (int i = 0; i < n; i++) sum += (double)x[i] * x[i];
	return sum / n;
}

static void change(worker *w, int *have, int want, int what) {
	if (*have == want) return;
	*have = want;
	set(w, what, want);
}

static void worker_run(worker *w, spx_int16_t *pcm, const spx_int16_t *far, int suppress, int rise, int fall) {
	int linked = w->echo != NULL && far != NULL;
	if (linked != w->linked) {
		w->linked = linked;
		speex_preprocess_ctl(w->post, SPEEX_PREPROCESS_SET_ECHO_STATE, linked ? w->echo : NULL);
	}
	if (linked) {
		speex_echo_cancellation(w->echo, pcm, far, w->out);
		w->before = energy(pcm, w->n);
		w->after = energy(w->out, w->n);
		for (int i = 0; i < w->n; i++) pcm[i] = w->out[i];
	}
	change(w, &w->suppress, suppress, SPEEX_PREPROCESS_SET_NOISE_SUPPRESS);
	change(w, &w->rise, rise, SPEEX_PREPROCESS_SET_AGC_INCREMENT);
	change(w, &w->fall, fall, SPEEX_PREPROCESS_SET_AGC_DECREMENT);
	speex_preprocess_run(w->post, pcm);
}

static void worker_learn(worker *w, const spx_int16_t *pcm, const spx_int16_t *far) {
	speex_echo_cancellation(w->echo, pcm, far, w->out);
}

static void worker_forget(worker *w) {
	if (w->echo) speex_echo_state_reset(w->echo);
}

// library_file finds the file that the functions came from, for the library
// itself states no version.
static char *library_file(void) {
#if defined(__linux__) || defined(__APPLE__)
	Dl_info info;
	if (dladdr((void *)speex_echo_cancellation, &info) && info.dli_fname) return realpath(info.dli_fname, NULL);
#endif
	return NULL;
}
*/
import "C"

import (
	"errors"
	"path/filepath"
	"time"
	"unsafe"
)

// Choices for speexdsp.
const (
	// tail is how long an echo the canceller models. Beyond it a living room is
	// some 30 dB down, which the suppression of what remains takes away.
	tail = 128 * time.Millisecond
	// suppression of steady noise, in dB: more makes what remains watery.
	suppression = 15
	// agcLevel is speexdsp's measure of loudness that speech is brought to.
	agcLevel = 8000
	// agcMost is the most that soft speech is raised, in dB: what lifts -40 dBFS
	// to a comfortable level. More would lift the room between the words.
	agcMost = 18
	// rise and fall are how fast the gain follows, in dB a second.
	rise = 6
	fall = 12
)

var errMemory = errors.New("no memory for sound processing")

// worker is the state of speexdsp for one microphone.
type worker struct {
	c          *C.worker
	noise      int
	gain, echo bool
}

// newEngine makes the state for blocks of n samples.
func newEngine(n, rate int, cfg Config) (engine, error) {
	w := &worker{gain: cfg.Gain, echo: cfg.Echo}
	if cfg.Noise {
		w.noise = suppression
	}
	w.c = C.worker_new(C.int(n), C.int(rate), C.int(samplesIn(tail, rate)),
		flag(cfg.Echo), flag(cfg.Noise), flag(cfg.Gain), agcLevel, agcMost)
	if w.c == nil {
		return nil, errMemory
	}
	return w, nil
}

func flag(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

func (w *worker) run(pcm, far []int16, h hold) (before, after float64) {
	suppress, up, down := w.noise, rise, -fall
	if h.noise {
		suppress = 0
	}
	if h.gain {
		up, down = 0, 0
	}
	C.worker_run(w.c, samples(pcm), samples(far), C.int(suppress), C.int(up), C.int(down))
	return float64(w.c.before), float64(w.c.after)
}

func samples(pcm []int16) *C.spx_int16_t {
	return (*C.spx_int16_t)(unsafe.Pointer(unsafe.SliceData(pcm)))
}

func (w *worker) learn(pcm, far []int16) { C.worker_learn(w.c, samples(pcm), samples(far)) }

func (w *worker) forget() { C.worker_forget(w.c) }

func (w *worker) close() {
	C.worker_free(w.c)
	w.c = nil
}

// Library names the library that is in use, by its file: it states no version.
// It is empty in a build without.
func Library() string {
	file := C.library_file()
	if file == nil {
		return "speexdsp"
	}
	defer C.free(unsafe.Pointer(file))
	return filepath.Base(C.GoString(file))
}

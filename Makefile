# make demo     the first secure call, on this machine alone
# make test     every test, race detector on; last line "N passed, N failed"
# Both install what is missing (a C compiler and PortAudio) and say so.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
GO ?= go
export CGO_ENABLED ?= 1

# C libraries that are used where they are installed; the program says which it
# has. Asked when a command runs, since deps may have installed them just before.
# The version is the commit, where git trusts the folder; Go fails where it does not.
export GOFLAGS = -buildvcs=$(shell git status >/dev/null 2>&1 && echo auto || echo false) -tags=$(shell pkg-config --exists speexdsp && echo speexdsp,)$(shell pkg-config --exists opus && echo opus,)nolibopusfile

.PHONY: demo test build lint fuzz fuzz-short interop interop-short bench bench-secure bench-jitter bench-conceal bench-echo bench-mouth bench-resample bench-codecs bench-dialplan bench-audio soak-audio cross cross-short deps deps-interop deps-bench dist screens

demo: build
	bin/star18 demo

build: deps
	$(GO) build -o bin/ ./cmd/star18 ./cmd/gen_mc

# The counter reads the test events, shows what failed and fails with it.
test: deps
	$(GO) vet ./...
	$(GO) build -o bin/ ./cmd/internal/testcount
	$(GO) test -race -json ./... | bin/testcount

lint: deps
	@bad=$$(gofmt -l .); if [ -n "$$bad" ]; then echo "gofmt these:"; echo "$$bad"; exit 1; fi
	$(GO) vet ./...
	$(GO) test -run Arrows ./cmd/internal/arrows

# Go runs one fuzz target at a time, so each is found and given its turn: some
# thousand inputs, or the hours that find something; FUZZTIME=10m is a choice. A
# count, not seconds, in the short form: on a busy machine Go at times reports the
# end of the time itself as a failure.
# Without the last flag Go spends the time on making inputs smaller.
fuzz-short: FUZZTIME ?= 20000x
fuzz: FUZZTIME ?= 1h
fuzz fuzz-short: deps
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sed -E 's#/[^/]*:func # #' | sort -u | \
	while read -r folder target; do \
		echo "$$folder $$target"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x "$$folder"; \
	done

# Real peers and real sound, and the table of every form of a secure call. One
# package at a time: they measure sound. Needs root for its network namespace.
# The whole takes a quarter of an hour, most of it faults that last; the short form
# about two minutes.
interop: deps deps-interop
	$(GO) test $(GOFLAGS),interop -count=1 -p 1 -timeout 30m -v -run 'Interop|Card|DevicesOfTheServer|EveryForm' \
		./ua ./ua/netwatch ./audio/portaudio ./cmd/internal/sound ./cmd/star18

interop-short: deps deps-interop
	$(GO) test $(GOFLAGS),interop -count=1 -v -short -run Interop ./cmd/star18

# Milliseconds from ACK to the first authenticated packet, over 100 calls.
bench-secure: deps
	$(GO) test -run '^$$' -bench Secured -benchtime 100x ./cmd/internal/demo

# The jitter buffer beside others on model networks: SEED=1 PACKETS=6000.
bench-jitter: SEED ?= 1
bench-jitter: PACKETS ?= 6000
bench-jitter: deps
	$(GO) build -o bin/ ./cmd/jitterreplay
	@audio/testdata/jitter/run.sh bin/jitterreplay $(PACKETS) $(SEED)

# What is heard in the place of lost packets: signal-to-noise ratio and spectrum,
# beside silence, repetition and G.711 appendix I. Recorded speech, if installed:
# asterisk-core-sounds-en-wav, or the WAV files of the folder STAR18_SPEECH.
bench-conceal: deps
	$(GO) test -run '^$$' -bench 'Conceal|Warp' -benchtime 20x ./audio ./audio/opus

# What is left of an echo in a synthetic room, how much noise and what level.
bench-echo: deps
	$(GO) test -run '^$$' -bench 'Echo|Noise|Gain' -benchtime 1x ./audio/dsp

# Milliseconds from the microphone of one telephone to the loudspeaker of another
# through a virtual card, by stage, and baresip's beside. On a machine that does
# other work meanwhile: MOUTH_TO_EAR_AS="chrt -r 5" make bench-mouth
bench-mouth: deps deps-interop
	$(GO) test $(GOFLAGS),interop -count=1 -v -run MouthToEar ./cmd/star18

# What the resampler does to sound: SNR, ripple, edge, aliases, delay, time.
bench-resample: deps
	$(GO) test -run '^$$' -bench 'Resampler$$' -benchtime 1x ./audio

# The time of a frame of 20 ms in each codec, both ways.
bench-codecs: deps
	$(GO) test -run '^$$' -bench Codec -benchmem $$($(GO) list ./audio ./audio/...)

# Nanoseconds per key of a dial plan, and the matcher beside a naive one over a
# million random plans. A failure prints the seed of its case.
bench-dialplan: SEED ?= 1
bench-dialplan: deps
	$(GO) test -run '^$$' -bench . -benchmem ./dialplan
	DIALPLAN_CASES=1000000 DIALPLAN_SEED=$(SEED) $(GO) test -count=1 -v -run AgainstBacktracking ./dialplan

# All tables about sound, in order.
bench-audio: deps deps-bench
	@MAKE="$(MAKE)" .ci/bench-audio

bench: deps
	$(GO) test -run '^$$' -bench . -benchmem ./...

# Two secured streams for twenty minutes, with the collector and every processor
# half of the time at work: no more late ticks than an empty ticker beside them.
soak-audio: deps
	$(GO) test -count=1 -v -timeout 40m -run TicksUnderLoad ./audio/rtpstream -soak 20m

# Everything but the card, Opus and speexdsp is Go alone: it builds for the other
# systems without a compiler for them, and is tested without cgo on this one.
cross: export CGO_ENABLED = 0
cross: export GOFLAGS =
cross:
	for system in linux darwin windows; do for processor in amd64 arm64; do \
		echo "$$system $$processor"; \
		GOOS=$$system GOARCH=$$processor $(GO) build ./...; \
		GOOS=$$system GOARCH=$$processor $(GO) vet ./...; \
	done; done
	$(GO) test ./...

cross-short: export CGO_ENABLED = 0
cross-short: export GOFLAGS =
cross-short:
	GOOS=darwin GOARCH=arm64 $(GO) vet ./...
	GOOS=windows GOARCH=amd64 $(GO) vet ./...

# What can be handed out: programs for six platforms, .deb and .rpm for this one.
dist: deps
	.ci/dist

# The pictures of docs/screens, from real calls at a terminal that nobody sees. Look
# at them. Needs Xvfb, xterm, xdotool and ImageMagick.
screens: deps
	$(GO) test $(GOFLAGS),screens -count=1 -run TestScreens$$ ./cmd/star18 -screens $(CURDIR)/docs/screens

deps:
	@.ci/deps build

deps-interop:
	@.ci/deps interop

deps-bench:
	@.ci/deps bench

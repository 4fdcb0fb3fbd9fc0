#!/bin/bash
# A private PulseAudio that PortAudio sees as a sound card: speaker "spk" and
# microphone "mic", which is fed through the sink "micfeed".
#
# Prints the environment to use, one NAME=value a line, then an empty line, and
# runs until its standard input ends. Then it stops what it started.
set -eu
for tool in pulseaudio pactl parec; do
	command -v "$tool" > /dev/null || { echo "pulse.sh: $tool is not installed" >&2; exit 1; }
done

D=$(mktemp -d)
mkdir -m 700 "$D/run" "$D/state"
started=()
stop() {
	for ((i = ${#started[@]} - 1; i >= 0; i--)); do kill "${started[i]}" 2> /dev/null || true; done
	wait 2> /dev/null || true
	rm -rf "$D"
}
trap stop EXIT

cat > "$D/pulse.pa" << P
load-module module-native-protocol-unix auth-anonymous=1 socket=$D/run/native
load-module module-null-sink sink_name=spk rate=48000 channels=1
load-module module-null-sink sink_name=micfeed rate=48000 channels=1
load-module module-remap-source source_name=mic master=micfeed.monitor
set-default-sink spk
set-default-source mic
P
cat > "$D/asound.conf" << A
pcm.default { type pulse hint { show on description "pulse" } }
ctl.default { type pulse }
A

export PULSE_RUNTIME_PATH=$D/run PULSE_STATE_PATH=$D/state PULSE_SERVER=unix:$D/run/native
pulseaudio -n -F "$D/pulse.pa" --daemonize=no --use-pid-file=no --exit-idle-time=-1 \
	--realtime=no --high-priority=no --disable-shm=yes --log-target=stderr > "$D/log" 2>&1 < /dev/null &
started+=($!)
for _ in $(seq 250); do pactl info > /dev/null 2>&1 && break; sleep 0.02; done
pactl info > /dev/null 2>&1 || { cat "$D/log" >&2; exit 1; }

# A null sink without a listener works in blocks of two seconds and starves the
# card; a reader of 10 ms on each side keeps it prompt, once its present block
# has ended.
for source in spk.monitor mic; do
	parec -d "$source" --latency-msec=10 --rate=48000 --channels=1 > /dev/null 2>&1 < /dev/null &
	started+=($!)
done
sleep 2.2

cat << V
PULSE_SERVER=$PULSE_SERVER
PULSE_RUNTIME_PATH=$PULSE_RUNTIME_PATH
PULSE_STATE_PATH=$PULSE_STATE_PATH
ALSA_CONFIG_PATH=$D/asound.conf
JACK_NO_START_SERVER=1
PULSE_LATENCY_MSEC=20
PULSE_SERVER_PID=${started[0]}

V
read -r _ || true

#!/bin/sh
# Jitter buffers side by side on the same eight model networks, ours last, and
# the mean R of each. Rows whose library is not installed are left out.
# usage: run.sh REPLAY [packets] [seed]     REPLAY is the program cmd/jitterreplay
set -e
replay=$(realpath "$1") packets=${2:-6000} seed=${3:-1}
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

${CC:-cc} -O2 speex.c -o "$work/speexdsp" -lspeexdsp 2>/dev/null || true
${CC:-cc} -O2 -I/usr/include/re -DHAVE_INTTYPES_H -DHAVE_STDBOOL_H aubuf.c -o "$work/aubuf" -lrem -lre 2>/dev/null || true

# row LABEL COMMAND...: one buffer on the current trace
row() {
	label=$1
	shift
	if [ -x "$(command -v "$1")" ] && "$@" <"$work/trace" >"$work/log"; then
		python3 score.py "$work/trace" "$work/log" "$packets" "$label" | tee -a "$work/rows"
	fi
}

# network NAME loss burst jitter skew reorder [spike], see gentrace.py
network() {
	name=$1
	shift
	python3 gentrace.py "$seed" "$packets" "$@" >"$work/trace"
	echo "== $name (loss burst jitter skew reorder spike: $*)"
	row speexdsp "$work/speexdsp"
	row jbuf "$work/aubuf" 5 10
	row aubuf "$work/aubuf"
	row fixed60 python3 fixed.py 60
	row hindsight python3 fixed.py hindsight
	row star18 "$replay"
}

network lan    0 1 0 0 0
network wifi   1 2 20 50 0.5 60
network dsl    3 2 40 -100 1
network lossy  10 3 40 200 1
network jitter 2 2 100 0 1
network spikes 1 2 20 0 0 300
network skew+  0 1 10 200 0
network skew-  0 1 10 -200 0

echo "== mean R of the eight, $packets packets, seed $seed"
awk '!($1 in n) { order[++rows] = $1 } { n[$1]++; sum[$1] += $NF }
	END { for (i = 1; i <= rows; i++) printf "%-9s %6.2f\n", order[i], sum[order[i]] / n[order[i]] }' "$work/rows"

#!/usr/bin/env python3
"""The log of a constant delay, the sender's clock known.

usage: fixed.py ms < trace          that delay
       fixed.py hindsight < trace   the one that the E-model likes best, chosen
                                    with the whole trace known
"""
import bisect
import sys

trace = {}
for line in sys.stdin:
    arrival, n, sent = map(int, line.split())
    trace[n] = (arrival, sent)
packets = max(trace) + 1
fastest = min(a - s for a, s in trace.values())
late = sorted(a - s - fastest for a, s in trace.values())


def rating(delay):
    loss = 100 * (packets - bisect.bisect_right(late, delay)) / packets
    mouth_to_ear = 20 + (fastest + delay) / 1000
    return (93.2 - 0.024 * mouth_to_ear - 0.11 * max(0, mouth_to_ear - 177.3)
            - 95 * loss / (loss + 25.1))


if sys.argv[1] == "hindsight":
    delay = max(range(0, 400001, 1000), key=rating)
else:
    delay = int(1000 * float(sys.argv[1]))
first, last = min(trace), max(trace)
tick = (trace[last][1] - trace[first][1]) / (last - first)
start = trace[first][1] - tick * first
for n in range(packets):
    there = n in trace and trace[n][0] - trace[n][1] - fastest <= delay
    print(int(start + tick * n + fastest + delay), n if there else -1)

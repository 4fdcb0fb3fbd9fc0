#!/usr/bin/env python3
"""What a listener would think of a log, by the E-model (ITU-T G.107).

usage: score.py trace log packets label

A line of the log is a tick of 20 ms: `tick number` a packet played, `tick -1`
sound made up, `tick number a` a packet stretched over two ticks or merged with
the one before.

delay    ms that the buffer adds to the fastest packet's way, on average
conceal  per cent of the ticks made up
splice   per cent of the ticks whose packet is not the next, with nothing made up
         in between
late     per cent of the packets that came and were never played
gap      ms made up in one piece, at most
scaled   ticks stretched or merged
R        93.2 without delay and loss; G.711 with concealment. A splice counts as a
         packet lost, a scaled tick as a tenth of one.

The first second and the last two are not judged.
"""
import sys

path, log, packets, label = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
trace = {}
for line in open(path):
    arrival, n, sent = map(int, line.split())
    trace[n] = (arrival, sent)
fastest = min(a - s for a, s in trace.values())
first, end = 50, packets - 100

delays, played = [], set()
conceal = splice = scaled = gap = longest = ticks = 0
begun, before = False, None
for line in open(log):
    fields = line.split()
    tick, n = int(fields[0]), int(fields[1])
    begun = begun or n >= first
    if not begun:
        continue
    if n >= end:
        break
    ticks += 1
    if n < 0:
        conceal, gap = conceal + 1, gap + 1
        longest = max(longest, gap)
        continue
    if len(fields) > 2:
        scaled += 1
    elif before is not None and n != before + 1 and not (gap and n > before):
        splice += 1
    gap, before = 0, n
    played.add(n)
    delays.append((tick - trace[n][1]) / 1000)

due = [n for n in trace if first <= n < end]
late = sum(n not in played for n in due)
delay = sum(delays) / len(delays)
loss = 100 * (conceal + splice + scaled / 10) / ticks
mouth_to_ear = delay + 20
R = 93.2 - 0.024 * mouth_to_ear - 0.11 * max(0, mouth_to_ear - 177.3) - 95 * loss / (loss + 25.1)
print(f"{label:9s} delay {delay - fastest / 1000:6.1f}  conceal {100 * conceal / ticks:5.2f}%  "
      f"splice {100 * splice / ticks:5.2f}%  late {100 * late / len(due):5.2f}%  "
      f"gap {20 * longest:3d}  scaled {scaled:4d}  R {R:6.2f}")

#!/usr/bin/env python3
"""A trace of packets of 20 ms, in order of arrival, the same for the same seed.

usage: gentrace.py seed packets loss burst jitter skew reorder [spike]

A line is `arrival number sent`, times in microseconds on the receiver's clock.

loss     per cent lost, in bursts of `burst` on average (Gilbert and Elliott)
jitter   ms: delays are exponential with half of it as mean, smoothed so that one
         resembles the next, and no packet overtakes another
skew     ppm by which the sender's clock is slow
reorder  per cent held back by one to three packets more
spike    ms: now and then the network stands still for up to so long, and then
         delivers at once what has gathered
"""
import random
import sys

TICK, TRANSIT = 20.0, 20.0
SPIKES = 1 / 500


def main(seed, packets, loss, burst, jitter, skew, reorder, spike=0.0):
    rand = random.Random(int(seed))
    recover = 1 / burst
    fail = recover * loss / 100 / (1 - loss / 100) if loss < 100 else 1
    failing, delay, standing, last, trace = False, 0.0, 0.0, 0.0, []
    for n in range(int(packets)):
        sent = n * TICK * (1 + skew * 1e-6)
        failing = rand.random() >= recover if failing else rand.random() < fail
        delay = 0.6 * delay + 0.4 * rand.expovariate(1) * jitter / 2 if jitter else 0
        if spike and rand.random() < SPIKES:
            standing = spike * rand.uniform(0.5, 1)
        standing = max(0, standing - TICK)
        arrival = last = max(sent + TRANSIT + delay + standing, last)
        if rand.random() < reorder / 100:
            arrival += rand.randint(1, 3) * TICK + 1
        if not failing:
            trace.append((arrival, n, sent))
    for arrival, n, sent in sorted(trace):
        print(int(arrival * 1000), n, int(sent * 1000))


main(*map(float, sys.argv[1:]))

#!/bin/bash
# netns.sh NAME: a network namespace with the addresses 10.99.0.1 and 10.99.0.2
# on a pair of its own, without any way out. Programs enter it with
# `ip netns exec NAME`.
#
# Prints an empty line when it is up, and runs until its standard input ends.
# Then the namespace is gone.
set -eu
name=${1:?name of the namespace}

ip netns add "$name"
trap 'ip netns del "$name"' EXIT
ip -n "$name" link set lo up
ip -n "$name" link add v0 type veth peer name v1
for address in 10.99.0.1 10.99.0.2; do
	ip -n "$name" addr add "$address/24" dev v0
done
ip -n "$name" link set v0 up
ip -n "$name" link set v1 up

echo
read -r _ || true

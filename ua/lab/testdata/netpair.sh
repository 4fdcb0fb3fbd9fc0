#!/bin/bash
# netpair.sh NAME: two network namespaces with one cable between them, NAME-a
# with 10.99.0.1 on v0 and NAME-b with 10.99.0.2 on v1: a site whose telephones
# can lose the network without the registrar.
#
# Prints an empty line when it is up, and runs until its standard input ends.
# Then both are gone.
set -eu
name=${1:?name of the namespaces}

ip netns add "$name-a"
trap 'ip netns del "$name-a"; ip netns del "$name-b" 2> /dev/null || true' EXIT
ip netns add "$name-b"
ip -n "$name-a" link add v0 type veth peer name v1 netns "$name-b"
for end in "a v0 10.99.0.1" "b v1 10.99.0.2"; do
	set -- $end
	ip -n "$name-$1" link set lo up
	ip -n "$name-$1" addr add "$3/24" dev "$2"
	ip -n "$name-$1" link set "$2" up
done

echo
read -r _ || true

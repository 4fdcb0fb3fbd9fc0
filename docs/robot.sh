#!/bin/sh
# robot.sh NUMBER [FLAGS OF star18 ctl]: lets the star18 that is running call a number,
# insists on a secured call, presses a key in it and hangs up. Ends with 0 if the call
# was secured, with 4 if it was not, and with 3 if nobody answered.
#
#	star18 answer --control &
#	docs/robot.sh 14085551234
set -eu
number=${1:?write: robot.sh NUMBER}
shift
flags=$*
ctl() { star18 ctl $flags "$@"; }

ctl --wait 10s dial "*18$number"

# What status says of the call, or nothing once it is over.
call() { ctl status | sed -n 's/^c[0-9]* out //p'; }

waited=0
while :; do
	case $(call) in
	*"NOT SECURE"*) ctl hangup; echo "in clear"; exit 4 ;;
	*SECURE*) break ;;
	"") echo "no call"; exit 3 ;;
	esac
	waited=$((waited + 1))
	[ $waited -lt 300 ] || { ctl hangup; echo "not answered"; exit 3; }
	sleep 0.1
done
echo "secured: $(call)"
ctl dtmf 1
sleep 1
ctl hangup

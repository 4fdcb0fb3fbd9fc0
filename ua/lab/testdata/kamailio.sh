#!/bin/bash
# kamailio.sh IP [ALGORITHM [MAX-EXPIRES [CA-FILE [relay]]]]: Kamailio as registrar
# and proxy on IP:5060, UDP and TCP, and IP:5061, TLS; see kamailio.cfg.in. ALGORITHM
# of the digest is MD5 or SHA-256. It knows nobody's location when it starts. What
# must be trusted to speak TLS with it is left in CA-FILE. With relay all media go
# through ports 40000 to 40999 of rtpengine, as with a provider.
#
# Prints an empty line when it is up, and runs until its standard input ends.
# Then it stops Kamailio.
set -eu
ip=${1:?address} algorithm=${2:-MD5} expires=${3:-600} ca=${4:-} relay=${5:-}
here=$(cd "$(dirname "$0")" && pwd)
for tool in kamailio openssl ss ${relay:+rtpengine}; do
	command -v "$tool" > /dev/null || { echo "kamailio.sh: $tool is not installed" >&2; exit 1; }
done

dir=$(mktemp -d)
pids=
stop() {
	for pid in $pids; do kill "$pid" 2> /dev/null || true; done
	wait
	rm -rf "$dir"
}
trap stop EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
	-subj "/CN=$ip" -addext "subjectAltName=IP:$ip" -keyout "$dir/tls.key" -out "$dir/tls.pem" 2> /dev/null
printf '[server:default]\nmethod = TLSv1.2+\nprivate_key = %s\ncertificate = %s\n' \
	"$dir/tls.key" "$dir/tls.pem" > "$dir/tls.cfg"
[ -z "$ca" ] || cp "$dir/tls.pem" "$ca"

modules=$(dirname "$(find /usr/lib*/ -path '*kamailio/modules/tm.so' -print -quit 2> /dev/null)")
sed -e "s|@IP@|$ip|g" -e "s|@DIR@|$dir|g" -e "s|@MODULES@|$modules|g" \
	-e "s|@ALGORITHM@|$algorithm|g" -e "s|@EXPIRES@|$expires|g" "$here/kamailio.cfg.in" > "$dir/kamailio.cfg"

listening() { ss -Hlnu | grep -q "$ip:$1"; }
await() {
	for _ in $(seq 250); do listening "$1" && return; sleep 0.02; done
	tail -20 "$dir/log" >&2
	exit 1
}

if [ -n "$relay" ]; then
	rtpengine --config-file=none --table=-1 --interface="$ip" --listen-ng="$ip:2223" \
		--port-min=40000 --port-max=40999 --foreground --log-stderr --log-level=4 >> "$dir/log" 2>&1 < /dev/null &
	pids=$!
	await 2223
fi

kamailio ${relay:+-A RTPENGINE} -DD -f "$dir/kamailio.cfg" -Y "$dir" -m 16 -M 4 >> "$dir/log" 2>&1 < /dev/null &
pids="$! $pids"
await 5060

echo
read -r _ || true

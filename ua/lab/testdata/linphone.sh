#!/bin/bash
# linphone.sh DIR USER IP SIP-PORT HZ [srtp]: a linphonec that registers USER at
# the Kamailio on IP. Its microphone is a tone of HZ, what it hears is left in
# DIR/heard.wav, its log is DIR/log, and it takes commands from the pipe DIR/keys,
# one a line. With srtp it wants every call encrypted (SDES).
#
# Prints an empty line when it is registered, and runs until its standard input
# ends. Then it stops linphonec.
set -eu
dir=${1:?folder} user=${2:?user} ip=${3:?address} port=${4:?SIP port} hz=${5:?tone} encryption=${6:-none}
for tool in linphonec sox; do
	command -v "$tool" > /dev/null || { echo "linphone.sh: $tool is not installed" >&2; exit 1; }
done

pid=
stop() {
	[ -z "$pid" ] || { echo quit >&3; sleep 0.5; kill "$pid" 2> /dev/null || true; wait "$pid" 2> /dev/null || true; }
}
trap stop EXIT

sox -n -r 8000 -c 1 -b 16 "$dir/microphone.wav" synth 120 sine "$hz" vol 0.5
mkfifo "$dir/keys"
mkdir -p "$dir/.local/share/linphone"
cat > "$dir/linphonerc" << C
[sip]
sip_port=$port
sip_tcp_port=-1
sip_tls_port=-1
default_proxy=0
use_ipv6=0
media_encryption=$encryption
[rtp]
audio_rtp_port=17000
[auth_info_0]
username=$user
passwd=${user}pw
realm=$ip
domain=$ip
[proxy_0]
reg_proxy=<sip:$ip;transport=udp>
reg_identity=sip:$user@$ip
reg_expires=300
reg_sendregister=1
C

# Open for both directions, so that it neither waits for a reader nor ends with
# the first writer.
exec 3<> "$dir/keys"
HOME=$dir linphonec -c "$dir/linphonerc" -d 6 -l "$dir/log" < "$dir/keys" > "$dir/screen" 2>&1 &
pid=$!
printf '%s\n' "soundcard use files" "play $dir/microphone.wav" "record $dir/heard.wav" >&3
registered() { grep -q RegistrationOk "$dir/log"; }
for _ in $(seq 500); do registered && break; sleep 0.02; done
registered || { tail -20 "$dir/screen" "$dir/log" >&2; exit 1; }

echo
read -r _ || true

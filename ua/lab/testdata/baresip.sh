#!/bin/bash
# baresip.sh DIR USER IP SIP-PORT CONTROL-PORT HZ [ACCOUNT-EXTRAS [CODECS [TRANSPORT
# [CA-FILE]]]]: a baresip that registers USER at the Kamailio on IP. Its microphone is a tone of HZ,
# what it hears is left in DIR as *-dec.wav when a call has ended, its log is
# DIR/log, and ctrl.js commands it on CONTROL-PORT. ACCOUNT-EXTRAS are baresip's
# account parameters, such as answermode=auto, CODECS those it offers, such as
# opus/48000/2,pcmu. TRANSPORT is udp, tcp or tls, by which it reaches Kamailio; by
# tls it trusts what is in CA-FILE.
#
# Prints an empty line when it is registered, and runs until its standard input
# ends. Then it stops baresip.
set -eu
dir=${1:?folder} user=${2:?user} ip=${3:?address} port=${4:?SIP port} control=${5:?control port} hz=${6:?tone} extras=${7:-} codecs=${8:-pcmu,pcma} transport=${9:-udp} ca=${10:-}
server="$ip:5060;transport=$transport"
certificate=
if [ "$transport" = tls ]; then
	# It is called at a port of its own, where it must show one.
	server="$ip:5061;transport=tls" certificate=$dir/own.pem
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
		-subj "/CN=$ip" -keyout "$certificate" -out "$dir/cert.pem" 2> /dev/null
	cat "$dir/cert.pem" >> "$certificate"
fi
# Its sound has the rate of its first codec: its own conversion changes levels.
rate=$(cut -d, -f1 <<< "$codecs" | cut -s -d/ -f2)
rate=${rate:-8000}
for tool in baresip sox; do
	command -v "$tool" > /dev/null || { echo "baresip.sh: $tool is not installed" >&2; exit 1; }
done

pid=
stop() { [ -z "$pid" ] || { kill "$pid" 2> /dev/null || true; wait "$pid" 2> /dev/null || true; }; }
trap stop EXIT

modules=$(dirname "$(find /usr/lib*/ -path '*baresip/modules/g711.so' -print -quit 2> /dev/null)")
sox -n -r "$rate" -c 1 -b 16 "$dir/microphone.wav" synth 120 sine "$hz" vol 0.5
cat > "$dir/config" << C
poll_method epoll
sip_listen $ip:$port
${ca:+sip_cafile $ca}
${certificate:+sip_certificate $certificate}
audio_buffer 20-160
audio_source aufile,$dir/microphone.wav
audio_player aubridge,speaker
audio_alert aubridge,alert
ausrc_srate $rate
auplay_srate $rate
ausrc_channels 1
auplay_channels 1
jitter_buffer_delay 1-20
module_path $modules
module g711.so
module g722.so
module opus.so
module sndfile.so
module aufile.so
module aubridge.so
module srtp.so
module dtls_srtp.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app debug_cmd.so
module_app ctrl_tcp.so
ctrl_tcp_listen $ip:$control
snd_path $dir
C
echo "<sip:$user@$server>;outbound=\"sip:$server\";auth_user=$user;auth_pass=${user}pw;regint=300;audio_codecs=$codecs${extras:+;$extras}" > "$dir/accounts"
: > "$dir/contacts"

baresip -4 -s -f "$dir" > "$dir/log" 2>&1 < /dev/null &
pid=$!
registered() { grep -q "200 OK" "$dir/log"; }
for _ in $(seq 250); do registered && break; sleep 0.02; done
registered || { tail -20 "$dir/log" >&2; exit 1; }

echo
read -r _ || true

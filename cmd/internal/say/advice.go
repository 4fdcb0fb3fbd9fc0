package say

import (
	"errors"

	"star18/securecall"
	"star18/ua"
	"star18/ua/sipnet"
)

// Advice is the next step after an event that tells of a failure: a sentence
// without its capital and full stop, "" if there is nothing to do.
func Advice(ev ua.Event) string {
	switch ev := ev.(type) {
	case ua.RegistrationFailed:
		return lineAdvice(ev)
	case ua.NotSecured:
		return secureAdvice[ev.Reason]
	case ua.NoAudio:
		return audioAdvice(ev)
	case ua.DeviceFault:
		if ev.Silent() {
			return "star18 devices lists what there is, for audio.input and audio.output; star18 doctor tries it"
		}
	case ua.Ended:
		return endedAdvice(ev)
	}
	return ""
}

func lineAdvice(ev ua.RegistrationFailed) string {
	switch {
	case certificateAdvice(ev.Err) != "":
		return certificateAdvice(ev.Err)
	case errors.Is(ev.Err, ua.ErrNoNetwork):
		return "connect this machine to a network: the line registers by itself as soon as there is one"
	case ev.Status == 0:
		return "check line.domain, line.proxy and line.transport, and that no firewall is in the way: star18 doctor tries each server by each transport"
	case ev.Status == 401, ev.Status == 403, ev.Status == 407:
		return "check line.user, line.auth_user and the password, capitals count: star18 doctor tries them"
	case ev.Status == 404, ev.Status == 604:
		return "the server does not know this line: check line.user and line.domain"
	}
	return "star18 doctor asks the server in other ways"
}

// certificateAdvice is about the certificate of a TLS server, or ours; "" if neither
// is what is wrong.
func certificateAdvice(err error) string {
	switch {
	case errors.Is(err, sipnet.ErrUnknownCA):
		return "if it is the right server, set sip.tls.ca_file to the certificate of the CA that issued its own"
	case errors.Is(err, sipnet.ErrWrongName):
		return "use a name that stands in the certificate as line.domain or line.proxy"
	case errors.Is(err, sipnet.ErrExpired):
		return "check this machine's clock, then ask the server's operator"
	case errors.Is(err, sipnet.ErrClientWants):
		return "ask the server's operator for a certificate, and name it in sip.tls.cert_file and sip.tls.key_file"
	}
	return ""
}

func audioAdvice(ev ua.NoAudio) string {
	switch {
	case ev.Rejected > 0:
		return "packets arrive that cannot be played: --pcap FILE keeps them, and star18 explain FILE says what they are"
	case ev.Ever:
		return "the network is down, or the other side has put the call on hold without saying so: wait, or call again"
	}
	return "a router or firewall keeps it away: set rtp.stun, or ask the provider to relay the sound; star18 doctor shows the addresses"
}

// endedAdvice leaves alone what went well, and calls that were refused here.
func endedAdvice(ev ua.Ended) string {
	switch {
	case ev.Status == 401, ev.Status == 407:
		return "the server does not take the password for calls: check line.auth_user and the password; star18 doctor tries them"
	case ev.By == ua.Remote && !ev.Answered || faults[ev.Cause]:
		return causeAdvice[ev.Cause]
	}
	return ""
}

// faults are the causes that need a next step whoever ended the call, and when.
var faults = map[ua.Cause]bool{
	ua.CauseUnreachable: true, ua.CauseLocalFault: true, ua.CauseNotAcceptable: true, ua.CauseSecurityRequired: true,
	ua.CauseSessionExpired: true, ua.CauseNoACK: true,
}

var causeAdvice = map[ua.Cause]string{
	ua.CauseBusy:        "call again later; call back (*66) tries every 30 s until it rings",
	ua.CauseDeclined:    "the other side does not want the call now: call again later",
	ua.CauseNoAnswer:    "call again later; call back (*66) tries every 30 s until it rings",
	ua.CauseNotFound:    "check the number: star18 dial --explain NUMBER shows what is sent, and why",
	ua.CauseIncomplete:  "dial more digits: star18 dial --explain NUMBER shows what is sent, and why",
	ua.CauseAmbiguous:   "dial the whole number or address",
	ua.CauseUnavailable: "its telephone is not registered, or not to be disturbed: call again later",
	ua.CauseForbidden:   "the server does not let this line call there: check line.user, and ask its operator what the line may dial",
	ua.CauseNotAcceptable: "no codec is common to both (audio.codecs), or it takes only calls with keys in SDP, as an SPA set to s-descriptor: " +
		"set secure.method to sdes and dial *18",
	ua.CauseUnreachable:      "check the network and the address: star18 doctor tries the line's servers",
	ua.CauseNoACK:            "requests of the other side do not arrive: star18 doctor shows whether a router changes the addresses",
	ua.CauseLocalFault:       "star18 doctor tries sound, ports and files of this machine",
	ua.CauseSecurityRequired: "the reason is told above; without secure.require the call would have gone on in clear",
	ua.CauseSessionExpired:   "the network or the other side went away: call again",
	ua.CauseMoved:            "dial the address that it names, or raise sip.max_redirections",
	ua.CauseLoop:             "servers forward the call in a circle: ask their operator",
	ua.CauseOverloaded:       "call again later",
	ua.CauseServerFault:      "call again later; if it stays, ask the server's operator: --pcap FILE keeps what was said",
	ua.CauseTooLarge:         "set line.transport to tcp, or fewer audio.codecs",
	ua.CauseExtension:        "ask the server's operator which SIP extension it insists on: --pcap FILE keeps what was said",
	ua.CauseInterval:         "set sip.session_expires to 0s",
	ua.CauseRefused:          "ask the server's operator what the status means: --pcap FILE keeps what was said",
}

// secureAdvice names the usual cause of each failure.
var secureAdvice = map[securecall.Reason]string{
	securecall.NoIdentity:     "star18 cert issue makes an identity, star18 doctor says which check of it fails",
	securecall.ServiceOff:     "set secure.service to true; after too many failed handshakes it comes back within an hour",
	securecall.PeerRefused:    "the other end knows no secure calls or has no certificate, or a server between ends the call and makes another (docs/setup.md)",
	securecall.PeerSilent:     "a server between does not pass INFO, or the other end knows no secure calls (docs/setup.md)",
	securecall.EmptyAnswer:    "a server between drops the bodies of INFO, or the other end knows no secure calls (docs/setup.md)",
	securecall.BadSignature:   "both ends need certificates of one CA: star18 cert ca, star18 cert issue",
	securecall.Expired:        "if both clocks are right, its owner needs a new one: star18 cert issue",
	securecall.UserIDMismatch: "dial exactly the number in the certificate; behind a dial plan, star18 dial --explain NUMBER shows what is sent",
	securecall.SDESPeer:       "set secure.method to sdes or auto to speak with it, hop by hop",
	securecall.NoMedia:        "something on the way decodes the sound, or the other end encrypts in another way: star18 explain of --transcript FILE says more",
	securecall.BadKeyBlock:    "the other end has another form of message: star18 explain of --transcript FILE shows what to set under secure.wire",
	securecall.BadLength:      "something on the way changes the messages: --transcript FILE records them, star18 explain FILE reads it",
	securecall.NotBase64:      "something on the way changes the messages: --transcript FILE records them, star18 explain FILE reads it",
	securecall.OutOfOrder:     "the other end has other message IDs: star18 explain of --transcript FILE shows what to set under secure.wire",
	securecall.Replayed:       "call again yourself, and tell the other side",
	securecall.LocalError:     "star18 doctor tries the files and the identity of this machine",
}

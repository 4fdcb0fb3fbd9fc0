package securecall

// Reason is why a call is not secure: one comparable word, the same in logs,
// events and JSON. It is an error, so errors.Is finds it in a [Refusal].
type Reason string

// The reasons. Those that only the owner of a call can find (the peer's media,
// its SDP, the end of the call) are here so that there is one list.
const (
	NoIdentity      Reason = "no_identity"
	ServiceOff      Reason = "service_off"
	PeerRefused     Reason = "peer_refused"
	PeerSilent      Reason = "peer_silent"
	NotBase64       Reason = "not_base64"
	BadLength       Reason = "bad_length"
	BadSignature    Reason = "bad_signature"
	Expired         Reason = "expired"
	UserIDMismatch  Reason = "user_id_mismatch"
	SSRCCollision   Reason = "ssrc_collision"
	BadKeyBlock     Reason = "bad_key_block"
	Replayed        Reason = "replayed"
	NoMedia         Reason = "no_media"
	MediaDowngraded Reason = "media_downgraded"
	OutOfOrder      Reason = "out_of_order"
	EmptyAnswer     Reason = "empty_answer"
	SDESPeer        Reason = "sdes_peer"
	CallEnded       Reason = "call_ended"
	LocalError      Reason = "local_error"
)

// words is what a user reads; it is never changed.
var words = map[Reason]string{
	NoIdentity:      "This line has no usable mini-certificate and key of its own.",
	ServiceOff:      "Secure calls are switched off on this line at the moment.",
	PeerRefused:     "The other side refused to make the call secure.",
	PeerSilent:      "The other side did not answer the request to make the call secure.",
	NotBase64:       "The other side sent a secure-call message that is not readable text (base64).",
	BadLength:       "The other side sent a secure-call message of a length that no such message has.",
	BadSignature:    "The other side's certificate was not signed by the authority that this line trusts.",
	Expired:         "The other side's certificate has expired.",
	UserIDMismatch:  "The other side's certificate is for another number than the one that was dialled.",
	SSRCCollision:   "The other side uses our own stream number, or sent our own message back.",
	BadKeyBlock:     "The encryption key could not be passed between the two sides.",
	Replayed:        "The encryption key was used in an earlier call: somebody may be playing back a recording.",
	NoMedia:         "Keys were agreed, but no properly encrypted sound arrived from the other side.",
	MediaDowngraded: "The call was secure, but the other side's sound is no longer properly encrypted; hang up and dial again.",
	OutOfOrder:      "The other side sent a secure-call message that does not belong here.",
	EmptyAnswer:     "The other side accepted the request but sent no certificate; it may not know secure calls of this kind.",
	SDESPeer:        "The other side offers another kind of encryption (keys in SDP), which this line does not speak.",
	CallEnded:       "The call ended before it became secure.",
	LocalError:      "A fault on this computer prevented the call from becoming secure.",
}

// Error implements error.
func (r Reason) Error() string { return string(r) }

// String implements fmt.Stringer.
func (r Reason) String() string { return string(r) }

// Words is one plain sentence for the user.
func (r Reason) Words() string {
	if w, ok := words[r]; ok {
		return w
	}
	return "The call did not become secure."
}

package judge

// Reason is the comparable reason for a verdict.
type Reason int

// The reasons.
const (
	Fine       Reason = iota // the message passes
	Keepalive                // nothing but line ends (RFC 5626 3.5.1)
	Nonsense                 // nothing that could be answered
	Syntax                   // RFC 3261 25: the message is malformed
	Missing                  // a mandatory header field is not there (8.1.1)
	Repeated                 // a header field that may stand once stands twice (7.3.1)
	Mismatch                 // CSeq names another method (8.1.1.5)
	Range                    // a number too large for its header field
	TooMuch                  // more header fields or octets than any telephone needs
	BodyLength               // Content-Length and the octets disagree (18.3)
	Scheme                   // a Request-URI that is not sip, sips or tel (8.2.2.1)
	Method                   // a method that nobody knows (8.2.1)
	Version                  // not SIP/2.0 (21.5.6)
)

func (r Reason) String() string {
	return [...]string{"fine", "keepalive", "nonsense", "syntax", "missing header", "repeated header", "mismatched method",
		"number out of range", "too much", "body length", "unknown scheme", "unknown method", "unknown version"}[r]
}

// status is what a request is answered with for this reason.
func (r Reason) status() (code int, phrase string) {
	switch r {
	case Scheme:
		return 416, "Unsupported URI Scheme"
	case Method:
		return 501, "Not Implemented"
	case Version:
		return 505, "Version Not Supported"
	case TooMuch:
		return 513, "Message Too Large"
	}
	return 400, "Bad Request"
}

// Verdict is what becomes of a message. At most one of Pass and Reply is set;
// neither is a message that is dropped.
type Verdict struct {
	Pass   []byte // for the parser
	Reply  []byte // a whole response, for where the message came from
	Reason Reason
	Detail string // which header field, or what else is wrong; no text of the message
}

// fault is a refusal on its way up.
type fault struct {
	reason Reason
	detail string
}

func refuse(r Reason, detail string) *fault { return &fault{r, detail} }

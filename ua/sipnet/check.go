package sipnet

import (
	"errors"
	"fmt"

	"github.com/emiago/sipgo/sip"
)

// ErrMalformed is the reason for every message refused before it is looked at.
var ErrMalformed = errors.New("malformed message")

// checkRequest enforces what every request must carry (RFC 3261 8.1.1) and
// what sipgo's parser lets through: the CSeq method must be the request's.
// Max-Forwards is not required: old devices leave it out.
func checkRequest(req *sip.Request) error {
	if err := checkHeaders(req); err != nil {
		return err
	}
	if got := req.CSeq().MethodName; got != req.Method {
		return fmt.Errorf("%w: CSeq names %q in a %q request", ErrMalformed, got, req.Method)
	}
	return nil
}

// checkHeaders also sees to it that each header has one name.
func checkHeaders(msg message) error {
	expand(msg)
	switch {
	case msg.Via() == nil:
		return missing("Via")
	case msg.From() == nil:
		return missing("From")
	case msg.To() == nil:
		return missing("To")
	case msg.CallID() == nil || msg.CallID().Value() == "":
		return missing("Call-ID")
	case msg.CSeq() == nil:
		return missing("CSeq")
	}
	return nil
}

// checkResponse: its From is ours, tag and all. A request of RFC 2543 has none.
func checkResponse(res *sip.Response) error {
	if err := checkHeaders(res); err != nil {
		return err
	}
	if tag, _ := res.From().Params.Get("tag"); tag == "" {
		return fmt.Errorf("%w: From has no tag", ErrMalformed)
	}
	return nil
}

func missing(header string) error {
	return fmt.Errorf("%w: no %s header", ErrMalformed, header)
}

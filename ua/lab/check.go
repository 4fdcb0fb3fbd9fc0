package lab

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
)

var errMalformed = errors.New("malformed request")

// check is the request validation of RFC 3261 16.3 that sipgo's parser leaves to
// its user.
func check(req *sip.Request) error {
	for _, name := range []string{"From", "To", "Call-ID", "CSeq"} {
		if n := len(req.GetHeaders(name)); n != 1 {
			return fmt.Errorf("%w: %d %s headers", errMalformed, n, name)
		}
	}
	branch := ""
	if via := req.Via(); via != nil {
		branch, _ = via.Params.Get("branch")
	}
	tag, _ := req.From().Params.Get("tag")
	switch {
	case req.SipVersion != "SIP/2.0":
		return fmt.Errorf("%w: version %q", errMalformed, req.SipVersion)
	case !strings.HasPrefix(branch, sip.RFC3261BranchMagicCookie) || branch == sip.RFC3261BranchMagicCookie:
		return fmt.Errorf("%w: no branch in the top Via", errMalformed)
	case tag == "":
		return fmt.Errorf("%w: no tag in From", errMalformed)
	case req.CSeq().MethodName != req.Method:
		return fmt.Errorf("%w: CSeq names %q in a %q", errMalformed, req.CSeq().MethodName, req.Method)
	}
	return nil
}

// txKey finds the INVITE transaction that a request starts or refers to: branch
// and sent-by of the top Via (RFC 3261 17.2.3).
func txKey(req *sip.Request) string {
	via := req.Via()
	branch, _ := via.Params.Get("branch")
	return branch + " " + strings.ToLower(via.SentBy())
}

func inDialog(req *sip.Request) bool {
	tag, _ := req.To().Params.Get("tag")
	return tag != ""
}

// values are the contents of all headers of a name, whatever its case.
func values(msg sip.Message, name string) []string {
	var out []string
	for _, h := range msg.GetHeaders(name) {
		out = append(out, h.Value())
	}
	return out
}

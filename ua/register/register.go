package register

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/emiago/sipgo/sip"
)

// The waits between failed attempts: they double from the first to the last,
// each shortened by up to a third at random so that the phones of a site do not
// return in one moment. A refusal that repetition will not cure (a wrong
// password) waits longer. All are our choice.
const (
	firstRetry   = 1 * time.Second
	lastRetry    = 30 * time.Second
	refusedRetry = 60 * time.Second
	longestRetry = time.Hour // whatever the registrar asks for
)

// maxRaises is how often in a row a 423 is followed at once.
const maxRaises = 3

// Outcome is what one attempt came to.
type Outcome int

// The outcomes.
const (
	// Registered: the binding stands for Next.Expires.
	Registered Outcome = iota
	// TooBrief: the registrar wants a longer interval; send again at once.
	TooBrief
	// Refused: the registrar said no, and will say it again.
	Refused
	// Failed: no answer, or one that may change.
	Failed
)

// Next is the decision after an attempt.
type Next struct {
	Outcome Outcome
	Expires time.Duration // granted; with Registered
	Wait    time.Duration // until the next REGISTER
	Status  int           // 0: no answer
	Reason  string
	Err     error // why there was no answer, comparable; nil: there was one
}

// ErrNoAnswer is the Reason's source when nothing arrived.
var ErrNoAnswer = errors.New("no answer from the registrar")

// Policy decides. The zero value asks for nothing; set Expires.
type Policy struct {
	Expires time.Duration       // asked for; grows on 423
	Jitter  func(n int64) int64 // random in [0,n)
	fails   int
	raises  int // by 423, since the last success
}

// Answered judges a final response. contact is our own Contact URI: of several
// bindings the registrar lists, ours has our expiry.
func (p *Policy) Answered(res *sip.Response, contact sip.Uri) Next {
	switch code := res.StatusCode; {
	case res.IsSuccess():
		granted := grantedExpiry(res, contact, p.Expires)
		if granted <= 0 && p.Expires > 0 {
			return Next{Outcome: Failed, Wait: p.backoff(), Status: code, Reason: "the registrar keeps the line for 0 seconds"}
		}
		p.fails, p.raises = 0, 0
		return Next{Outcome: Registered, Expires: granted, Wait: refreshAfter(granted), Status: code, Reason: res.Reason}
	case code == sip.StatusIntervalToBrief && p.raise(res):
		return Next{Outcome: TooBrief, Status: code, Reason: res.Reason}
	case refusal(code):
		return Next{Outcome: Refused, Wait: p.wait(res, refusedRetry), Status: code, Reason: reason(res)}
	default:
		return Next{Outcome: Failed, Wait: p.wait(res, p.backoff()), Status: code, Reason: reason(res)}
	}
}

// Silent judges an attempt that got no answer at all; err says why, or is
// ErrNoAnswer.
func (p *Policy) Silent(err error) Next {
	return Next{Outcome: Failed, Wait: p.backoff(), Reason: err.Error(), Err: err}
}

// refusal: the account, the password or the domain is wrong. 401 and 407 are
// refusals here because their owner has already answered the challenge.
func refusal(code int) bool {
	switch code {
	case 401, 403, 404, 405, 407, 484, 603, 604:
		return true
	}
	return false
}

func reason(res *sip.Response) string {
	return fmt.Sprintf("%d %s", res.StatusCode, printable(res.Reason))
}

// printable: a reason phrase ends on a terminal, and must not paint on it.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// raise takes Min-Expires of a 423; false if it would not help.
func (p *Policy) raise(res *sip.Response) bool {
	least, ok := seconds(res.GetHeader("Min-Expires"))
	if !ok || least <= p.Expires || p.raises == maxRaises {
		return false
	}
	p.raises++
	p.Expires = least
	return true
}

func (p *Policy) wait(res *sip.Response, otherwise time.Duration) time.Duration {
	if after, ok := seconds(res.GetHeader("Retry-After")); ok {
		return min(max(after, firstRetry), longestRetry)
	}
	return otherwise
}

func (p *Policy) backoff() time.Duration {
	d := min(firstRetry<<min(p.fails, 10), lastRetry)
	p.fails++
	return d - time.Duration(p.Jitter(int64(d)/3))
}

// refreshAfter renews with a tenth of the interval in hand, but no less than
// what a lost REGISTER takes to be repeated thrice, unless the interval itself
// is that short.
func refreshAfter(granted time.Duration) time.Duration {
	margin := max(granted/10, 5*time.Second)
	if margin > granted/2 {
		margin = granted / 2
	}
	return granted - margin
}

// grantedExpiry: the expires of our own Contact, else the Expires header, else
// what we asked for (RFC 3261 10.2.4).
func grantedExpiry(res *sip.Response, contact sip.Uri, asked time.Duration) time.Duration {
	for _, h := range res.GetHeaders("Contact") {
		if d, ok := contactExpiry(h, contact); ok {
			return d
		}
	}
	if d, ok := seconds(res.GetHeader("Expires")); ok && d > 0 {
		return d
	}
	return asked
}

func contactExpiry(h sip.Header, ours sip.Uri) (time.Duration, bool) {
	var uri sip.Uri
	params := sip.NewParams()
	if _, err := sip.ParseAddressValue(h.Value(), &uri, &params); err != nil {
		return 0, false
	}
	if !strings.EqualFold(uri.Host, ours.Host) || uri.Port != ours.Port || uri.User != ours.User {
		return 0, false
	}
	text, ok := params.Get("expires")
	if !ok {
		return 0, false
	}
	return parseSeconds(text)
}

func seconds(h sip.Header) (time.Duration, bool) {
	if h == nil {
		return 0, false
	}
	return parseSeconds(h.Value())
}

// parseSeconds reads delta-seconds; Retry-After may go on with a comment or
// parameters (RFC 3261 20.33).
func parseSeconds(text string) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, " ;("); i >= 0 {
		text = text[:i]
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, false
	}
	return time.Duration(n) * time.Second, true
}

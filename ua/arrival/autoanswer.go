package arrival

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// AutoAnswer says which calls are answered by themselves. Each opens the
// microphone to whoever calls, so the default is none.
type AutoAnswer string

// The values of AutoAnswer.
const (
	AnswerOff    AutoAnswer = "off"
	AnswerAsked  AutoAnswer = "asked" // those whose INVITE asks for it and came from the proxy
	AnswerAlways AutoAnswer = "always"
)

// Validate refuses a value that does not exist.
func (a AutoAnswer) Validate() error {
	switch a {
	case AnswerOff, AnswerAsked, AnswerAlways:
		return nil
	}
	return fmt.Errorf("%q is not off, asked or always", string(a))
}

func (a AutoAnswer) String() string { return string(a) }

// Asking are the headers in which a caller asks for it.
type Asking struct {
	AlertInfo, CallInfo, AnswerMode []string
}

// maxAnswerAfter bounds what a caller may ask for.
const maxAnswerAfter = time.Minute

// Answers says whether a call is answered by itself, and after how long.
// Trusted: the INVITE came from our proxy, which answers for who may ask.
func (a AutoAnswer) Answers(asking Asking, trusted bool) (time.Duration, bool) {
	after, asked := asking.after()
	switch a {
	case AnswerAlways:
		return after, true
	case AnswerAsked:
		return after, asked && trusted
	}
	return 0, false
}

// after reads what telephone systems send:
//
//	Call-Info: <sip:h>;answer-after=0            Alert-Info: <http://h>;info=alert-autoanswer;delay=2
//	Alert-Info: info=alert-autoanswer            Alert-Info: Auto Answer
//	Answer-Mode: Auto (RFC 5373)
func (a Asking) after() (time.Duration, bool) {
	for _, value := range append(append([]string(nil), a.CallInfo...), a.AlertInfo...) {
		if d, ok := seconds(value, "answer-after"); ok {
			return d, true
		}
	}
	for _, value := range a.AlertInfo {
		low := strings.ToLower(value)
		word := strings.Map(func(r rune) rune {
			if strings.ContainsRune(" -_", r) {
				return -1
			}
			return r
		}, low)
		if strings.Contains(word, "info=alertautoanswer") || strings.Contains(word, "info=autoanswer") || word == "autoanswer" {
			d, _ := seconds(value, "delay")
			return d, true
		}
	}
	for _, value := range a.AnswerMode {
		mode, _, _ := strings.Cut(value, ";")
		if strings.EqualFold(strings.TrimSpace(mode), "auto") {
			return 0, true
		}
	}
	return 0, false
}

// seconds finds name=N among the parameters of a header.
func seconds(value, name string) (time.Duration, bool) {
	for p := range strings.SplitSeq(value, ";") {
		key, text, ok := strings.Cut(p, "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(key), name) {
			continue
		}
		n, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(text), `"`), 10, 16)
		if err != nil {
			return 0, false
		}
		return min(time.Duration(n)*time.Second, maxAnswerAfter), true
	}
	return 0, false
}

// Bellcore is the ring from 1 to 9 that an Alert-Info asks for by the SPA's
// names, Bellcore-r1 to Bellcore-r9 and Bellcore-dr1 to Bellcore-dr9, as a URI, a
// parameter or alone; else 1, and it is not asked for.
func Bellcore(alertInfo []string) (ring int, asked bool) {
	for _, value := range alertInfo {
		_, rest, ok := strings.Cut(strings.ToLower(value), "bellcore-")
		rest = strings.TrimPrefix(rest, "d")
		rest, ring := strings.CutPrefix(rest, "r")
		if ok && ring && rest != "" && rest[0] >= '1' && rest[0] <= '9' && (len(rest) == 1 || rest[1] < '0' || rest[1] > '9') {
			return int(rest[0] - '0'), true
		}
	}
	return 1, false
}

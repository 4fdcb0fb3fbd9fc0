package trace

import (
	"fmt"
	"regexp"
	"strings"

	"star18/securecall"
)

// hidden takes the place of what must not be seen.
const hidden = "[hidden]"

// What can be used by who reads it: a digest response is open to guessing the
// password, a Basic one and a password in a URI are it, an SDES line is the key.
var secrets = []struct {
	where *regexp.Regexp
	with  string
}{
	{regexp.MustCompile(`(?i)(\bresponse\s*=\s*)("[^"]*"?|[^\s,]+)`), "${1}" + hidden},
	{regexp.MustCompile(`(?im)^((?:proxy-)?authorization\s*:\s*)(basic|bearer)\b.*$`), "${1}${2} " + hidden},
	{regexp.MustCompile(`(?i)(\bsips?:[^:@;>\s]*):[^@;>\s]*@`), "${1}:" + hidden + "@"},
	{regexp.MustCompile(`(?i)(\binline\s*:\s*)[^\s;]+`), "${1}" + hidden},
}

// redact is a message without what must stay secret.
func redact(raw []byte) string {
	head, body, _ := strings.Cut(string(raw), "\r\n\r\n")
	// A secure call's Final is sealed with a key of 512 bits, which can be
	// factored; and its length may be any, so no message of that kind is shown.
	if msg, err := securecall.DecodeBody([]byte(body)); err == nil && len(msg) > 0 {
		body = fmt.Sprintf("[%d bytes of the secure call]", len(msg))
	}
	text := head + "\r\n\r\n" + body
	for _, s := range secrets {
		text = s.where.ReplaceAllString(text, s.with)
	}
	return text
}

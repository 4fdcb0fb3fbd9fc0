package ua

import (
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// headers is a request or a response, to be read.
type headers interface {
	GetHeader(name string) sip.Header
	GetHeaders(name string) []sip.Header
}

// headerText is the first header of a name; empty if there is none.
func headerText(msg headers, name string) string {
	if h := msg.GetHeader(name); h != nil {
		return h.Value()
	}
	return ""
}

// headerValues are all headers of a name, in their order.
func headerValues(msg headers, name string) []string {
	var out []string
	for _, h := range msg.GetHeaders(name) {
		out = append(out, h.Value())
	}
	return out
}

// headerSeconds reads a header like Expires; 0 if it is none.
func headerSeconds(msg headers, name string) time.Duration {
	return seconds(headerText(msg, name))
}

// seconds reads 3600, also with what follows it; 0 if it is no number.
func seconds(text string) time.Duration {
	text = strings.TrimLeft(text, " ")
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(text)
	}
	n, err := strconv.ParseUint(text[:end], 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}

// tokens are the comma-separated words of all headers of a name, in lower case.
func tokens(msg headers, name string) []string {
	var out []string
	for _, value := range headerValues(msg, name) {
		for word := range strings.SplitSeq(value, ",") {
			if word = strings.ToLower(strings.TrimSpace(word)); word != "" {
				out = append(out, word)
			}
		}
	}
	return out
}

// contentType is the media type of a body, without parameters, in lower case.
func contentType(msg interface {
	ContentType() *sip.ContentTypeHeader
}) string {
	h := msg.ContentType()
	if h == nil {
		return ""
	}
	mediaType, _, _ := strings.Cut(h.Value(), ";")
	return strings.ToLower(strings.TrimSpace(mediaType))
}

// fromTag and toTag are the tags of the two ends of a dialog; empty without one.
func fromTag(msg sip.Message) string {
	tag, _ := msg.From().Params.Get("tag")
	return tag
}

func toTag(msg sip.Message) string {
	tag, _ := msg.To().Params.Get("tag")
	return tag
}

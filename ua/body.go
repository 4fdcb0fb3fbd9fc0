package ua

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// bodied is a request or a response.
type bodied interface {
	headers
	Body() []byte
	ContentType() *sip.ContentTypeHeader
}

// maxParts bounds what is looked at of a body in parts: a description, and what a
// gateway or an emergency call adds.
const maxParts = 16

// description is the session description that a message brings, as its body or as a
// part of it (RFC 5621 3.1); nil without one. False if there is something else that
// its sender wants to be understood (RFC 3261 8.2.3).
func description(msg bodied) (sdp []byte, understood bool) {
	body, kind := msg.Body(), contentType(msg)
	switch {
	case len(body) == 0:
		return nil, true
	case kind == sdpType:
		return body, true
	case strings.HasPrefix(kind, "multipart/"):
		return descriptionAmong(body, msg.ContentType().Value(), kind == "multipart/alternative")
	}
	return nil, optional(headerText(msg, "Content-Disposition"))
}

// descriptionAmong looks into the parts. Of alternatives one is enough.
func descriptionAmong(body []byte, kind string, alternative bool) (sdp []byte, understood bool) {
	_, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return nil, false
	}
	understood = true
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for i := range maxParts {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return sdp, i > 0 && (understood || alternative && sdp != nil)
		}
		if err != nil {
			return nil, false
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, false
		}
		switch kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); {
		case kind == sdpType && sdp == nil:
			sdp = content
		case kind != sdpType && !optional(part.Header.Get("Content-Disposition")):
			understood = false
		}
	}
	return nil, false
}

// optional: whoever does not understand it may pass over it (RFC 3261 20.11); what
// nothing refers to is passed over anyway (RFC 5621 9.1).
func optional(disposition string) bool {
	kind, params, err := mime.ParseMediaType(disposition)
	return err == nil && (strings.EqualFold(params["handling"], "optional") || kind == "by-reference")
}

// answerIn is the answer to an offer of ours, also of who forgets to name its type:
// nothing else is expected there.
func answerIn(msg bodied) []byte {
	if contentType(msg) == "" {
		return msg.Body()
	}
	sdp, _ := description(msg)
	return sdp
}

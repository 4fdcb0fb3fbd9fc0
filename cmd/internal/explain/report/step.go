package report

import (
	"fmt"
	"strings"
	"time"

	"star18/cmd/internal/explain/decode"
	"star18/securecall"
)

// titles of messages, by what they are and who sent them.
func title(c *decode.Call, s *decode.Step) string {
	switch {
	case s.Hello != nil && s.By == decode.Callee:
		return "Callee Hello"
	case s.Hello != nil:
		return "Caller Hello"
	case s.Final != nil:
		return "Caller Final"
	case s.Fault != "":
		return "Unreadable message"
	case s.Status != 0 && s.Accepted() && answersFinal(c, s):
		return "Callee Final"
	case s.Status != 0:
		return "Answer"
	}
	return "Empty INFO"
}

func answersFinal(c *decode.Call, s *decode.Step) bool {
	for _, request := range c.Steps {
		if request.Answer == s {
			return request.Final != nil
		}
	}
	return false
}

func (p words) step(c *decode.Call, s *decode.Step) {
	p.line("\n  %s at %s, %s of the %s", title(c, s), p.at(s.At), carrier(s), s.By)
	if s.Again {
		p.field("again", "the same bytes as before, now with credentials")
		return
	}
	if s.Empty() {
		p.field("body", "none")
		return
	}
	p.field("content type", "%s", or(s.ContentType, "(none)"))
	p.field("length", "%d characters, %d bytes decoded", s.Chars, s.Bytes)
	if s.Missing > 0 {
		p.field("missing", "%d bytes of the body are not in the file", s.Missing)
	}
	switch {
	case s.Hello != nil:
		p.hello(s.Hello, s.By)
	case s.Final != nil:
		p.final(s.Final)
	case s.Fault == securecall.NotBase64:
		p.field("fault", "not_base64: no text in base64")
	case s.Fault != "":
		p.field("fault", "%s: hellos have 264 or 392 bytes, finals 132 or 68", s.Fault)
	}
}

func carrier(s *decode.Step) string {
	if s.Status == 0 {
		return "INFO"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", s.Status, s.Phrase))
}

func (p words) hello(h *decode.Hello, by decode.Side) {
	p.field("message ID", "%d", h.ID)
	p.field("version, flags", "0x%08x", h.Version)
	p.field("SSRC", "0x%08x, %s", h.SSRC, match(h, by))
	p.field("name", "%q", h.Certificate.Name())
	p.field("user ID", "%q", h.Certificate.UserID())
	p.field("expires", "%s", expiry(h))
	p.field("signature", "%s", signatureWords[h.Signature])
	if h.WithCA {
		p.field("CA", "its modulus follows the certificate; receivers ignore it")
	}
}

// match says which stream an SSRC is and in which byte order it was written.
func match(h *decode.Hello, by decode.Side) string {
	if h.Stream != nil {
		return fmt.Sprintf("%s-endian, the %s's RTP stream %s -> %s", h.Order, by, h.Stream.From, h.Stream.To)
	}
	if h.Recorded {
		return fmt.Sprintf("%s-endian, as the recorder found", h.Order)
	}
	return fmt.Sprintf("of no RTP stream of the %s in this file; little-endian it would be 0x%08x", by, swapped(h.SSRC))
}

func expiry(h *decode.Hello) string {
	text := h.Certificate.Expiry().String()
	switch {
	case h.Expiry.IsZero():
		return fmt.Sprintf("%q is no date", text)
	case h.Expired:
		return fmt.Sprintf("%s (%s): it had EXPIRED", text, h.Expiry.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("%s (%s)", text, h.Expiry.UTC().Format(time.RFC3339))
}

var signatureWords = map[decode.Signature]string{
	decode.SignedByCA:       "valid, by the CA that was given",
	decode.SignedByExample:  "valid under the vendor's published example CA: anyone can issue this name",
	decode.SignedByAttached: "by the CA that came with it, which proves nothing; give --ca to check",
	decode.SignedByOther:    "INVALID: not by the CA that was given",
	decode.SignedUnknown:    "by a CA that is not known here; give --ca to check",
}

func (p words) final(f *decode.Final) {
	p.field("message ID", "%d", f.ID)
	p.field("form", "%s", formWords[f.Form])
	sizes := make([]string, len(f.Blocks))
	for i, n := range f.Blocks {
		sizes[i] = fmt.Sprint(n)
	}
	blocks := strings.Join(sizes, " + ") + " bytes, sealed to the callee's key"
	switch {
	case f.Removed:
		blocks += "; not kept in a transcript"
	case f.TooLarge:
		blocks += "; one is NOT smaller than its modulus"
	}
	p.field("blocks", "%s", blocks)
}

var formWords = map[securecall.FinalForm]string{
	securecall.Split:  "split: master key and salt in a block each",
	securecall.Joined: "joined: master key and salt in one block",
}

func swapped(v uint32) uint32 { return v<<24 | v>>24 | v<<8&0xff0000 | v>>8&0xff00 }

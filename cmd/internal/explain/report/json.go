package report

import (
	"io"
	"net/netip"

	"star18/cmd/internal/explain/decode"
	"star18/cmd/internal/explain/source"
	"star18/cmd/internal/say"
	"star18/cmd/internal/transcript"
	"star18/securecall"
)

// hello, final, stream and so on are the JSON forms: one object a line, the
// name of the form in "event", the number of the call in "call".
type messageJSON struct {
	Call    int         `json:"call"`
	By      decode.Side `json:"by"`
	From    string      `json:"from,omitempty"`
	To      string      `json:"to,omitempty"`
	Method  string      `json:"method"`
	Status  int         `json:"status,omitempty"`
	CSeq    string      `json:"cseq"`
	Content string      `json:"content_type,omitempty"`
}

type stepJSON struct {
	Call        int                  `json:"call"`
	What        string               `json:"what"`
	By          decode.Side          `json:"by"`
	Status      int                  `json:"status,omitempty"`
	ContentType string               `json:"content_type,omitempty"`
	Chars       int                  `json:"chars"`
	Bytes       int                  `json:"bytes"`
	Missing     int                  `json:"missing,omitempty"`
	Fault       securecall.Reason    `json:"fault,omitempty"`
	ID          transcript.Hex       `json:"id,omitempty"`
	Version     transcript.Hex       `json:"version_flags,omitempty"`
	SSRC        transcript.Hex       `json:"ssrc,omitempty"`
	SSRCMatched *bool                `json:"ssrc_matched,omitempty"`
	Order       securecall.Order     `json:"byte_order,omitempty"`
	Name        string               `json:"name,omitempty"`
	UserID      string               `json:"user_id,omitempty"`
	Expiry      string               `json:"expiry,omitempty"`
	Expired     bool                 `json:"expired,omitempty"`
	Signature   decode.Signature     `json:"signature,omitempty"`
	WithCA      bool                 `json:"with_ca,omitempty"`
	Form        securecall.FinalForm `json:"form,omitempty"`
	Blocks      []int                `json:"blocks,omitempty"`
}

type streamJSON struct {
	Call          int            `json:"call"`
	By            decode.Side    `json:"by"`
	From          netip.AddrPort `json:"from"`
	To            netip.AddrPort `json:"to"`
	SSRC          transcript.Hex `json:"ssrc"`
	Codec         string         `json:"codec,omitempty"`
	Packets       int            `json:"packets"`
	ProtectedFrom int            `json:"protected_from,omitempty"` // counting from 1
	Tag           int            `json:"tag,omitempty"`
	ClearAgain    int            `json:"clear_again_from,omitempty"`
}

type verdictJSON struct {
	Call   int               `json:"call"`
	State  decode.State      `json:"state"`
	Reason securecall.Reason `json:"reason,omitempty"`
	Status int               `json:"status,omitempty"`
	Why    string            `json:"why,omitempty"`
	ToDo   string            `json:"to_do,omitempty"`
	Lines  []string          `json:"config,omitempty"`
}

// JSON says the same as Words.
func JSON(w io.Writer, name string, f *source.File, calls []*decode.Call) {
	out := say.JSON{W: w}
	out.Object(f.Packets[0].Time, "file", map[string]any{
		"name": decode.Shown(name), "format": f.Format, "datagrams": len(f.Packets), "calls": len(calls), "notes": shownAll(f.Notes),
	})
	for i, c := range calls {
		jsonCall(out, i+1, c)
	}
}

func shownAll(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = decode.Shown(t)
	}
	return out
}

func jsonCall(out say.JSON, n int, c *decode.Call) {
	for _, m := range c.Messages {
		out.Object(m.At, "sip", messageJSON{n, c.Sender(m), addr(m.From), addr(m.To), m.Method, m.Status, m.CSeq, m.ContentType})
	}
	for _, s := range c.Steps {
		out.Object(s.At, "step", stepOf(n, c, s))
	}
	for _, s := range c.Streams {
		out.Object(s.Packets[0].At, "stream", streamJSON{
			n, s.Side, s.From, s.To, transcript.Hex(s.SSRC), s.Codec, len(s.Packets), s.Protected + 1, s.Tag, s.Back + 1,
		})
	}
	v := c.Verdict
	out.Object(c.Messages[len(c.Messages)-1].At, "verdict", verdictJSON{
		n, v.State, v.Reason, v.Status, v.Why, adviceFor[v.Reason], configLines(c.Differ),
	})
}

func addr(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func stepOf(n int, c *decode.Call, s *decode.Step) stepJSON {
	out := stepJSON{
		Call: n, What: title(c, s), By: s.By, Status: s.Status, ContentType: s.ContentType,
		Chars: s.Chars, Bytes: s.Bytes, Missing: s.Missing, Fault: s.Fault,
	}
	if h := s.Hello; h != nil {
		matched := h.Stream != nil
		out.ID, out.Version, out.SSRC = transcript.Hex(h.ID), transcript.Hex(h.Version), transcript.Hex(h.SSRC)
		out.SSRCMatched, out.Order, out.WithCA = &matched, h.Order, h.WithCA
		out.Name, out.UserID, out.Expiry = h.Certificate.Name(), h.Certificate.UserID(), h.Certificate.Expiry().String()
		out.Expired, out.Signature = h.Expired, h.Signature
	}
	if f := s.Final; f != nil {
		out.ID, out.Form, out.Blocks, out.Order = transcript.Hex(f.ID), f.Form, f.Blocks, f.Order
	}
	return out
}

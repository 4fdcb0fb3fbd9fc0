package report

import (
	"io"

	"star18/cmd/internal/explain/decode"
	"star18/cmd/internal/explain/decrypt"
	"star18/cmd/internal/say"
	"star18/securecall"
)

// Decrypted is what came of --decrypt for one call.
type Decrypted struct {
	Call   int // its number
	Opened *decrypt.Opened
	WAV    string   // written; empty if not
	Left   []string // streams that are not in it
	Err    error
}

// DecryptedWords says it to people.
func DecryptedWords(w io.Writer, d Decrypted) {
	p := words{w: w}
	p.line("\nCall %d with the callee's private key", d.Call)
	if d.Opened == nil {
		p.line("  not opened: %s", decode.Shown(d.Err.Error()))
		return
	}
	p.line("  The final opens: padding %s, a salt of %d bytes.", d.Opened.Padding, d.Opened.SaltBytes)
	for _, s := range d.Opened.Streams {
		transform := or(s.Transform.String(), "no transform authenticates")
		p.line("  %s 0x%08x: %d clear, %d authenticated (%s), %d neither", s.Side, s.SSRC, s.Clear, s.Authenticated, transform, s.Failed)
	}
	for _, l := range d.Left {
		p.line("  not in the recording: %s", decode.Shown(l))
	}
	if d.WAV != "" {
		p.line("  %s: the speech, caller left, callee right", decode.Shown(d.WAV))
	} else if d.Err != nil {
		p.line("  no recording: %s", decode.Shown(d.Err.Error()))
	}
	p.line("  Whoever has this key and the capture can do the same, at any time; so can who factors it from the certificate in the capture.")
}

type decryptedJSON struct {
	Call      int                `json:"call"`
	Opened    bool               `json:"opened"`
	Padding   securecall.Padding `json:"padding,omitempty"`
	SaltBytes int                `json:"salt_bytes,omitempty"`
	Streams   []openedJSON       `json:"streams,omitempty"`
	WAV       string             `json:"wav,omitempty"`
	Left      []string           `json:"left_out,omitempty"`
	Error     string             `json:"error,omitempty"`
}

type openedJSON struct {
	By            decode.Side `json:"by"`
	Transform     string      `json:"transform,omitempty"`
	Clear         int         `json:"clear"`
	Authenticated int         `json:"authenticated"`
	Failed        int         `json:"failed"`
}

// DecryptedJSON says it to programs.
func DecryptedJSON(w io.Writer, d Decrypted, c *decode.Call) {
	out := decryptedJSON{Call: d.Call, Opened: d.Opened != nil, WAV: decode.Shown(d.WAV), Left: shownAll(d.Left)}
	if d.Err != nil {
		out.Error = decode.Shown(d.Err.Error())
	}
	if d.Opened != nil {
		out.Padding, out.SaltBytes = d.Opened.Padding, d.Opened.SaltBytes
		for _, s := range d.Opened.Streams {
			out.Streams = append(out.Streams, openedJSON{s.Side, s.Transform.String(), s.Clear, s.Authenticated, s.Failed})
		}
	}
	say.JSON{W: w}.Object(c.Messages[0].At, "decrypted", out)
}

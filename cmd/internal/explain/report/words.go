package report

import (
	"fmt"
	"io"
	"time"

	"star18/cmd/internal/explain/decode"
	"star18/cmd/internal/explain/source"
	"star18/cmd/internal/transcript"
	"star18/securecall"
)

// words prints for people.
type words struct {
	w     io.Writer
	start time.Time
}

func (p words) line(format string, args ...any) { _, _ = fmt.Fprintf(p.w, format+"\n", args...) }

// field is an indented line of a table.
func (p words) field(name, format string, args ...any) {
	p.line("      %-14s %s", name, fmt.Sprintf(format, args...))
}

// at is the time since the first datagram of the file.
func (p words) at(t time.Time) string { return fmt.Sprintf("%.3f s", t.Sub(p.start).Seconds()) }

// Words explains a file.
func Words(w io.Writer, name string, f *source.File, calls []*decode.Call) {
	p := words{w, f.Packets[0].Time}
	p.line("%s: %s, %d datagrams with SIP or RTP, %s", decode.Shown(name), f.Format, len(f.Packets), plural(len(calls), "call"))
	for _, n := range f.Notes {
		p.line("note: %s", decode.Shown(n))
	}
	for i, c := range calls {
		p.call(i+1, c)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (p words) call(n int, c *decode.Call) {
	p.line("\nCall %d, Call-ID %s", n, c.ID)
	p.line("  to %s, caller %s, callee %s\n", or(c.Number, "(number not in the file)"),
		or(c.Agent[decode.Caller], "(unnamed)"), or(c.Agent[decode.Callee], "(unnamed)"))
	drawLadder(p.w, c, p.start)
	for _, s := range c.Steps {
		p.step(c, s)
	}
	if len(c.Streams) > 0 {
		p.line("\n  RTP")
	}
	for _, s := range c.Streams {
		p.stream(s)
	}
	p.verdict(c)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (p words) verdict(c *decode.Call) {
	v := c.Verdict
	p.line("\n  Verdict: %s", stateWords[v.State])
	if v.Reason != "" {
		status := ""
		if v.Status != 0 {
			status = fmt.Sprintf(" (status %d)", v.Status)
		}
		p.line("    %s%s: %s", v.Reason, status, v.Reason.Words())
	}
	if v.Why != "" {
		p.line("    %s", v.Why)
	}
	if advice := adviceFor[v.Reason]; advice != "" {
		p.line("    to do: %s", advice)
	}
	if len(c.Differ) > 0 {
		p.line("\n  Seen here and set otherwise in star18; these lines would match it:")
	}
	for _, l := range configLines(c.Differ) {
		p.line("    %s", l)
	}
	p.line("\n  RSA-512 and SHA-1 are broken: whoever recorded this call can factor the key and listen.")
}

func configLines(d []securecall.Difference) []string { return transcript.ConfigLines(d) }

// stateWords are the five ends of a call.
var stateWords = map[decode.State]string{
	decode.NotAsked: "in clear; nobody asked for security",
	decode.InClear:  "NOT SECURE, the call stays in clear",
	decode.Agreed:   "keys agreed",
	decode.Secured:  "SECURED",
	decode.Lost:     "secured, and then NOT SECURE any more",
}

// adviceFor is what somebody with both ends on the desk can do.
var adviceFor = map[securecall.Reason]string{
	securecall.NoIdentity:      "give the line a mini-certificate and its private key: star18 cert issue",
	securecall.ServiceOff:      "on an SPA set Mini Certificate, SRTP Private Key and Secure Call Serv; on star18 secure.service and secure.mini_certificate",
	securecall.PeerRefused:     "compare the CAs of both lines (star18 cert show), then try the other forms: secure.wire.final, secure.wire.padding, secure.wire.salt_bytes",
	securecall.PeerSilent:      "look whether the INFO reaches the other side: fragments, an SBC that drops INFO, or a body that it does not know",
	securecall.NotBase64:       "look for something on the way that changes INFO bodies; proxies must pass them as they are",
	securecall.BadLength:       "record the message whole (tcpdump -s 0); if it is whole, the device speaks another dialect",
	securecall.BadSignature:    "issue both certificates under one CA, or give the line the mini-certificate of the other side's CA",
	securecall.Expired:         "issue a new certificate, and check the clocks of both sides",
	securecall.UserIDMismatch:  "issue the callee a certificate for the number that is dialled, as it is after star codes and dial plan",
	securecall.SSRCCollision:   "dial again; if it stays, something on the way sends messages back to their sender",
	securecall.BadKeyBlock:     "try the other forms: secure.wire.final, secure.wire.padding, secure.wire.salt_bytes",
	securecall.Replayed:        "dial again; if nobody tests anything, take it seriously",
	securecall.NoMedia:         "look whether the RTP arrives at all, and whether both sides know the transform: secure.wire.transforms",
	securecall.MediaDowngraded: "hang up and dial again; look for something on the way that sends media of its own",
	securecall.OutOfOrder:      "the caller sends Hello, then Final, and nothing else; something repeats or reorders its requests",
	securecall.EmptyAnswer:     "the called device does not know x-sipura secure calls; on an SPA, look at Secure Call Serv and its firmware",
	securecall.SDESPeer:        "set the SPA's secure call method to x-sipura, or let both sides speak SDES",
	securecall.CallEnded:       "stay on the line until the tone",
	securecall.LocalError:      "look into the log of the line that says so",
}

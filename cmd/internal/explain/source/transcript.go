package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"star18/cmd/internal/capture"
	"star18/cmd/internal/transcript"
	"star18/securecall"
	"star18/ua"
)

// readTranscript gives each recorded message the SIP clothes that explain
// looks at. Its addresses are not known. Of a Final there is the length only.
func (f *File) readTranscript(data []byte) error {
	lines, err := transcript.Read(bytes.NewReader(data))
	if len(lines) == 0 {
		return fmt.Errorf("%w: %w", ErrBadTransfer, err)
	}
	if err != nil {
		f.note("the transcript breaks off: %v", err)
	}
	f.Told = map[string]*Told{}
	run := 0
	for _, l := range lines {
		if l.Start != nil {
			run++
			continue
		}
		id := oneWord(fmt.Sprintf("run%d-%s", run, l.Call))
		told := f.told(id)
		switch {
		case l.Outcome != nil:
			told.Outcomes = append(told.Outcomes, *l.Outcome)
		case l.Message != nil:
			told.message(l.Message)
			f.Packets = append(f.Packets, capture.Datagram{Time: l.Time, Data: clothe(id, told.requests, l.Message)})
		}
	}
	return nil
}

func (f *File) told(id string) *Told {
	if f.Told[id] == nil {
		f.Told[id] = &Told{}
	}
	return f.Told[id]
}

func (t *Told) message(m *transcript.Message) {
	if m.Method != "" {
		t.requests++
	}
	t.Number, t.Observed = m.Number, t.Observed[:0]
	for _, o := range m.Observed {
		t.Observed = append(t.Observed, securecall.ObservedMessage{
			Kind: o.Kind, ContentType: o.ContentType, Length: o.Bytes, ID: uint32(o.ID), Order: o.Order,
			Version: uint32(o.Version), SSRC: uint32(o.SSRC), SSRCMatched: o.SSRCMatched, WithCA: o.WithCA,
			Form: o.Form, Padding: o.Padding, SaltBytes: o.SaltBytes,
		})
	}
}

// Tags of the two sides in the SIP messages made of a transcript.
const (
	callerTag = "caller"
	calleeTag = "callee"
)

func clothe(id string, cseq int, m *transcript.Message) []byte {
	from, to := callerTag, calleeTag
	if (m.Role == ua.RoleCallee) == ((m.Direction == transcript.Sent) == (m.Method != "")) {
		from, to = to, from
	}
	first := fmt.Sprintf("SIP/2.0 %d recorded", m.Status)
	if m.Method != "" {
		first = "INFO sip:" + oneWord(m.Number) + "@recorded SIP/2.0"
	}
	body := recordedBody(m)
	return fmt.Appendf(nil, "%s\r\nCall-ID: %s\r\nFrom: <sip:from>;tag=%s\r\nTo: <sip:to>;tag=%s\r\nCSeq: %d INFO\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		first, id, from, to, cseq, oneWord(m.ContentType), len(body), body)
}

func recordedBody(m *transcript.Message) []byte {
	switch m.Kind {
	case transcript.Hello:
		return securecall.EncodeBody(m.Hello)
	case transcript.Final:
		final := make([]byte, finalLength(m.Form))
		binary.BigEndian.PutUint32(final, uint32(m.ID))
		return securecall.EncodeBody(final)
	case transcript.Unreadable:
		if m.Fault == securecall.NotBase64 {
			return []byte("?")
		}
		return securecall.EncodeBody(make([]byte, min(max(m.Bytes, 1), maxMessage)))
	}
	return nil
}

// finalLength is an ID and one or two blocks.
func finalLength(f securecall.FinalForm) int {
	if f == securecall.Joined {
		return 68
	}
	return 132
}

// oneWord keeps a recorded text from becoming a header of its own.
func oneWord(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, s)
}

package securecall

import (
	"fmt"
	"strconv"
	"strings"
)

// MessageKind is which message it is, by its place in the ladder.
type MessageKind string

// The kinds.
const (
	CallerHello MessageKind = "caller_hello"
	CalleeHello MessageKind = "callee_hello"
	CallerFinal MessageKind = "caller_final"
)

// String implements fmt.Stringer.
func (k MessageKind) String() string { return string(k) }

// ObservedMessage is what the peer's message showed of its dialect, for a
// transcript. It holds no key material.
type ObservedMessage struct {
	Kind        MessageKind
	ContentType string
	Length      int    // decoded
	ID          uint32 // in the peer's byte order
	Order       Order

	// Of a Hello.
	Version     uint32
	SSRC        uint32
	SSRCMatched bool // it is that of the running stream
	WithCA      bool // its CA's modulus followed the certificate

	// Of a Final. Padding and SaltBytes are set only if it opened.
	Form      FinalForm
	Padding   Padding
	SaltBytes int
}

// Observed is the peer's messages in the order in which they came.
type Observed []ObservedMessage

// Difference is one secure.wire setting that would have to change for us to
// send what the peer sends. Key is the whole key, the values are as a
// configuration file writes them.
type Difference struct{ Key, Observed, Configured string }

// Differences compares what the peer sent with what w would have sent. A
// setting is named once, with what the peer sent last.
func (o Observed) Differences(w Wire) []Difference {
	seen := w
	for _, m := range o {
		m.learn(&seen)
	}
	var out []Difference
	for i, row := range seen.rows() {
		if mine := w.rows()[i]; row != mine {
			out = append(out, Difference{"secure.wire." + row.key, row.value, mine.value})
		}
	}
	return out
}

// learn sets what m shows in w.
func (m ObservedMessage) learn(w *Wire) {
	if bareType(m.ContentType) != bareType(w.ContentType) && m.ContentType != "" {
		w.ContentType = printable([]byte(bareType(m.ContentType)))
	}
	w.ByteOrder = m.Order
	switch m.Kind {
	case CallerHello:
		w.MessageIDs[0], w.VersionFlags = m.ID, m.Version
	case CalleeHello:
		w.MessageIDs[1] = m.ID // its version word is an echo of ours
	case CallerFinal:
		w.MessageIDs[2] = m.ID
		m.learnFinal(w)
	}
}

func (m ObservedMessage) learnFinal(w *Wire) {
	if w.Final != Auto || m.Form != Split {
		w.Final = m.Form // auto begins with split, so split confirms it
	}
	if m.Padding != "" {
		w.Padding, w.SaltBytes = m.Padding, m.SaltBytes
	}
}

type wireRow struct{ key, value string }

// rows are the settings as a configuration file writes them.
func (w Wire) rows() []wireRow {
	ids := make([]string, len(w.MessageIDs))
	for i, id := range w.MessageIDs {
		ids[i] = strconv.FormatUint(uint64(id), 10)
	}
	return []wireRow{
		{"content_type", w.ContentType},
		{"message_ids", "[" + strings.Join(ids, ", ") + "]"},
		{"version_flags", fmt.Sprintf("0x%08x", w.VersionFlags)},
		{"byte_order", string(w.ByteOrder)},
		{"final", string(w.Final)},
		{"padding", string(w.Padding)},
		{"salt_bytes", strconv.Itoa(w.SaltBytes)},
	}
}

// observe is a Hello seen with the streams as they are.
func (h Hello) observe(kind MessageKind, contentType string, length int, configured Order, s Streams) ObservedMessage {
	order, matched := detectOrder(configured, h.SSRC, s)
	return ObservedMessage{
		Kind: kind, ContentType: contentType, Length: length,
		ID: order.word(h.ID), Order: order, Version: order.word(h.Version),
		SSRC: order.word(h.SSRC), SSRCMatched: matched, WithCA: length == helloLongLen,
	}
}

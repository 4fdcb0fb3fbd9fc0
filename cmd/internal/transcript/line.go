package transcript

import (
	"fmt"
	"time"

	"star18/securecall"
	"star18/ua"
)

// Magic and version of the start line.
const (
	magic   = "star18"
	version = 1
)

// Line is one line of a transcript: exactly one of its pointers is set.
type Line struct {
	Time     time.Time `json:"time"`
	Call     string    `json:"call,omitempty"`
	Start    *Start    `json:"start,omitempty"`
	Message  *Message  `json:"message,omitempty"`
	Outcome  *Outcome  `json:"outcome,omitempty"`
	Settings *Settings `json:"settings,omitempty"`
}

// Start begins the part of one run of the program.
type Start struct {
	Transcript string `json:"transcript"`
	Version    int    `json:"version"`
	Program    string `json:"program"`
	Wire       Wire   `json:"wire"`
}

// Wire is the settings that the run had.
type Wire struct {
	ContentType  string    `json:"content_type"`
	MessageIDs   [3]uint32 `json:"message_ids"`
	VersionFlags Hex       `json:"version_flags"`
	ByteOrder    string    `json:"byte_order"`
	Final        string    `json:"final"`
	Padding      string    `json:"padding"`
	SaltBytes    int       `json:"salt_bytes"`
}

// Direction of a message, as the line that recorded it saw it.
type Direction string

// The directions.
const (
	Sent     Direction = "sent"
	Received Direction = "received"
)

// Kind is what a body is.
type Kind string

// The kinds.
const (
	Hello      Kind = "hello"
	Final      Kind = "final"
	Empty      Kind = "empty"
	Unreadable Kind = "unreadable" // Fault says why
)

// Message is one body of an INFO or of its response.
type Message struct {
	Role        ua.Role              `json:"role"` // of the line that recorded it
	Direction   Direction            `json:"direction"`
	Method      string               `json:"method,omitempty"`
	Status      int                  `json:"status,omitempty"`
	ContentType string               `json:"content_type,omitempty"`
	Number      string               `json:"number"` // that the INVITE was for
	Kind        Kind                 `json:"kind"`
	Fault       securecall.Reason    `json:"fault,omitempty"`
	Chars       int                  `json:"chars"` // of the body as carried
	Bytes       int                  `json:"bytes"` // decoded
	Hello       []byte               `json:"hello,omitempty"`
	ID          Hex                  `json:"id,omitempty"` // of a Final, big-endian
	Form        securecall.FinalForm `json:"form,omitempty"`
	Blocks      []int                `json:"blocks,omitempty"` // their sizes; never their bytes
	OwnSSRC     Hex                  `json:"own_ssrc,omitempty"`
	PeerSSRC    *Hex                 `json:"peer_ssrc,omitempty"` // once its stream was heard
	Observed    []Observed           `json:"observed,omitempty"`  // all that the peer has shown so far
}

// Observed is a securecall.ObservedMessage in the words of the file.
type Observed struct {
	Kind        securecall.MessageKind `json:"kind"`
	ContentType string                 `json:"content_type,omitempty"`
	Bytes       int                    `json:"bytes"`
	ID          Hex                    `json:"id"`
	Order       securecall.Order       `json:"byte_order"`
	Version     Hex                    `json:"version_flags,omitempty"`
	SSRC        Hex                    `json:"ssrc,omitempty"`
	SSRCMatched bool                   `json:"ssrc_matched,omitempty"`
	WithCA      bool                   `json:"with_ca,omitempty"`
	Form        securecall.FinalForm   `json:"form,omitempty"`
	Padding     securecall.Padding     `json:"padding,omitempty"`
	SaltBytes   int                    `json:"salt_bytes,omitempty"`
}

// Outcome is how it went. Transform is that of the first packet that
// authenticated.
type Outcome struct {
	Secured   bool              `json:"secured"`
	Name      string            `json:"name,omitempty"`
	Number    string            `json:"number,omitempty"`
	Proven    bool              `json:"proven,omitempty"`
	Transform string            `json:"transform,omitempty"`
	MS        int64             `json:"ms,omitempty"`
	Reason    securecall.Reason `json:"reason,omitempty"`
	Detail    string            `json:"detail,omitempty"`
	Status    int               `json:"status,omitempty"`
}

// Settings closes a call: what differed, and the lines of a configuration file
// that would match it.
type Settings struct {
	Differ []Differ `json:"differ"`
	Lines  []string `json:"lines"`
}

// Differ is one setting.
type Differ struct {
	Key        string `json:"key"`
	Observed   string `json:"observed"`
	Configured string `json:"configured"`
}

// Hex is a 32-bit word as 0x%08x: nobody recognises an SSRC in decimal.
type Hex uint32

// MarshalText implements encoding.TextMarshaler.
func (h Hex) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "0x%08x", uint32(h)), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hex) UnmarshalText(text []byte) error {
	var v uint32
	var rest string
	if n, _ := fmt.Sscanf(string(text), "0x%08x%s", &v, &rest); n != 1 || len(text) != len("0x00000000") {
		return fmt.Errorf("%q is no word of 32 bits", text)
	}
	*h = Hex(v)
	return nil
}

package securecall

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// FinalForm is which Caller Final is sent: the secure.wire.final setting.
// Both forms are always accepted.
type FinalForm string

// The forms.
const (
	Auto   FinalForm = "auto"   // split, and joined once if that is refused
	Split  FinalForm = "split"  // key and salt in two blocks
	Joined FinalForm = "joined" // key and salt in one block
)

// String implements fmt.Stringer.
func (f FinalForm) String() string { return string(f) }

// Wire holds the secure.wire settings that decide bytes: everything that star18
// must choose before the other side has shown what it does. Its delays and the
// media transforms belong to those who own timers and streams.
type Wire struct {
	ContentType  string
	MessageIDs   [3]uint32 // Caller Hello, Callee Hello, Caller Final
	VersionFlags uint32
	ByteOrder    Order
	Final        FinalForm
	Padding      Padding
	SaltBytes    int // 14 or 16
}

// DefaultWire is our best reading of the documents.
func DefaultWire() Wire {
	return Wire{
		ContentType:  defaultContentType,
		MessageIDs:   [3]uint32{1, 2, 3},
		VersionFlags: defaultVersionFlags,
		ByteOrder:    Big,
		Final:        Auto,
		Padding:      PKCS1,
		SaltBytes:    saltFieldLen,
	}
}

// mediaType is RFC 3261's type/subtype, without parameters: it goes into a
// header, where anything else could become a header of its own.
var mediaType = regexp.MustCompile("^[-A-Za-z0-9.!%*_+`'~]+/[-A-Za-z0-9.!%*_+`'~]+$")

// Validate names the key of every setting that cannot be sent.
func (w Wire) Validate() error {
	return errors.Join(
		check("content_type", w.ContentType, mediaType.MatchString(w.ContentType), "a media type like "+defaultContentType),
		check("byte_order", w.ByteOrder, slices.Contains([]Order{Big, Little}, w.ByteOrder), "big or little"),
		check("final", w.Final, slices.Contains([]FinalForm{Auto, Split, Joined}, w.Final), "auto, split or joined"),
		check("padding", w.Padding, slices.Contains([]Padding{PKCS1, Raw}, w.Padding), "pkcs1 or raw"),
		check("salt_bytes", w.SaltBytes, w.SaltBytes == masterSaltLen || w.SaltBytes == saltFieldLen, "14 or 16"),
	)
}

func check(key string, value any, ok bool, want string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("secure.wire.%s: %q is not %s", key, fmt.Sprint(value), want)
}

// dtmfTypes are INFO bodies that are never ours, whatever they decode to.
var dtmfTypes = []string{"application/dtmf-relay", "application/dtmf", "application/vnd.nortelnetworks.digits"}

// IsOurs tells whether an INFO request belongs to the secure call: by its type,
// or, since nobody has published the type, by a body of a length that only our
// messages have. Any other INFO is ordinary SIP.
func (w Wire) IsOurs(contentType string, body []byte) bool {
	got := bareType(contentType)
	if got == bareType(w.ContentType) {
		return true
	}
	if slices.Contains(dtmfTypes, got) {
		return false
	}
	msg, err := DecodeBody(body)
	return err == nil && (isHelloLen(len(msg)) || isFinalLen(len(msg)))
}

// bareType drops parameters and letter case, which do not distinguish types.
func bareType(contentType string) string {
	bare, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(bare))
}

package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"star18/cmd/internal/capture"
	"star18/cmd/internal/transcript"
	"star18/securecall"
)

// maxFile is an hour of a dozen calls. All of it is held in memory.
const maxFile = 256 << 20

// Reasons why a file cannot be explained.
var (
	ErrEmpty       = errors.New("the file is empty")
	ErrTooLarge    = errors.New("the file is larger than 256 MB")
	ErrCompressed  = errors.New("the file is compressed; unpack it first")
	ErrUnknown     = errors.New("neither a capture nor a transcript nor text")
	ErrNotCapture  = errors.New("damaged capture")
	ErrLinkType    = errors.New("unknown link type")
	ErrNoSIP       = errors.New("no SIP message in the file")
	ErrBadTransfer = errors.New("damaged transcript")
)

// Format is what kind of file it was.
type Format string

// The formats.
const (
	Pcap       Format = "pcap"
	Pcapng     Format = "pcapng"
	Text       Format = "text"
	Transcript Format = "transcript"
)

// String implements fmt.Stringer.
func (f Format) String() string { return string(f) }

// File is what was found. Datagrams of a text without addresses have none;
// those of one without times have the zero time.
type File struct {
	Format  Format
	Packets []capture.Datagram
	Notes   []string         // what could not be read, in words
	Told    map[string]*Told // by Call-ID, of a transcript only
}

// Told is what a transcript says beside the messages.
type Told struct {
	Number   string // that the INVITE was for
	Outcomes []transcript.Outcome
	Observed securecall.Observed
	requests int
}

func (f *File) note(format string, args ...any) {
	f.Notes = append(f.Notes, fmt.Sprintf(format, args...))
}

// Read reads all of r.
func Read(r io.Reader) (*File, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxFile:
		return nil, ErrTooLarge
	case len(bytes.TrimSpace(data)) == 0:
		return nil, ErrEmpty
	}
	f := &File{Format: recognise(data)}
	if err := f.read(data); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(f.Packets, func(d capture.Datagram) bool { return looksSIP(d.Data) }) {
		return nil, f.withoutSIP()
	}
	f.sort()
	return f, nil
}

func (f *File) read(data []byte) error {
	switch f.Format {
	case Pcap, Pcapng:
		return f.readCapture(data)
	case Transcript:
		return f.readTranscript(data)
	case Text:
		f.readText(data)
		return nil
	}
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return ErrCompressed
	}
	return ErrUnknown
}

// withoutSIP is the error of a file that was read and holds nothing of use.
func (f *File) withoutSIP() error {
	if f.Format == Text {
		return fmt.Errorf("%w; star18's own log never holds any, use --pcap or --transcript", ErrNoSIP)
	}
	return ErrNoSIP
}

// sort brings the datagrams in order, if all of them have a time: a capture of
// two interfaces may have them mixed.
func (f *File) sort() {
	if slices.ContainsFunc(f.Packets, func(d capture.Datagram) bool { return d.Time.IsZero() }) {
		return
	}
	slices.SortStableFunc(f.Packets, func(a, b capture.Datagram) int { return a.Time.Compare(b.Time) })
}

// captureMagics are the first four bytes of a capture: pcap in both byte
// orders, with micro- and nanoseconds, and the section header of pcapng.
var captureMagics = map[string]Format{
	"\xa1\xb2\xc3\xd4": Pcap, "\xd4\xc3\xb2\xa1": Pcap,
	"\xa1\xb2\x3c\x4d": Pcap, "\x4d\x3c\xb2\xa1": Pcap,
	"\x0a\x0d\x0d\x0a": Pcapng,
}

func recognise(data []byte) Format {
	if f, ok := captureMagics[string(data[:min(4, len(data))])]; ok {
		return f
	}
	head := data[:min(4096, len(data))]
	switch {
	case transcript.Recognise(data[:min(1<<16, len(data))]):
		return Transcript
	case bytes.IndexByte(head, 0) >= 0, bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		return ""
	}
	return Text
}

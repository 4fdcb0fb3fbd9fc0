package transcript

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"star18/securecall"
)

// Bounds of what is read: a line holds one Hello and its observations, which
// is less than 4000 characters.
const (
	maxLine  = 64 << 10
	maxLines = 1 << 18
)

// ErrFormat is wrapped by every refusal of a reader, with the line's number.
var ErrFormat = errors.New("not a transcript of version 1")

// Recognise tells whether a file that begins with head is a transcript.
func Recognise(head []byte) bool {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	l, err := parse(first)
	return err == nil && l.Start != nil
}

// Read reads a whole transcript.
func Read(r io.Reader) ([]Line, error) {
	var all []Line
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 4096), maxLine)
	for n := 1; s.Scan(); n++ {
		if n > maxLines {
			return all, fmt.Errorf("%w: more than %d lines", ErrFormat, maxLines)
		}
		l, err := parse(s.Bytes())
		if err == nil && n == 1 && l.Start == nil {
			err = errors.New("no start")
		}
		if err != nil {
			return all, fmt.Errorf("%w: line %d: %w", ErrFormat, n, err)
		}
		all = append(all, l)
	}
	if err := s.Err(); err != nil {
		return all, fmt.Errorf("%w: line %d: %w", ErrFormat, len(all)+1, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: empty", ErrFormat)
	}
	return all, nil
}

func parse(text []byte) (Line, error) {
	var l Line
	if err := json.Unmarshal(text, &l); err != nil {
		return Line{}, err
	}
	return l, l.check()
}

// check refuses what no recorder writes.
func (l Line) check() error {
	n := 0
	for _, set := range []bool{l.Start != nil, l.Message != nil, l.Outcome != nil, l.Settings != nil} {
		if set {
			n++
		}
	}
	switch {
	case n != 1:
		return fmt.Errorf("%d of start, message, outcome and settings, not one", n)
	case l.Time.IsZero():
		return errors.New("no time")
	case l.Start != nil:
		return l.Start.check()
	case l.Call == "":
		return errors.New("no call")
	case l.Message != nil:
		return l.Message.check()
	}
	return nil
}

func (s *Start) check() error {
	if s.Transcript != magic || s.Version != version {
		return fmt.Errorf("start of %q version %d", s.Transcript, s.Version)
	}
	return nil
}

func (m *Message) check() error {
	if (m.Method == "") == (m.Status == 0) {
		return errors.New("a message is a request or a response")
	}
	if m.Direction != Sent && m.Direction != Received {
		return fmt.Errorf("direction %q", m.Direction)
	}
	if m.Bytes < 0 || m.Chars < 0 {
		return errors.New("negative length")
	}
	switch m.Kind {
	case Hello:
		if _, err := securecall.ParseHello(m.Hello); err != nil {
			return err
		}
	case Final:
		if m.Form != securecall.Split && m.Form != securecall.Joined {
			return fmt.Errorf("final of form %q", m.Form)
		}
	case Empty, Unreadable:
	default:
		return fmt.Errorf("kind %q", m.Kind)
	}
	return nil
}

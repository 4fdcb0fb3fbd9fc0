package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"star18/securecall"
	"star18/ua"
)

// Reasons why a file is not written to.
var (
	ErrNotTranscript = errors.New("the file exists and is no transcript")
	ErrExposed       = errors.New("the file may be read by others")
)

// Recorder appends to a file. Its methods may be called from anywhere; each
// line is one write.
type Recorder struct {
	wire securecall.Wire

	mu    sync.Mutex
	f     *os.File
	err   error
	calls map[string]securecall.Observed
}

// Open creates a file that only its owner can read, or goes on with a
// transcript that is one already. Anything else is left alone.
func Open(path, program string, wire securecall.Wire, now time.Time) (*Recorder, error) {
	f, err := create(path)
	if err != nil {
		return nil, fmt.Errorf("transcript: %w", err)
	}
	r := &Recorder{wire: wire, f: f, calls: map[string]securecall.Observed{}}
	r.write(Line{Time: stamp(now), Start: startOf(program, wire)})
	return r, nil
}

func create(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if !errors.Is(err, os.ErrExist) {
		return f, err
	}
	if f, err = os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0); err != nil {
		return nil, err
	}
	if err := goesOn(f); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return f, nil
}

// goesOn: what is appended to is a private transcript with whole lines.
func goesOn(f *os.File) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return ErrNotTranscript
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%w; run: chmod 600", ErrExposed)
	case info.Size() == 0:
		return nil
	}
	head := make([]byte, maxLine)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !Recognise(head[:n]) {
		return ErrNotTranscript
	}
	return endLine(f, info.Size())
}

// endLine drops a last line that a crash has cut off, so that ours is not part
// of it.
func endLine(f *os.File, size int64) error {
	start := max(0, size-maxLine)
	tail := make([]byte, size-start)
	if _, err := f.ReadAt(tail, start); err != nil {
		return err
	}
	return f.Truncate(start + int64(bytes.LastIndexByte(tail, '\n')) + 1)
}

// Exchange takes a message; it is a ua.SecureConfig.OnExchange.
func (r *Recorder) Exchange(e ua.Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls[e.Call] = e.Observed
	r.write(Line{Time: stamp(e.At), Call: e.Call, Message: messageOf(e)})
}

// Event takes an event of a call: what says how it went is recorded, and at
// the end of the call what to set.
func (r *Recorder) Event(call string, ev ua.Event, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o := outcomeOf(ev); o != nil {
		r.write(Line{Time: stamp(at), Call: call, Outcome: o})
	}
	if _, ended := ev.(ua.Ended); !ended {
		return
	}
	if seen, known := r.calls[call]; known {
		r.write(Line{Time: stamp(at), Call: call, Settings: settingsOf(seen, r.wire)})
		delete(r.calls, call)
	}
}

// write keeps the first error for Close: a full disk must not end a call.
func (r *Recorder) write(l Line) {
	if r.err != nil {
		return
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if r.err = e.Encode(l); r.err == nil {
		_, r.err = r.f.Write(b.Bytes())
	}
}

// Close returns the first error of all.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := errors.Join(r.err, r.f.Close()); err != nil {
		return fmt.Errorf("transcript: %w", err)
	}
	return nil
}

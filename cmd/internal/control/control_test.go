package control

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type fake struct{ asked chan string }

var errRefused = errors.New("there is no such call")

func (f fake) Do(command string) ([]string, error) {
	f.asked <- command
	if strings.HasPrefix(command, "hangup") {
		return nil, errRefused
	}
	return []string{"one", "two"}, nil
}

func (fake) Status() any { return map[string]string{"state": "idle"} }

func serve(t *testing.T) (path string, f fake, s *Server) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "private", "phone.sock")
	f = fake{make(chan string, 10)}
	s, err := Listen(path, "sip:a@b", f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return path, f, s
}

func dial(t *testing.T, path string) *Client {
	t.Helper()
	c, err := Dial(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestCommands(t *testing.T) {
	path, f, _ := serve(t)
	c := dial(t, path)
	if c.Greeting.Line != "sip:a@b" {
		t.Errorf("greeted by %+v", c.Greeting)
	}
	r, err := c.Do("call *1814085551234")
	if err != nil || len(r.Answer) != 2 || <-f.asked != "call *1814085551234" {
		t.Errorf("%+v %v", r, err)
	}
	if _, err := c.Do("hangup c9"); err == nil || err.Error() != errRefused.Error() {
		t.Errorf("error %v", err)
	}
	if r, err := c.Do(Status); err != nil || string(r.Status) != `{"state":"idle"}` {
		t.Errorf("%+v %v", r, err)
	}
}

func TestEvents(t *testing.T) {
	path, _, s := serve(t)
	listener, other := dial(t, path), dial(t, path)
	if _, err := listener.Do(Events); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write([]byte(`{"event":"ringing"}` + "\n")); err != nil {
		t.Fatal(err)
	}
	if line, err := listener.Line(); err != nil || string(line) != `{"event":"ringing"}` {
		t.Errorf("%s %v", line, err)
	}
	if _, err := other.Do(Status); err != nil { // and nothing came before its answer
		t.Error(err)
	}
	// A command among events finds its own answer.
	s.Write([]byte(`{"event":"answered"}` + "\n"))
	if r, err := listener.Do(Status); err != nil || r.Status == nil {
		t.Errorf("%+v %v", r, err)
	}
}

// Who does not read is cut off, and holds up nobody.
func TestSlowReader(t *testing.T) {
	path, _, s := serve(t)
	c := dial(t, path)
	if _, err := c.Do(Events); err != nil {
		t.Fatal(err)
	}
	line := []byte(`"` + strings.Repeat("x", 2000) + `"` + "\n")
	for range 100 * queueLength {
		s.Write(line)
	}
	if r, err := dial(t, path).Do(Status); err != nil || r.Status == nil {
		t.Errorf("others are held up: %v", err)
	}
}

func TestRubbish(t *testing.T) {
	path, _, _ := serve(t)
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	conn.Write([]byte("no json\n{\"id\":5,\"do\":\"status\"}\n" + strings.Repeat("a", 2*maxLine)))
	buf := make([]byte, 10000)
	got := ""
	for {
		n, err := conn.Read(buf)
		got += string(buf[:n])
		if err != nil {
			break
		}
	}
	if !strings.Contains(got, "not a request") || !strings.Contains(got, `{"id":5,"ok":true`) {
		t.Errorf("%s", got)
	}
	conn.Close()
}

func TestPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no mode bits")
	}
	path, _, _ := serve(t)
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", name, info.Mode().Perm(), err, want)
		}
	}
}

func TestOneAtATime(t *testing.T) {
	path, f, s := serve(t)
	if _, err := Listen(path, "", f); !errors.Is(err, ErrServed) {
		t.Errorf("error %v", err)
	}
	s.Close()
	if _, err := Dial(path); !errors.Is(err, ErrNobody) {
		t.Errorf("error %v", err)
	}
	// What a telephone that was killed leaves behind is no obstacle.
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	left.Close()
	again, err := Listen(path, "", f)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
	// A file that a wrong path names stays.
	if err := os.WriteFile(path, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(path, "", f); !errors.Is(err, ErrNoSocket) {
		t.Errorf("error %v", err)
	}
}

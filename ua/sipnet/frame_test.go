package sipnet

import (
	"bytes"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// raw speaks to an endpoint byte by byte.
func (w wires) raw(t *testing.T, at netip.AddrPort) net.Conn {
	t.Helper()
	c, err := w.streams.Dial(t.Context(), here.Addr(), at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// hear is what comes within a second.
func hear(c net.Conn) string {
	var out []byte
	buf := make([]byte, 4000)
	for {
		c.SetReadDeadline(time.Now().Add(time.Second))
		n, err := c.Read(buf)
		out = append(out, buf[:n]...)
		if err != nil {
			return string(out)
		}
	}
}

const options = "OPTIONS sip:b@x SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK%\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n"

// RFC 3261 18.3: messages of a stream are told apart by Content-Length, however
// TCP cuts them up, and several in one piece.
func TestFraming(t *testing.T) {
	for name, tt := range map[string]struct {
		pieces []string
		want   int
		closed bool
	}{
		"one":                    {[]string{options + "Content-Length: 0\r\n\r\n"}, 1, false},
		"two at once":            {[]string{options + "Content-Length: 0\r\n\r\n" + strings.Replace(options, "%", "2", 1) + "l: 3\r\n\r\nabc"}, 2, false},
		"in halves":              {[]string{options + "Content-Len", "gth: 4\r\n\r\nab", "cd"}, 1, false},
		"after empty lines":      {[]string{"\r\n", options + "Content-Length: 0\r\n\r\n"}, 1, false},
		"no length":              {[]string{options + "\r\n"}, 0, true},
		"a folded length":        {[]string{options + "Content-Length:\r\n \r\n\t3\r\n\r\nabc" + strings.Replace(options, "%", "2", 1) + "l: 0\r\n\r\n"}, 2, false},
		"negative length":        {[]string{options + "Content-Length: -9\r\n\r\n"}, 0, true},
		"lengths that disagree":  {[]string{options + "Content-Length: 0\r\nl: 4\r\n\r\nabcd"}, 0, true},
		"longer than a message":  {[]string{options + "Content-Length: 99999\r\n\r\n"}, 0, true},
		"a header without end":   {[]string{strings.Repeat("x", 20000), strings.Repeat("y", 20000)}, 0, true},
		"never the rest of it":   {[]string{options}, 0, false},
		"something else than it": {[]string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n"}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWires()
				b := w.endpoint(t, there, &taken{status: 200})
				c := w.raw(t, there)
				for _, p := range tt.pieces {
					c.Write([]byte(p))
					time.Sleep(time.Second)
				}
				if got := strings.Count(hear(c), "SIP/2.0 200"); got != tt.want {
					t.Errorf("%d answers, want %d", got, tt.want)
				}
				if _, err := c.Write([]byte("\r\n")); (err != nil) != tt.closed {
					t.Errorf("write after it: %v; closed should be %v", err, tt.closed)
				}
				c.Close()
				closeAll(b)
			})
		})
	}
}

// A message that has begun has 32 s to arrive, also if a little of it does all the
// time; a silent connection has for ever, and one whose messages are whole.
func TestHalfMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		b := w.endpoint(t, there, &taken{})
		idle, half, slow, busy := w.raw(t, there), w.raw(t, there), w.raw(t, there), w.raw(t, there)
		half.Write([]byte(options))
		slow.Write([]byte("OPTIONS "))
		const whole = options + "Content-Length: 0\r\n\r\n"
		for range partLimit / time.Second {
			time.Sleep(time.Second)
			slow.Write([]byte("x"))
			busy.Write([]byte(whole + whole[:4]))
			busy.Write([]byte(whole[4:]))
		}
		time.Sleep(time.Second)
		for name, c := range map[string]net.Conn{"half": half, "a slow": slow} {
			if _, err := c.Write([]byte("x")); err == nil {
				t.Errorf("%s message was waited for without end", name)
			}
		}
		if _, err := busy.Write([]byte("\r\n")); err != nil {
			t.Errorf("a busy connection was closed: %v", err)
		}
		busy.Close()
		if _, err := idle.Write([]byte("\r\n")); err != nil {
			t.Errorf("an idle connection was closed: %v", err)
		}
		idle.Close()
		closeAll(b)
	})
}

// Raw bytes of both kinds pass the screen, whole and before anything parses them.
func TestScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		h := &taken{status: 200}
		b := w.endpoint(t, there, h, func(c *Config) {
			c.Screen = func(from Hop, raw []byte) (pass, reply []byte) {
				switch {
				case bytes.Contains(raw, []byte("refuse")):
					return nil, []byte("SIP/2.0 499 " + from.Transport.String() + "\r\n\r\n")
				case bytes.Contains(raw, []byte("ignore")):
					return nil, nil
				}
				return raw, nil
			}
		})
		c := w.raw(t, there)
		for _, subject := range []string{"refuse", "ignore", "take"} {
			c.Write([]byte(options + "Subject: " + subject + "\r\nContent-Length: 0\r\n\r\n"))
		}
		if got := hear(c); strings.Count(got, "SIP/2.0 ") != 2 || !strings.Contains(got, "499 tcp") || !strings.Contains(got, "200") {
			t.Errorf("TCP: %q", got)
		}
		c.Write([]byte(options + "Subject: refuse\r\nContent-Length: -1\r\n\r\n"))
		if got := hear(c); !strings.Contains(got, "499 tcp") {
			t.Errorf("a message without an end: %q", got)
		}
		if _, err := c.Write([]byte("x")); err == nil {
			t.Error("the connection is still open")
		}
		c.Close()
		u, err := w.Listen(here)
		if err != nil {
			t.Fatal(err)
		}
		u.WriteToUDPAddrPort([]byte(options+"Subject: refuse\r\n\r\n"), there)
		buf := make([]byte, 100)
		if n, _, err := u.ReadFromUDPAddrPort(buf); err != nil || !bytes.HasPrefix(buf[:n], []byte("SIP/2.0 499 udp")) {
			t.Errorf("UDP: %q %v", buf[:n], err)
		}
		u.Close()
		closeAll(b)
	})
}

// Every strict prefix of a message is not yet one, and what follows it does not
// change where it ends.
func TestFramePrefixes(t *testing.T) {
	msg := []byte(options + "Content-Length: 5\r\n\r\nhello")
	for n := range msg {
		if kind, _ := frame(msg[:n]); kind != pieceNone {
			t.Errorf("%d of %d bytes are %v", n, len(msg), kind)
		}
	}
	for _, more := range []string{"", "\r\n\r\n", "INVITE"} {
		if kind, n := frame(append(bytes.Clone(msg), more...)); kind != pieceMessage || n != len(msg) {
			t.Errorf("with %q behind it: %v, %d bytes", more, kind, n)
		}
	}
}

// Whatever arrives: a piece lies within it, and a message ends at the same octet
// however the stream is cut up.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		"", "\r", "\r\n", "\r\n\r\n", options + "\r\n", options + "Content-Length: 2\r\n\r\nab", options + "l : 0\r\nContent-Length: 1\r\n\r\nx",
		options + "Content-Length: 99999999999999\r\n\r\n", "A\r\n: \r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		kind, n := frame(data)
		if n < 0 || n > len(data) || kind == pieceNone && n != 0 || kind != pieceNone && n == 0 {
			t.Fatalf("%v of %d bytes in %d", kind, n, len(data))
		}
		if kind != pieceMessage {
			return
		}
		if again, m := frame(data[:n]); again != kind || m != n {
			t.Fatalf("alone it is %v of %d bytes, not %d", again, m, n)
		}
		for m := range min(n, 2000) {
			if part, _ := frame(data[:m]); part != pieceNone {
				t.Fatalf("%d of its %d bytes are %v", m, n, part)
			}
		}
	})
}

package sipnet

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// Every message is told once, whatever carries it: what arrives before it is
// judged, what leaves whoever wrote it. Keepalives are not.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWires()
		var mu sync.Mutex
		var told []string
		b := w.endpoint(t, there, &taken{status: 200}, func(c *Config) {
			c.Screen = func(_ Hop, raw []byte) (pass, reply []byte) {
				if strings.Contains(string(raw), "refuse") {
					return nil, []byte("SIP/2.0 499 No\r\n\r\n")
				}
				return raw, nil
			}
			c.Watch = func(hop Hop, sent bool, raw []byte) {
				mu.Lock()
				defer mu.Unlock()
				first, _, _ := strings.Cut(string(raw), "\r\n")
				told = append(told, hop.Transport.String()+map[bool]string{true: " > ", false: " < "}[sent]+first)
			}
		})
		c := w.raw(t, there)
		c.Write([]byte("\r\n\r\n"))
		for _, subject := range []string{"refuse", "take"} {
			c.Write([]byte(options + "Subject: " + subject + "\r\nContent-Length: 0\r\n\r\n"))
			synctest.Wait()
		}
		hear(c)
		c.Close()
		u, err := w.Listen(here)
		if err != nil {
			t.Fatal(err)
		}
		u.WriteToUDPAddrPort([]byte(options+"Subject: refuse\r\n\r\n"), there)
		synctest.Wait()
		u.Close()
		closeAll(b)
		request, _, _ := strings.Cut(options, "\r\n")
		want := strings.Join([]string{
			"tcp < " + request, "tcp > SIP/2.0 499 No",
			"tcp < " + request, "tcp > SIP/2.0 200 Because",
			"udp < " + request, "udp > SIP/2.0 499 No",
		}, "\n")
		if got := strings.Join(told, "\n"); got != want {
			t.Errorf("told:\n%s\nwant:\n%s", got, want)
		}
	})
}

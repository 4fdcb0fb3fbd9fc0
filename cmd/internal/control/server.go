package control

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Phone is what is controlled. Its methods may be called from anywhere.
type Phone interface {
	Do(command string) (answer []string, err error)
	Status() any // for JSON
}

// Server takes control connections until Close.
type Server struct {
	phone    Phone
	greeting Greeting
	listener net.Listener
	wg       sync.WaitGroup

	mu      sync.Mutex
	clients map[*client]bool
	closed  bool
}

// maxClients at once; more are turned away.
const maxClients = 32

// Listen serves a phone at a path, where only the user can reach it. What a
// telephone that died has left there is replaced.
func Listen(path, line string, phone Phone) (*Server, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	if conn, err := net.Dial("unix", path); err == nil {
		_ = conn.Close()
		return nil, fmt.Errorf("control: %s: %w", path, ErrServed)
	}
	if err := removeSocket(path); err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	l, err := listenPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	s := &Server{phone: phone, greeting: Greeting{Version, line}, listener: l, clients: map[*client]bool{}}
	s.wg.Go(s.accept)
	return s, nil
}

// removeSocket takes a socket away, and nothing else that a wrong path names.
func removeSocket(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type()&os.ModeSocket == 0:
		return fmt.Errorf("%s: %w", path, ErrNoSocket)
	}
	return os.Remove(path)
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		c := &client{server: s, conn: conn, out: make(chan []byte, queueLength), over: make(chan struct{})}
		if !s.add(c) {
			_ = conn.Close()
			continue
		}
		s.wg.Go(c.write)
		s.wg.Go(c.read)
	}
}

func (s *Server) add(c *client) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.clients) >= maxClients {
		return false
	}
	s.clients[c] = true
	return true
}

func (s *Server) remove(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
}

// Write sends a line of JSON, an event, to everybody who asked for events. It is
// an io.Writer for say.JSON, and never waits: who does not read is cut off.
func (s *Server) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.clients {
		if c.events {
			c.send(append([]byte{}, line...))
		}
	}
	return len(line), nil
}

// Close ends every connection.
func (s *Server) Close() error {
	err := s.listener.Close() // takes the socket away too
	s.mu.Lock()
	s.closed = true
	for c := range s.clients {
		c.end()
	}
	s.mu.Unlock()
	s.wg.Wait()
	return err
}

// queueLength lines wait for a client that reads slowly.
const queueLength = 256

// client is one connection: a goroutine reads, another writes.
type client struct {
	server *Server
	conn   net.Conn
	out    chan []byte
	once   sync.Once
	over   chan struct{}
	events bool // wants them; under the server's lock
}

func (c *client) end() {
	c.once.Do(func() {
		close(c.over)
		// What is queued may still leave; nobody waits long for it.
		_ = c.conn.SetDeadline(time.Now().Add(time.Second))
	})
}

// send never waits.
func (c *client) send(line []byte) {
	select {
	case <-c.over:
	case c.out <- line:
	default:
		c.end()
	}
}

func (c *client) sendJSON(v any) {
	if line, err := json.Marshal(v); err == nil {
		c.send(append(line, '\n'))
	}
}

func (c *client) write() {
	defer c.conn.Close()
	for {
		select {
		case line := <-c.out:
			if _, err := c.conn.Write(line); err != nil {
				c.end()
				return
			}
		case <-c.over:
			for {
				select {
				case line := <-c.out:
					if _, err := c.conn.Write(line); err != nil {
						return
					}
				default:
					return
				}
			}
		}
	}
}

func (c *client) read() {
	defer c.server.remove(c)
	defer c.end()
	c.sendJSON(c.server.greeting)
	lines := bufio.NewScanner(c.conn)
	lines.Buffer(make([]byte, 0, 512), maxLine)
	for lines.Scan() {
		var r Request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			c.sendJSON(Response{Error: "not a request: " + err.Error()})
			continue
		}
		c.sendJSON(c.do(r))
	}
}

func (c *client) do(r Request) Response {
	res := Response{ID: r.ID, OK: true}
	var err error
	switch r.Do {
	case Events:
		c.server.mu.Lock()
		c.events = true
		c.server.mu.Unlock()
	case Status:
		res.Status, err = json.Marshal(c.server.phone.Status())
	default:
		res.Answer, err = c.server.phone.Do(r.Do)
	}
	if err != nil {
		res.OK, res.Error = false, err.Error()
	}
	return res
}

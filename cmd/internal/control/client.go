package control

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
)

// Client talks to a running telephone. One goroutine uses it.
type Client struct {
	Greeting Greeting

	conn  net.Conn
	lines *bufio.Scanner
	next  int
}

// Dial connects to the telephone at a path.
func Dial(path string) (*Client, error) {
	conn, err := net.Dial("unix", path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, ErrNobody)
	}
	c := &Client{conn: conn, lines: bufio.NewScanner(conn)}
	c.lines.Buffer(nil, 1<<20)
	line, err := c.Line()
	if err == nil {
		err = json.Unmarshal(line, &c.Greeting)
	}
	if err == nil && c.Greeting.Version != Version {
		err = fmt.Errorf("%w: %d, not %d", ErrVersion, c.Greeting.Version, Version)
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// Line is the next line as it came.
func (c *Client) Line() ([]byte, error) {
	if !c.lines.Scan() {
		if err := c.lines.Err(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	return c.lines.Bytes(), nil
}

// Do sends a command and waits for what comes of it. Its error is the phone's.
func (c *Client) Do(command string) (Response, error) {
	c.next++
	request, err := json.Marshal(Request{c.next, command})
	if err != nil {
		return Response{}, err
	}
	if _, err := c.conn.Write(append(request, '\n')); err != nil {
		return Response{}, err
	}
	for {
		line, err := c.Line()
		if err != nil {
			return Response{}, err
		}
		var r Response
		if err := json.Unmarshal(line, &r); err != nil || r.ID != c.next {
			continue // an event
		}
		if !r.OK {
			return r, errors.New(r.Error)
		}
		return r, nil
	}
}

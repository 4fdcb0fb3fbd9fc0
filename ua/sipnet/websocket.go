package sipnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

// ErrNoWebSocket: what answers is no WebSocket server, or none for SIP.
var ErrNoWebSocket = errors.New("what answers there is no WebSocket server for SIP: check the port of line.proxy, and line.websocket_path")

// wsProtocol is the subprotocol of RFC 7118 section 4.
const wsProtocol = "sip"

// wsPing is empty: each pong answers for the latest (RFC 6455 5.5.3).
var wsPing = ws.MustCompileFrame(ws.MaskFrame(ws.NewPingFrame(nil)))

// wsText is a message as a client's frame: masked (RFC 6455 5.3), which hides it
// from nobody.
func wsText(msg []byte) []byte {
	return ws.MustCompileFrame(ws.MaskFrame(ws.NewTextFrame(msg)))
}

// wsReader takes messages out of frames.
type wsReader struct {
	wsutil.Reader
	s *stream
}

// upgrade makes a WebSocket of a connection (RFC 6455 section 4.1). name is the host
// that was asked for.
func upgrade(ctx context.Context, s *stream, name, path string) (*wsReader, error) {
	limit, _ := ctx.Deadline()
	if err := s.Conn.SetDeadline(limit); err != nil {
		return nil, err
	}
	dialer := ws.Dialer{Protocols: []string{wsProtocol}}
	early, shake, err := dialer.Upgrade(s.Conn, wsURL(s.hop, name, path))
	switch {
	case err != nil && !refusedToUpgrade(err):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w (%s)", ErrNoWebSocket, printable(err.Error()))
	case shake.Protocol != wsProtocol:
		return nil, fmt.Errorf("%w (it does not speak the subprotocol sip)", ErrNoWebSocket)
	}
	r := &wsReader{s: s}
	r.Reader = wsutil.Reader{Source: s.Conn, State: ws.StateClientSide, MaxFrameSize: maxMessage, OnIntermediate: r.control}
	if early != nil { // the first frames came with the answer
		r.Source = early
	}
	return r, s.Conn.SetDeadline(time.Time{})
}

// refusedToUpgrade: there was an answer, and it is another one.
func refusedToUpgrade(err error) bool {
	var network net.Error
	return !errors.As(err, &network) && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF)
}

func wsURL(hop Hop, name, path string) *url.URL {
	if a, err := netip.ParseAddr(name); err == nil {
		name = HostText(a)
	}
	if hop.Addr.Port() != hop.Transport.Port() {
		name += ":" + strconv.Itoa(int(hop.Addr.Port()))
	}
	u, err := url.ParseRequestURI(path)
	if err != nil {
		u = &url.URL{} // the root
	}
	u.Scheme, u.Host = hop.Transport.String(), name
	return u
}

// next is the next message, which may be nothing but line ends.
func (r *wsReader) next() ([]byte, error) {
	for {
		if err := r.s.Conn.SetReadDeadline(time.Time{}); err != nil {
			return nil, err
		}
		h, err := r.NextFrame()
		if err != nil {
			return nil, err
		}
		r.s.touch()
		if err := r.s.Conn.SetReadDeadline(time.Now().Add(partLimit)); err != nil {
			return nil, err
		}
		if h.OpCode.IsControl() {
			if err := r.control(h, r); err != nil {
				return nil, err
			}
			continue
		}
		msg, err := io.ReadAll(io.LimitReader(r, maxMessage+1))
		if err == nil && len(msg) > maxMessage {
			err = wsutil.ErrFrameTooLarge
		}
		return msg, err
	}
}

// control answers a ping and takes a pong, also in the midst of a message that comes
// in pieces. A far end that says goodbye is gone.
func (r *wsReader) control(h ws.Header, in io.Reader) error {
	text := make([]byte, min(h.Length, ws.MaxControlFramePayloadSize))
	if _, err := io.ReadFull(in, text); err != nil {
		return err
	}
	switch h.OpCode {
	case ws.OpPing:
		r.s.queued(ws.MustCompileFrame(ws.MaskFrame(ws.NewPongFrame(text))), nil)
	case ws.OpPong:
		r.s.pong()
	case ws.OpClose:
		return io.EOF
	}
	return nil
}

// nextFramed is next for a WebSocket.
func (s *stream) nextFramed() ([]byte, error) {
	for {
		raw, err := s.frames.next()
		if err != nil {
			return nil, err
		}
		if len(bytes.Trim(raw, "\r\n")) == 0 {
			s.lineEnds(bytes.Count(raw, []byte("\r\n")))
			continue
		}
		if pass := s.judge(raw); pass != nil {
			return pass, nil
		}
	}
}

// lineEnds are a keepalive in its older form (RFC 5626 3.5.1).
func (s *stream) lineEnds(n int) {
	switch n {
	case 1:
		s.pong()
	case 2:
		s.enqueue([]byte("\r\n"))
	}
}

package sipnet

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	// udpLimit: a longer request goes by a stream where the path's MTU is not
	// known (RFC 3261 18.1.1): UDP would carry it in fragments, which many
	// routers drop.
	udpLimit = 1300
	// sizeLimit is how long a long request waits for a connection before it goes
	// by UDP after all. Who refuses streams does so at once; who drops the SYN
	// costs this, and a call's second stage waits 16 s for each of its answers.
	sizeLimit = time.Second
	// refusedFor is how long streams are not tried again where they failed.
	refusedFor = 5 * time.Minute
	maxRefused = 256
)

// sizes remembers where streams do not get through.
type sizes struct {
	mu      sync.Mutex
	refused map[netip.AddrPort]time.Time
}

func (s *sizes) refuse(at netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused == nil || len(s.refused) >= maxRefused {
		s.refused = map[netip.AddrPort]time.Time{}
	}
	s.refused[at] = time.Now()
}

func (s *sizes) refuses(at netip.AddrPort) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	when, ok := s.refused[at]
	return ok && time.Since(when) < refusedFor
}

// route is the hop that a request really takes: what its Via says if it brings
// one, TCP instead of UDP if it is long.
func (e *Endpoint) route(req *sip.Request, dst Hop) Hop {
	if via := req.Via(); via != nil {
		dst.Transport = Transport(strings.ToLower(via.Transport))
		return dst
	}
	if !dst.Transport.Datagram() || e.sockets.DialTCP == nil || e.sizes.refuses(dst.Addr) {
		return dst
	}
	if len(req.String())+viaRoom > udpLimit {
		dst.Transport = TCP
	}
	return dst
}

// viaRoom is what the Via and Content-Length that are yet to come add.
const viaRoom = 120

package rtpstream

import (
	"strconv"
	"strings"
	"sync/atomic"
)

// cause says why a packet that arrived is not played.
type cause uint8

const (
	accepted cause = iota

	// No RTP that can be read.
	badVersion   // STUN, DTLS, noise
	cutShort     // less than a header
	badCSRC      // more contributing sources than octets
	badExtension // a header extension beyond the packet, or elements beyond it
	badPadding   // none, or more than the payload
	tooLong      // no speech has that length
	shortEvent   // a telephone event without its four octets

	// RTP that is no speech.
	otherType   // of a payload type that was not agreed on
	empty       // keepalive
	controlling // RTCP

	// Speech that is not the stream's.
	ownSSRC      // reflected
	strange      // another source or SSRC beside a clear stream that goes on
	notAuthentic // under keys, neither authentic nor the clear stream
	clearRefused // the clear stream, when it is not played any more
	seenBefore   // replayed, or too old to tell
	manySSRCs    // more new ones than a call may have

	noReport // on the port of RTCP: no report of the peer, or too many at once

	causes
)

func (c cause) String() string {
	return [...]string{
		"accepted", "version", "cut short", "csrc", "extension", "padding", "too long", "short event",
		"payload type", "empty", "rtcp", "own ssrc", "stranger", "not authentic", "clear", "replayed", "many ssrcs",
		"no report",
	}[c]
}

// Refusals are packets that arrived and were not played, by cause.
type Refusals [causes]uint64

// String lists those that there are: "version 3, padding 1".
func (r Refusals) String() string {
	var list []string
	for c, n := range r {
		if n != 0 {
			list = append(list, cause(c).String()+" "+strconv.FormatUint(n, 10))
		}
	}
	return strings.Join(list, ", ")
}

func (r *Refusals) sum(from, to cause) (n uint64) {
	for _, v := range r[from : to+1] {
		n += v
	}
	return n
}

// refusals are Refusals that are being counted.
type refusals [causes]atomic.Uint64

func (r *refusals) add(c cause) { r[c].Add(1) }

func (r *refusals) load() (list Refusals) {
	for c := range r {
		list[c] = r[c].Load()
	}
	return list
}

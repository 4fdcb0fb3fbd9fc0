package ua

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"star18/audio"
	"star18/audio/rtpstream"
)

// complete fills in what was left empty and refuses what cannot work.
func (c *Config) complete() error {
	c.fillIn()
	if err := cmp.Or(c.checkLine(), c.checkTransport(), c.checkWords(), c.Calls.complete()); err != nil {
		return err
	}
	c.reachNetwork() // not before: a network that was replaced may lack streams
	return nil
}

// fillIn gives what was left empty its default.
func (c *Config) fillIn() {
	setDefault(&c.AuthUser, c.User)
	setDefault(&c.Proxy, c.Domain)
	setDefault(&c.UserAgent, "star18")
	setDefault(&c.Expires, time.Hour)
	setDefault(&c.RTP.Ptime, 20*time.Millisecond)
	setDefault(&c.Secure.Method, MethodXSipura)
	setDefault(&c.Keys, KeysAuto)
	setDefault(&c.Hold, HoldSendOnly)
	if len(c.Secure.Transforms) == 0 {
		c.Secure.Transforms = rtpstream.Transforms()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.NewCodec == nil {
		c.NewCodec = audio.NewCodec
	}
	if c.OpenDevice == nil {
		c.OpenDevice = func(rate int) (audio.Device, error) { return audio.NewSilence(rate), nil }
	}
}

// checkLine refuses a line that nobody could call, or that could not speak.
func (c *Config) checkLine() error {
	switch {
	case !ValidUser(c.User):
		return fmt.Errorf("%w: line.user %q is not a SIP user", ErrConfig, c.User)
	case c.Domain == "" || !ValidHost(c.Domain):
		return fmt.Errorf("%w: line.domain %q is not a host", ErrConfig, c.Domain)
	case c.RTP.PortMin < 1 || c.RTP.PortMax > 65535 || c.RTP.PortMax < c.RTP.PortMin:
		return fmt.Errorf("%w: rtp.port_min %d to rtp.port_max %d is no range", ErrConfig, c.RTP.PortMin, c.RTP.PortMax)
	case strings.Trim(c.Instance, "0123456789abcdef-") != "":
		return fmt.Errorf("%w: instance %q is no UUID", ErrConfig, c.Instance)
	case len(c.Codecs) == 0:
		return fmt.Errorf("%w: audio.codecs is empty", ErrConfig)
	}
	return nil
}

// checkWords refuses a word that is none of those that a key may have.
func (c *Config) checkWords() error {
	if err := cmp.Or(c.Secure.Method.Validate(), c.Keys.Validate(), c.Hold.Validate()); err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	for _, t := range c.Secure.Transforms {
		if _, err := rtpstream.ParseTransform(t.String()); err != nil {
			return fmt.Errorf("%w: secure.wire.transforms: %w", ErrConfig, err)
		}
	}
	return nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// splitListen reads sip.listen: "", "host", "host:port", ":port".
func splitListen(text string) (netip.Addr, uint16, error) {
	if text == "" {
		return netip.Addr{}, 0, nil
	}
	host, portText, err := net.SplitHostPort(text)
	if err != nil {
		host, portText = text, "0"
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return netip.Addr{}, 0, fmt.Errorf("%w: sip.listen %q: the port is no number", ErrConfig, text)
	}
	if host == "" {
		return netip.Addr{}, uint16(port), nil
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}, 0, fmt.Errorf("%w: sip.listen %q: the host must be an IP address of this machine", ErrConfig, text)
	}
	return addr, uint16(port), nil
}

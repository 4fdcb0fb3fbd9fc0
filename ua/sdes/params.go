package sdes

import (
	"strconv"
	"strings"
)

// RFC 3711 9.2: a master key protects at most 2^48 SRTP packets. RFC 4568 9.2:
// an MKI has 1 to 128 octets. RFC 4568 6.3.7: a window has at least 64 packets.
const (
	maxLifetimePower = 48
	maxMKI           = 128
	minWindow        = 64
)

// checkKeyInfo judges what follows the key: a lifetime, an MKI, or both in this
// order.
func checkKeyInfo(parts []string) error {
	if len(parts) > 0 && !strings.Contains(parts[0], ":") {
		if err := checkLifetime(parts[0]); err != nil {
			return err
		}
		parts = parts[1:]
	}
	switch {
	case len(parts) == 0:
		return nil
	case len(parts) > 1 || !isMKI(parts[0]):
		return ErrSyntax
	}
	return ErrMKI
}

// checkLifetime reads "2^20" or "1066", a number of packets.
func checkLifetime(text string) error {
	power, isPower := strings.CutPrefix(text, "2^")
	if !digits(power) {
		return ErrSyntax
	}
	n, err := strconv.ParseUint(power, 10, 64)
	switch {
	case err != nil, isPower && n > maxLifetimePower, !isPower && (n == 0 || n > 1<<maxLifetimePower):
		return ErrLifetime
	}
	return nil
}

// isMKI recognises "1:4": a number and its length in octets.
func isMKI(text string) bool {
	value, length, ok := strings.Cut(text, ":")
	n, err := strconv.ParseUint(length, 10, 8)
	return ok && digits(value) && digits(length) && err == nil && n >= 1 && n <= maxMKI
}

// checkParameters passes session parameters that change nothing for us: a hint
// about the replay window, and extensions that may be ignored, which begin with
// a dash (RFC 4568 6.3.7, 6.3.8). Any other changes the packets, or is unknown
// and makes the attribute invalid.
func checkParameters(list []string) error {
	for _, p := range list {
		window, isWindow := strings.CutPrefix(strings.ToUpper(p), "WSH=")
		switch {
		case strings.HasPrefix(p, "-") && len(p) > 1:
		case isWindow && digits(window):
			if n, err := strconv.Atoi(window); err != nil || n < minWindow {
				return ErrParameter
			}
		default:
			return ErrParameter
		}
	}
	return nil
}

package securecall

import (
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Expiry is the moment from which a certificate is no longer valid, as the
// certificate holds it: twelve digits HHMMSSMMDDYY, year 20YY, no zone.
type Expiry [expiryLen]byte

// ErrExpiry is wrapped by every refusal of a date.
var ErrExpiry = errors.New("not an expiry date")

const (
	century      = "20"
	digitLayout  = "15040501022006" // the twelve digits with their century
	vendorLayout = "15:04:05 1/2/2006"
)

// The layouts of ISO 8601 that people write. offsetLayouts name their zone
// themselves.
var (
	offsetLayouts = []string{time.RFC3339, "2006-01-02T15:04Z07:00"}
	isoLayouts    = []string{
		"2006-01-02T15:04:05", "2006-01-02 15:04:05",
		"2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly,
	}
)

// The shapes keep time.Parse from its kindness: it takes one-digit hours and
// fractions of a second that nobody asked for.
var (
	digitShape  = regexp.MustCompile(`^\d{12}$`)
	vendorShape = regexp.MustCompile(`^\d\d:\d\d:\d\d \d{1,2}/\d{1,2}/\d\d$`)
	isoShape    = regexp.MustCompile(`^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?$`)
	offsetShape = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$`)
)

// ParseExpiry takes the vendor's "HH:MM:SS M/D/YY" (34 is 2034), the twelve
// digits, and ISO dates and date-times; a date alone is its first second. An
// ISO time with an offset is converted to zone, every other form is in it
// already and keeps its digits. Dates that no calendar has are refused.
func ParseExpiry(s string, zone Zone) (Expiry, error) {
	switch n := len(s); {
	case digitShape.MatchString(s):
		return parseIn(s, s[:n-2]+century+s[n-2:], digitLayout)
	case vendorShape.MatchString(s):
		return parseIn(s, s[:n-2]+century+s[n-2:], vendorLayout)
	case isoShape.MatchString(s):
		return parseIn(s, s, isoLayouts...)
	case offsetShape.MatchString(s):
		return parseOffset(s, zone)
	}
	return Expiry{}, fmt.Errorf("%w: %q; write HH:MM:SS M/D/YY, HHMMSSMMDDYY or YYYY-MM-DD", ErrExpiry, s)
}

// parseIn reads full, which is what the user wrote with a four-digit year.
func parseIn(written, full string, layouts ...string) (Expiry, error) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, full); err == nil {
			return expiryAt(t)
		}
	}
	return Expiry{}, fmt.Errorf("%w: %q is no time of any calendar", ErrExpiry, written)
}

func parseOffset(s string, zone Zone) (Expiry, error) {
	for _, layout := range offsetLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return expiryAt(t.In(zone.location()))
		}
	}
	return Expiry{}, fmt.Errorf("%w: %q is no time of any calendar", ErrExpiry, s)
}

func expiryAt(t time.Time) (Expiry, error) {
	if t.Year() < 2000 || t.Year() > 2099 {
		return Expiry{}, fmt.Errorf("%w: year %d does not fit: a certificate holds 2000 to 2099", ErrExpiry, t.Year())
	}
	d := t.Format(digitLayout)
	return Expiry([]byte(d[:10] + d[12:])), nil
}

// Time is the expiry in zone. It fails for digits that are no date, which a
// certificate from elsewhere may hold.
func (e Expiry) Time(zone Zone) (time.Time, error) {
	if !digitShape.Match(e[:]) {
		return time.Time{}, fmt.Errorf("%w: %q", ErrExpiry, e.String())
	}
	full := string(e[:10]) + century + string(e[10:])
	// Judged in UTC, where every hour of the calendar exists, and only then
	// read in a zone that may skip one.
	if _, err := time.Parse(digitLayout, full); err != nil {
		return time.Time{}, fmt.Errorf("%w: %q", ErrExpiry, e.String())
	}
	return time.ParseInLocation(digitLayout, full, zone.location())
}

// String is the twelve digits, made safe to print.
func (e Expiry) String() string { return printable(e[:]) }

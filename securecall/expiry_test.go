package securecall

import (
	"errors"
	"testing"
	"time"
)

func TestParseExpiry(t *testing.T) {
	for in, want := range map[string]string{
		"00:00:00 1/1/34":           "000000010134", // the vendor's example
		"23:59:59 12/31/99":         "235959123199", // 2099, not 1999
		"01:02:03 4/5/00":           "010203040500",
		"01:02:03 04/05/06":         "010203040506",
		"000000010134":              "000000010134",
		"000000022968":              "000000022968", // 2068 is a leap year
		"000000022996":              "000000022996", // so is 2096
		"2034-01-01":                "000000010134",
		"2034-01-01T12:34":          "123400010134",
		"2034-01-01 12:34:56":       "123456010134",
		"2034-01-01T12:34:56":       "123456010134",
		"2034-01-01T12:34:56Z":      "123456010134",
		"2034-01-01T00:30+02:00":    "223000123133",
		"2034-01-01T00:30:00-02:00": "023000010134",
	} {
		if got, err := ParseExpiry(in, UTC); err != nil || got.String() != want {
			t.Errorf("%q: %v, %v; want %s", in, got, err, want)
		}
	}
}

func TestParseExpiryRefuses(t *testing.T) {
	for _, in := range []string{
		"", "never", "1/1/34", "00:00 1/1/34", "0:00:00 1/1/34", "00:00:00 1/1/2034",
		"24:00:00 1/1/34", "00:60:00 1/1/34", "00:00:60 1/1/34",
		"00:00:00 0/1/34", "00:00:00 13/1/34", "00:00:00 1/0/34", "00:00:00 1/32/34",
		"00:00:00 2/29/34", "00:00:00 2/30/36", "00:00:00 4/31/34", "00:00:00.5 1/1/34",
		"000000022999", "240000010134", "00000001013", "0000000101340", "000000 10134", "-00000010134",
		"1999-12-31", "2100-01-01", "2034-02-29", "2034-13-01", "2034-1-1", "2034-01-01T24:00",
		"2034-01-01T00:00:00.5Z", "2034-01-01Z", "1999-12-31T23:00-00:30", "2099-12-31T23:59:59-00:01",
		"٠٠٠٠٠٠٠١٠١٣٤", "000000010134\n",
	} {
		if got, err := ParseExpiry(in, UTC); !errors.Is(err, ErrExpiry) {
			t.Errorf("%q: %v, %v; want a refusal", in, got, err)
		}
	}
}

func TestOffsetIsConvertedToTheZone(t *testing.T) {
	defer func(l *time.Location) { time.Local = l }(time.Local)
	time.Local = time.FixedZone("east", 3*3600)
	for in, want := range map[string]string{
		"2034-01-01T00:00:00Z": "030000010134",
		"2034-01-01T00:00:00":  "000000010134", // no offset: the zone's own
		"00:00:00 1/1/34":      "000000010134",
	} {
		got, err := ParseExpiry(in, Local)
		if err != nil || got.String() != want {
			t.Errorf("%q: %v, %v; want %s", in, got, err, want)
		}
		if at, err := got.Time(Local); err != nil || at.Format(digitLayout) != want[:10]+"20"+want[10:] {
			t.Errorf("%q: read back as %v, %v", in, at, err)
		}
	}
}

// An hour that daylight saving skips is a date all the same: it is what the
// certificate says, and signing it again must give the same bytes.
func TestSkippedHourKeepsItsDigits(t *testing.T) {
	defer func(l *time.Location) { time.Local = l }(time.Local)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zone data here")
	}
	time.Local = berlin
	e, err := ParseExpiry("02:30:00 3/26/34", Local)
	if err != nil || e.String() != "023000032634" {
		t.Fatalf("%v, %v", e, err)
	}
	if _, err := e.Time(Local); err != nil {
		t.Error(err)
	}
}

func TestZone(t *testing.T) {
	if UTC.Validate() != nil || Local.Validate() != nil {
		t.Error("a zone of ours is refused")
	}
	for _, z := range []Zone{"", "UTC", "Europe/Berlin"} {
		if z.Validate() == nil {
			t.Errorf("%q is accepted", z)
		}
	}
}

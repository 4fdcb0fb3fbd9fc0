package securecall

import (
	"fmt"
	"time"
)

// Zone is how the twelve digits of an expiry are read, for nothing in the
// certificate says: the secure.expiry_zone setting.
type Zone string

// The zones.
const (
	UTC   Zone = "utc"
	Local Zone = "local"
)

// String implements fmt.Stringer.
func (z Zone) String() string { return string(z) }

// Validate refuses what is neither.
func (z Zone) Validate() error {
	if z != UTC && z != Local {
		return fmt.Errorf("secure.expiry_zone: %q is neither %s nor %s", string(z), UTC, Local)
	}
	return nil
}

func (z Zone) location() *time.Location {
	if z == Local {
		return time.Local
	}
	return time.UTC
}

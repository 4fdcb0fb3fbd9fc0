package resolve

import (
	"testing"
	"time"
)

// What Renew made old makes room before what was found since.
func TestDropOne(t *testing.T) {
	for range 100 { // in whatever order a map is gone through
		kept := map[string]time.Time{"renewed": {}, "found since": time.Now()}
		dropOne(kept, func(until time.Time) time.Time { return until })
		if _, ok := kept["found since"]; !ok || len(kept) != 1 {
			t.Fatalf("%v is left", kept)
		}
	}
}

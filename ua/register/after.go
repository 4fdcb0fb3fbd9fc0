package register

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// RetryAfter is how long a server asks to be left alone; 0 if it does not say.
func RetryAfter(res *sip.Response) time.Duration {
	d, _ := seconds(res.GetHeader("Retry-After"))
	return d
}

package replayfile

import (
	"errors"
	"os"
	"time"
)

// Who holds the lock needs it for one append. Somebody who holds it longer is
// stopped or broken; a call must not wait for that.
const (
	lockTries = 200
	lockPause = 10 * time.Millisecond
)

var errLocked = errors.New("held by another program for too long")

// lock takes the exclusive lock of the file until it is closed.
func lock(f *os.File) error {
	for range lockTries {
		taken, err := tryLock(f)
		if taken || err != nil {
			return err
		}
		time.Sleep(lockPause)
	}
	return errLocked
}

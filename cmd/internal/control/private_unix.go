//go:build unix

package control

import (
	"net"
	"os"
)

// listenPrivate makes the socket in a folder of the user's own; the mode is there
// for who moves it elsewhere.
func listenPrivate(path string) (net.Listener, error) {
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = l.Close()
		return nil, err
	}
	return l, nil
}

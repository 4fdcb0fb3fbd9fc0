//go:build !unix

package control

import "net"

// listenPrivate: the folder's access list is the user's own.
func listenPrivate(path string) (net.Listener, error) { return net.Listen("unix", path) }

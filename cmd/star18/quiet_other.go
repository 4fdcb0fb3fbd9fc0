//go:build !unix

package main

import (
	"errors"
	"os"
)

// redirectStderr leaves the descriptor alone: no library prints here.
func redirectStderr(*os.File) (before *os.File, err error) { return nil, errors.ErrUnsupported }

func restoreStderr(*os.File) {}

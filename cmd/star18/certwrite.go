package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// certOutput is a file to be written, closed to others from its first moment.
type certOutput struct {
	path string
	data []byte
}

// writeCertFiles writes all or, unless they replace others, none.
func writeCertFiles(files []certOutput, force bool) error {
	write := certOutput.create
	if force {
		write = certOutput.replace
	}
	for i, f := range files {
		err := write(f)
		if err == nil {
			continue
		}
		for _, before := range files[:i] {
			if !force {
				err = errors.Join(err, os.Remove(before.path))
			}
		}
		return err
	}
	return nil
}

// create never touches a file that is there, whoever made it a moment ago.
func (o certOutput) create() error {
	f, err := os.OpenFile(o.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return certRefuse(o.path, certExists, "exists already", "give another name, or --force to replace it")
	}
	if err != nil {
		return o.refuse(err)
	}
	if err := o.fill(f); err != nil {
		return errors.Join(o.refuse(err), os.Remove(o.path))
	}
	return nil
}

// replace swaps a whole new file in, so that neither a half-written key nor the
// old file's mode remains.
func (o certOutput) replace() error {
	f, err := os.CreateTemp(filepath.Dir(o.path), ".new-*") // mode 0600
	if err != nil {
		return o.refuse(err)
	}
	if err = o.fill(f); err == nil {
		err = os.Rename(f.Name(), o.path)
	}
	if err != nil {
		return errors.Join(o.refuse(err), os.Remove(f.Name()))
	}
	return nil
}

func (o certOutput) fill(f *os.File) error {
	_, err := f.Write(o.data)
	return errors.Join(err, f.Sync(), f.Close())
}

func (o certOutput) refuse(err error) error {
	return certRefuse(o.path, certUnwritable, "cannot be written: "+certReason(err), "name a file in a folder that exists and that you may write to")
}

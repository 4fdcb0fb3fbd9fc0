package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"star18/cmd/internal/say"
)

// bundle writes what somebody who helps wants to see. Its parts are what the
// commands print, where no secret ever stands; the names of the line and of its
// servers are in it.
func (a *app) bundle(path string, e *examiner) error {
	parts := []struct {
		name  string
		write func(*app) error
	}{
		{"version.txt", func(b *app) error { return b.tellVersion() }},
		{"doctor.txt", func(b *app) error { b.tellFindings(e.report, 0); return nil }},
		{"config.txt", func(b *app) error { return b.showConfig() }},
		{"devices.txt", func(b *app) error { return b.tellDevices() }},
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("--bundle: %s is there already; give another name", path)
	}
	if err != nil {
		return fmt.Errorf("--bundle: %w", err)
	}
	packed := gzip.NewWriter(file)
	archive := tar.NewWriter(packed)
	made := bundled{File: path}
	for _, part := range parts {
		var text bytes.Buffer
		b := *a
		b.out, b.err, b.flags.json = &text, &text, false
		if err := part.write(&b); err != nil { // which is worth knowing too
			_, _ = fmt.Fprintln(&text, err)
		}
		if err := addPart(archive, part.name, text.Bytes()); err != nil {
			return err
		}
		made.Parts = append(made.Parts, bundledPart{part.name, text.Len()})
	}
	a.tellBundle(made)
	return joined(archive.Close(), packed.Close(), file.Close())
}

// bundled is what is in a bundle.
type bundled struct {
	File  string        `json:"file"`
	Parts []bundledPart `json:"parts"`
}

type bundledPart struct {
	Name  string `json:"name"`
	Bytes int    `json:"bytes"`
}

func (a *app) tellBundle(b bundled) {
	if a.flags.json {
		say.JSON{W: a.out}.Object(time.Now(), "bundle", b)
		return
	}
	_, _ = fmt.Fprintf(a.out, "bundle %s, without passwords and keys, but with the names of your line and servers:\n", b.File)
	for _, part := range b.Parts {
		_, _ = fmt.Fprintf(a.out, "  %-12s %d bytes\n", part.Name, part.Bytes)
	}
}

func addPart(to *tar.Writer, name string, text []byte) error {
	h := tar.Header{Name: "star18/" + name, Mode: 0o600, Size: int64(len(text)), ModTime: time.Now()}
	if err := to.WriteHeader(&h); err != nil {
		return err
	}
	_, err := io.Copy(to, bytes.NewReader(text))
	return err
}

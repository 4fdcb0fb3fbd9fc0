package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"time"
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
	if err != nil {
		return fmt.Errorf("--bundle: %w", err)
	}
	packed := gzip.NewWriter(file)
	archive := tar.NewWriter(packed)
	_, _ = fmt.Fprintf(a.out, "bundle %s, without passwords and keys, but with the names of your line and servers:\n", path)
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
		_, _ = fmt.Fprintf(a.out, "  %-12s %d bytes\n", part.name, text.Len())
	}
	return joined(archive.Close(), packed.Close(), file.Close())
}

func addPart(to *tar.Writer, name string, text []byte) error {
	h := tar.Header{Name: "star18/" + name, Mode: 0o600, Size: int64(len(text)), ModTime: time.Now()}
	if err := to.WriteHeader(&h); err != nil {
		return err
	}
	_, err := io.Copy(to, bytes.NewReader(text))
	return err
}

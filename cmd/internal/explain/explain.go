package explain

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"star18/cmd/internal/explain/decode"
	"star18/cmd/internal/explain/decrypt"
	"star18/cmd/internal/explain/report"
	"star18/cmd/internal/explain/source"
)

// Options of one explanation.
type Options struct {
	Path   string
	Out    io.Writer
	JSON   bool
	Decode decode.Options

	// Key opens Finals; nil leaves them closed. WAV is where the speech goes,
	// with the number of the call before its ending if there are several; empty
	// writes none.
	Key *decrypt.Key
	WAV string
}

// Run explains a file. An error names what is wrong with the file.
func Run(o Options) error {
	f, err := read(o.Path)
	if err != nil {
		return fmt.Errorf("%s: %w", decode.Shown(o.Path), err)
	}
	calls := decode.Calls(f, o.Decode)
	if o.JSON {
		report.JSON(o.Out, o.Path, f, calls)
	} else {
		report.Words(o.Out, o.Path, f, calls)
	}
	if o.Key == nil {
		return nil
	}
	return o.decrypt(calls)
}

func read(path string) (*source.File, error) {
	in, err := os.Open(path)
	if err != nil {
		var fault *os.PathError
		errors.As(err, &fault) // os.Open promises one; the path is named by the caller
		return nil, fault.Err
	}
	defer in.Close()
	return source.Read(in)
}

// decrypt opens every call that has a Final. That one does not open is part of
// the explanation; that none does is an error.
func (o Options) decrypt(calls []*decode.Call) error {
	opened, last := 0, error(decrypt.ErrNoFinal)
	for i, c := range calls {
		d := o.open(i+1, len(calls), c)
		if d.Opened != nil {
			opened++
		} else {
			last = d.Err
		}
		if o.JSON {
			report.DecryptedJSON(o.Out, d, c)
		} else {
			report.DecryptedWords(o.Out, d)
		}
	}
	if opened == 0 {
		return fmt.Errorf("--decrypt: %w", last)
	}
	return nil
}

func (o Options) open(n, of int, c *decode.Call) report.Decrypted {
	d := report.Decrypted{Call: n}
	if d.Opened, d.Err = decrypt.Open(c, *o.Key); d.Err != nil || o.WAV == "" {
		return d
	}
	path := o.WAV
	if of > 1 {
		ending := filepath.Ext(path)
		path = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ending), n, ending)
	}
	if d.Left, d.Err = d.Opened.WriteWAV(path); d.Err == nil {
		d.WAV = path
	}
	return d
}

package explain

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"star18/cmd/internal/explain/decode"
	"star18/cmd/internal/explain/decrypt"
	"star18/cmd/internal/explain/report"
	"star18/cmd/internal/explain/source"
	"star18/securecall"
	"star18/securecall/published"
)

// Whatever a file holds, nothing panics, and nothing that a terminal could take
// for an order is printed.
func FuzzExplain(f *testing.F) {
	for _, name := range []string{"secured_other_dialect", "replayed", "media_downgraded", "sdes_peer", "bad_length"} {
		s := newScript(&testing.T{})
		recordings[name](s)
		var text bytes.Buffer
		for i, p := range s.packets {
			if !p.IsRTP() {
				text.Write(p.Data)
				text.WriteString("\n\n")
			} else if i > 80 {
				break
			}
		}
		f.Add(text.Bytes())
		path := filepath.Join(f.TempDir(), "c.pcapng")
		writeCapture(f, path, s.packets[:min(60, len(s.packets))])
		f.Add(good(os.ReadFile(path)))
	}
	ca := authority().CA()
	options := decode.Options{CA: &ca, CAName: "--ca", Zone: securecall.UTC, Wire: securecall.DefaultWire()}
	key := decrypt.Key{MiniCertificate: published.MiniCertificate(), PrivateKey: published.PrivateKey(), Zone: securecall.UTC}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := source.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		calls := decode.Calls(file, options)
		var words, lines strings.Builder
		report.Words(&words, "name", file, calls)
		report.JSON(&lines, "name", file, calls)
		checkJSON(t, lines.String())
		if i := strings.IndexFunc(words.String(), func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
			t.Fatalf("printed %q", words.String()[i:min(i+20, words.Len())])
		}
		for _, c := range calls {
			_, err := decrypt.Open(c, key)
			if err != nil {
				report.DecryptedWords(io.Discard, report.Decrypted{Call: 1, Err: err})
			}
		}
	})
}

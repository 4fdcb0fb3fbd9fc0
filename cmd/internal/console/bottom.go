package console

import (
	"bytes"
	"io"
	"sync"
)

const usualWidth = 80

// Bottom is a terminal with a line that stays below everything that is written.
type Bottom struct {
	to    io.Writer
	width func() int

	mu   sync.Mutex
	line string
}

// NewBottom writes to a terminal of this width.
func NewBottom(to io.Writer, width func() int) *Bottom { return &Bottom{to: to, width: width} }

// erase goes to the beginning of the line and clears it (ECMA-48 EL).
const erase = "\r\x1b[K"

// Write implements io.Writer for whole lines.
func (b *Bottom) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out bytes.Buffer
	out.WriteString(erase)
	out.Write(text)
	out.WriteString(b.line)
	if _, err := b.to.Write(out.Bytes()); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Show changes the line; of one that is too long its end is seen.
func (b *Bottom) Show(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	runes, most := []rune(line), max(1, b.width()-1)
	if len(runes) > most {
		runes = runes[len(runes)-most:]
	}
	if b.line = string(runes); b.line == "" {
		_, _ = io.WriteString(b.to, erase)
		return
	}
	_, _ = io.WriteString(b.to, erase+b.line)
}

package console

import (
	"bufio"
	"io"
)

// Read gives each key to take until the input ends or take is content. A key that
// the terminal sends as an escape sequence (an arrow, a function key) is left out:
// it comes in one piece, where the Escape key comes alone.
func Read(from io.Reader, take func(rune) (more bool)) error {
	in := bufio.NewReader(from)
	for {
		key, _, err := in.ReadRune()
		if err != nil {
			return err
		}
		if key == escape && in.Buffered() > 0 {
			skipSequence(in)
			continue
		}
		if !take(key) {
			return nil
		}
	}
}

const escape = '\x1b'

// skipSequence takes what follows an escape (ECMA-48: parameters until a final
// byte from '@' to '~'), as far as it is there already.
func skipSequence(in *bufio.Reader) {
	key, _ := in.ReadByte()
	if key != '[' && key != 'O' {
		return
	}
	for in.Buffered() > 0 {
		if c, err := in.ReadByte(); err != nil || c >= '@' && c <= '~' {
			return
		}
	}
}

package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// chunk and file build WAV files octet by octet from the format's definition,
// apart from the package's own writer.
func chunk(id string, body ...byte) []byte {
	c := append([]byte(id), byte(len(body)), byte(len(body)>>8), byte(len(body)>>16), 0)
	c = append(c, body...)
	if len(body)%2 == 1 {
		c = append(c, 0)
	}
	return c
}

func file(chunks ...[]byte) []byte {
	body := append([]byte("WAVE"), bytes.Join(chunks, nil)...)
	return append([]byte{'R', 'I', 'F', 'F', byte(len(body)), byte(len(body) >> 8), 0, 0}, body...)
}

func format(tag, channels uint16, rate uint32, bits uint16) []byte {
	le := binary.LittleEndian
	b := le.AppendUint16(nil, tag)
	b = le.AppendUint16(b, channels)
	b = le.AppendUint32(b, rate)
	b = le.AppendUint32(b, rate*uint32(channels*bits/8))
	b = le.AppendUint16(b, channels*bits/8)
	return le.AppendUint16(b, bits)
}

func extensible(tag uint16) []byte {
	b := append(format(0xFFFE, 1, 8000, 16), 22, 0, 16, 0, 4, 0, 0, 0)
	return append(b, byte(tag), byte(tag>>8), 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71)
}

func TestRead(t *testing.T) {
	pcm := []byte{1, 0, 0xFE, 0xFF, 0xFF, 0x7F, 0, 0x80} // 1 -2 32767 -32768
	tests := []struct {
		name     string
		file     []byte
		rate     int
		channels int
		want     []int16
		mono     []int16
	}{
		{"16-bit mono", file(chunk("fmt ", format(1, 1, 8000, 16)...), chunk("data", pcm...)),
			8000, 1, []int16{1, -2, 32767, -32768}, []int16{1, -2, 32767, -32768}},
		{"16-bit stereo is mixed", file(chunk("fmt ", format(1, 2, 44100, 16)...), chunk("data", pcm...)),
			44100, 2, []int16{1, -2, 32767, -32768}, []int16{0, 0}},
		{"extensible PCM", file(chunk("fmt ", extensible(1)...), chunk("data", pcm[:2]...)),
			8000, 1, []int16{1}, []int16{1}},
		// G.711 tables 1 and 2: the ends of both scales and the values next to zero.
		{"mu-law", file(chunk("fmt ", format(7, 1, 8000, 8)...), chunk("data", 0x00, 0x80, 0xFF, 0x7F, 0xFE)),
			8000, 1, []int16{-32124, 32124, 0, 0, 8}, []int16{-32124, 32124, 0, 0, 8}},
		{"A-law", file(chunk("fmt ", format(6, 1, 8000, 8)...), chunk("data", 0x2A, 0xAA, 0xD5, 0x55)),
			8000, 1, []int16{-32256, 32256, 8, -8}, []int16{-32256, 32256, 8, -8}},
		{"other chunks are skipped, odd ones with their padding",
			file(chunk("LIST", 1, 2, 3), chunk("fmt ", append(format(1, 1, 8000, 16), 0, 0)...), chunk("fact", 0, 0, 0, 0), chunk("data", pcm[:4]...)),
			8000, 1, []int16{1, -2}, []int16{1, -2}},
		{"data cut short keeps whole samples",
			file(chunk("fmt ", format(1, 1, 8000, 16)...), append([]byte("data"), 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 7)),
			8000, 1, []int16{1}, []int16{1}},
		{"no samples at all", file(chunk("fmt ", format(1, 1, 8000, 16)...), chunk("data")), 8000, 1, nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := NewReader(bytes.NewReader(test.file))
			if err != nil {
				t.Fatal(err)
			}
			if r.Rate() != test.rate || r.Channels() != test.channels {
				t.Errorf("%d channels at %d, want %d at %d", r.Channels(), r.Rate(), test.channels, test.rate)
			}
			buf := make([]int16, 16)
			n, err := r.Read(buf)
			if err != io.EOF || !slices.Equal(buf[:n], test.want) {
				t.Errorf("read %v, %v; want %v, EOF", buf[:n], err, test.want)
			}
			r, _ = NewReader(bytes.NewReader(test.file))
			n, err = r.ReadMono(buf)
			if err != io.EOF || !slices.Equal(buf[:n], test.mono) {
				t.Errorf("mono %v, %v; want %v, EOF", buf[:n], err, test.mono)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	plain := chunk("fmt ", format(1, 1, 8000, 16)...)
	misaligned := format(1, 1, 8000, 16)
	misaligned[12] = 4
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, ErrNotWAV},
		{"another RIFF", []byte("RIFF\x04\x00\x00\x00AVI "), ErrNotWAV},
		{"no data", file(plain), ErrNotWAV},
		{"data first", file(chunk("data", 1, 2), plain), ErrNotWAV},
		{"short format", file(chunk("fmt ", 1, 0, 1, 0)), ErrNotWAV},
		{"a chunk of 4 GB that is not there", file(append([]byte("LIST"), 0xFF, 0xFF, 0xFF, 0xFF)), ErrNotWAV},
		{"24 bits", file(chunk("fmt ", format(1, 1, 8000, 24)...), chunk("data")), ErrUnsupported},
		{"float", file(chunk("fmt ", format(3, 1, 8000, 32)...), chunk("data")), ErrUnsupported},
		{"six channels", file(chunk("fmt ", format(1, 6, 8000, 16)...), chunk("data")), ErrUnsupported},
		{"no channels", file(chunk("fmt ", format(1, 0, 8000, 16)...), chunk("data")), ErrUnsupported},
		{"no rate", file(chunk("fmt ", format(1, 1, 0, 16)...), chunk("data")), ErrUnsupported},
		{"block alignment that contradicts", file(chunk("fmt ", misaligned...), chunk("data")), ErrUnsupported},
		{"extensible float", file(chunk("fmt ", extensible(3)...), chunk("data")), ErrUnsupported},
		{"extensible cut to the plain length", file(chunk("fmt ", format(0xFFFE, 1, 8000, 16)...), chunk("data")), ErrUnsupported},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := NewReader(bytes.NewReader(test.file)); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestEveryPrefixOfAHeaderIsRefused(t *testing.T) {
	whole := file(chunk("fmt ", extensible(1)...), chunk("data", 1, 0))
	for n := range len(whole) - 2 {
		if _, err := NewReader(bytes.NewReader(whole[:n])); err == nil {
			t.Errorf("the first %d octets are accepted", n)
		}
	}
}

func TestWriteIsTheFormatsDefinition(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	w, err := Create(path, 8000, 2)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]int16{1, -2, 32767, -32768}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := file(chunk("fmt ", format(1, 2, 8000, 16)...), chunk("data", 1, 0, 0xFE, 0xFF, 0xFF, 0x7F, 0, 0x80))
	if !bytes.Equal(got, want) {
		t.Errorf("file\n%x, want\n%x", got, want)
	}
	if info, _ := os.Stat(path); info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read the recording: %v", info.Mode())
	}
}

// A process that dies leaves at most one second unaccounted for.
func TestUnfinishedFilePlays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	w, err := Create(path, 8000, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for range 175 { // 3.5 s in frames of 20 ms
		if err := w.Write(make([]int16, 160)); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	n, err := r.Read(make([]int16, 8000*5))
	if n != 8000*3 || err != io.EOF {
		t.Errorf("read %d samples, %v; want three whole seconds, EOF", n, err)
	}
}

func TestFullFileStaysValid(t *testing.T) {
	if int64(maxData)+headerSize-8 > 1<<32-1 || maxData%4 != 0 {
		t.Fatalf("limit %d does not fit the sizes", int64(maxData))
	}
	path := filepath.Join(t.TempDir(), "long.wav")
	w, err := Create(path, 8000, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.limit = 6 // as if 4 GB had been written
	if err := w.Write([]int16{1, 2}); err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]int16{3, 4}); !errors.Is(err, ErrFull) {
		t.Errorf("error %v, want ErrFull", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(path)
	r, err := NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]int16, 8)
	if n, _ := r.Read(buf); !slices.Equal(buf[:n], []int16{1, 2}) {
		t.Errorf("read %v, want 1 2", buf[:n])
	}
}

func TestCreateRefusals(t *testing.T) {
	if _, err := Create(filepath.Join(t.TempDir(), "x.wav"), 8000, 3); !errors.Is(err, ErrUnsupported) {
		t.Errorf("three channels: %v", err)
	}
	if _, err := Create(filepath.Join(t.TempDir(), "no", "such", "folder.wav"), 8000, 1); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(file(chunk("fmt ", format(1, 2, 44100, 16)...), chunk("data", 1, 2, 3, 4)))
	f.Add(file(chunk("fmt ", format(7, 1, 8000, 8)...), chunk("data", 1, 2, 3)))
	f.Add(file(chunk("LIST", 9), chunk("fmt ", extensible(6)...), chunk("data", 1)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := NewReader(bytes.NewReader(raw))
		if err != nil {
			return
		}
		buf := make([]int16, 333)
		for total := 0; ; {
			n, err := r.ReadMono(buf)
			if total += n; total > len(raw) {
				t.Fatalf("%d samples out of %d octets", total, len(raw))
			}
			if err != nil {
				return
			}
		}
	})
}

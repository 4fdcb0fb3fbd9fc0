package profile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

const root = "flat-profile"

var latin1 = regexp.MustCompile(`(?i)^\s*<\?xml[^>]*encoding=["'](iso-8859-1|us-ascii|windows-1252|latin1)["']`)

// xml reads an open profile. The decoder alone cannot tell <X/> from <X></X>,
// which mean different things, so the bytes before the end of a tag decide.
func (p *Profile) xml(text []byte) error {
	if latin1.Match(text) {
		text = fromLatin1(text)
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	found := false
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && found:
			return nil
		case errors.Is(err, io.EOF):
			return ErrNoProfile
		case err != nil:
			return xmlFault(d, err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == root {
			found = true
			if err := p.children(d, text); err != nil {
				return xmlFault(d, err)
			}
		}
	}
}

func xmlFault(d *xml.Decoder, err error) error {
	line, _ := d.InputPos()
	var bad *xml.SyntaxError
	if errors.As(err, &bad) {
		line, err = bad.Line, errors.New(bad.Msg)
	}
	return syntax(line, "%v", err)
}

// children reads the parameters up to the end of the profile.
func (p *Profile) children(d *xml.Decoder, text []byte) error {
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("</%s> is missing", root)
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil // each parameter has read its own end
		case xml.StartElement:
			line, _ := d.InputPos()
			same := bytes.HasSuffix(text[:d.InputOffset()], []byte("/>"))
			value, err := content(d)
			if err != nil {
				return err
			}
			if !same {
				p.set(t.Name.Local, Value{value, line})
			}
		}
	}
}

// content is the text of the element that has begun, without what lies deeper.
func content(d *xml.Decoder) (string, error) {
	var b strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			if err := d.Skip(); err != nil {
				return "", err
			}
		case xml.EndElement:
			return strings.TrimSpace(oneLine.Replace(b.String())), nil
		}
	}
}

var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

func fromLatin1(text []byte) []byte {
	runes := make([]rune, len(text))
	for i, b := range text {
		runes[i] = rune(b)
	}
	return []byte(string(runes))
}

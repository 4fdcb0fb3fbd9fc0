package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"star18/securecall"
)

// The labels of gen_mc's output, which a file may hold as it is.
const (
	certLabel    = "<Mini Certificate>"
	certKeyLabel = "<SRTP Private Key>"
)

// certAloneChars is the base64 of a certificate without its CA. It has no
// padding, so a line's parameter is this text and the CA's behind it.
const certAloneChars = 4 * len(securecall.MiniCertificate{}) / 3

// certKeyChars is the shortest text that is taken for a value rather than for
// the name of a file that does not exist.
const certKeyChars = 80

// certPiece is one value and where it was found.
type certPiece struct {
	place string
	line  int // of the first line of text, 0 if lines are not counted
	text  string
}

// certPieces is what a file of gen_mc or cert issue can hold.
type certPieces struct{ certificate, privateKey certPiece }

// readCertPieces takes a parameter itself, the name of a file or "-".
func readCertPieces(argument string, stdin io.Reader) (certPieces, error) {
	if argument == "-" {
		c, err := readCertFrom(stdin, "standard input")
		return c.pieces(), err
	}
	if _, err := os.Stat(argument); err != nil && (argument == "" || len(argument) >= certKeyChars) {
		return certFile{place: "PARAM (no file has this name)", text: argument}.pieces(), nil
	}
	c, err := readCertFile("", argument)
	if err != nil {
		return certPieces{}, err
	}
	p := c.pieces()
	if p.privateKey.text != "" {
		err = c.closed(argument)
	}
	return p, err
}

// pieces cuts a labelled file at its labels. Without any it is one value, of
// whichever kind the reader expects.
func (c certFile) pieces() certPieces {
	var p certPieces
	current := &p.certificate
	*current = c.piece(1)
	for i, line := range strings.Split(c.text, "\n") {
		switch strings.TrimSpace(line) {
		case certLabel:
			current = &p.certificate
			*current = c.piece(i + 2)
		case certKeyLabel:
			current = &p.privateKey
			*current = c.piece(i + 2)
		default:
			current.text += line + "\n"
		}
	}
	return p
}

func (c certFile) piece(line int) certPiece {
	if !c.lines {
		line = 0
	}
	return certPiece{place: c.place, line: line}
}

// at is the place of the piece: its first line that no base64 has, else its
// first one with anything.
func (p certPiece) at() string {
	if p.line == 0 {
		return p.place
	}
	lines := strings.Split(p.text, "\n")
	i := slices.IndexFunc(lines, func(line string) bool { return strings.ContainsFunc(line, certForeign) })
	if i < 0 {
		i = max(0, slices.IndexFunc(lines, func(line string) bool { return strings.TrimSpace(line) != "" }))
	}
	return fmt.Sprintf("%s:%d", p.place, p.line+i)
}

// certForeign finds what base64 does not have.
func certForeign(r rune) bool {
	return !certAlphanumeric(r) && !strings.ContainsRune("+/= \t\r\v\f", r)
}

// certParameter is a decoded mini-certificate, as a line holds it or alone.
type certParameter struct {
	certificate securecall.MiniCertificate
	ca          *securecall.CA // nil if it carries none
	text        string         // its base64 without white space
}

// decode takes 508 characters, or 336 without the CA. Its errors never repeat
// the text: it might be a key that somebody gave by mistake.
func (p certPiece) decode() (certParameter, error) {
	b, err := securecall.DecodeBody([]byte(p.text))
	if err != nil {
		return certParameter{}, p.refuse(securecall.CertificateNotBase64, "")
	}
	text := string(securecall.EncodeBody(b))
	if c, err := securecall.ParseMiniCertificate(b); err == nil {
		return certParameter{certificate: c, text: text}, nil
	}
	c, ca, err := securecall.DecodeMiniCertificate(text)
	if err == nil {
		return certParameter{c, &ca, text}, nil
	}
	if len(b) == 0 {
		return certParameter{}, p.refuse(securecall.CertificateMissing, "")
	}
	return certParameter{}, p.refuse(securecall.CertificateLength, certLengthWords(len(text), len(b)))
}

func certLengthWords(chars, bytes int) string {
	words := fmt.Sprintf(", or 336 without its CA; these are %d", chars)
	if bytes == 64 {
		words += ", as many as a private key has: if it is one, keep it secret"
	}
	return words
}

func (p certPiece) refuse(fault securecall.Fault, more string) error {
	words := fault.Words()
	if fault == securecall.CertificateMissing {
		words = "there is no mini-certificate" // the fault's own words are about a configuration
	}
	return certRefuse(p.at(), fault, words+more, certFixes[fault])
}

package profile

import "strings"

// plain reads the source of the vendor's compiler: Name "value" ; with a mark of
// who may write it before the semicolon, which says nothing here.
func (p *Profile) plain(text string) error {
	s := source{text: text, line: 1}
	for {
		s.skip()
		if s.text == "" {
			return nil
		}
		line := s.line
		name := s.word()
		if name == "" {
			return syntax(line, "a parameter's name is missing before %q", s.text[:1])
		}
		if name == "import" {
			p.Imports = append(p.Imports, s.restOfLine())
			continue
		}
		value, given, err := s.value()
		if err != nil {
			return err
		}
		if given {
			p.set(xmlName(name), Value{strings.TrimSpace(oneLine.Replace(value)), line})
		}
	}
}

// source is what has not been read yet.
type source struct {
	text string
	line int
}

func (s *source) take(n int) string {
	taken := s.text[:n]
	s.line += strings.Count(taken, "\n")
	s.text = s.text[n:]
	return taken
}

// skip passes white space and comments.
func (s *source) skip() {
	for {
		s.take(len(s.text) - len(strings.TrimLeft(s.text, " \t\r\n")))
		if !strings.HasPrefix(s.text, "#") {
			return
		}
		s.restOfLine()
	}
}

func (s *source) restOfLine() string {
	n := strings.IndexByte(s.text, '\n')
	if n < 0 {
		n = len(s.text)
	}
	return strings.TrimSpace(s.take(n))
}

func (s *source) word() string {
	n := strings.IndexAny(s.text, " \t\r\n\";")
	if n < 0 {
		n = len(s.text)
	}
	return s.take(n)
}

// value reads up to the semicolon; without quotes the parameter stays as it is.
func (s *source) value() (text string, given bool, err error) {
	begin := s.line
	for {
		s.skip()
		switch {
		case s.text == "":
			return "", false, syntax(begin, "the semicolon is missing")
		case s.text[0] == ';':
			s.take(1)
			return text, given, nil
		case s.text[0] == '!' || s.text[0] == '?':
			s.take(1)
		case s.text[0] == '"' && !given:
			end := strings.IndexByte(s.text[1:], '"')
			if end < 0 {
				return "", false, syntax(s.line, "the closing quote is missing")
			}
			text, given = s.take(end + 2)[1:end+1], true
		default:
			return "", false, syntax(s.line, "%q stands where a value in quotes or a semicolon belongs", s.text[:1])
		}
	}
}

package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// fileValues is what a file holds: good values by dotted path, the line of
// each, and everything wrong with the rest.
type fileValues struct {
	name     string
	values   map[string]any
	lines    map[string]int
	problems Problems
	broken   bool // no YAML at all
}

func readYAML(name string, text []byte) *fileValues {
	f := &fileValues{name: name, values: map[string]any{}, lines: map[string]int{}}
	var doc, more yaml.Node
	docs := yaml.NewDecoder(bytes.NewReader(text))
	err := docs.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF) || err == nil && doc.Kind == 0:
		return f // an empty file sets nothing
	case err != nil:
		f.broken = true
		f.problems = append(f.problems, f.syntaxProblem(err, string(text)))
	default:
		f.section(doc.Content[0], "")
		if docs.Decode(&more) == nil {
			f.wrong(&more, "", "is a second document, which nothing reads", "remove the line --- and keep one document")
		}
	}
	return f
}

var (
	yamlLine  = regexp.MustCompile(`line (\d+): `)
	yamlAlias = regexp.MustCompile(`unknown anchor '([^']*)' referenced`)

	// secretBefore is what stands before a value that no error may quote.
	secretBefore = regexp.MustCompile(`(password|private_key)["']?\s*:\s*$`)
)

// syntaxProblem names the trap of star codes: * begins an alias in YAML.
// The parser does not say where it stood.
func (f *fileValues) syntaxProblem(err error, file string) Problem {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	p := Problem{Where: f.name, Wrong: text, Fix: "repair the YAML here"}
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Wrong = strings.Replace(text, m[0], "", 1)
	}
	if m := yamlAlias.FindStringSubmatch(text); m != nil {
		before, _, _ := strings.Cut(file, "*"+m[1])
		p.Line = 1 + strings.Count(before, "\n")
		p.Wrong = "*" + m[1] + " without quotes is a YAML alias"
		p.Fix = `write "*` + m[1] + `"`
		if secretBefore.MatchString(before) {
			p.Wrong, p.Fix = "a value that begins with * is a YAML alias", "put it in quotes"
		}
	}
	return p
}

func (f *fileValues) wrong(n *yaml.Node, key, what, fix string) {
	f.problems = append(f.problems, Problem{Where: f.name, Line: n.Line, Key: key, Wrong: what, Fix: fix})
}

func (f *fileValues) section(n *yaml.Node, path string) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return // "secure:" with nothing under it
	}
	if n.Kind != yaml.MappingNode {
		f.wrong(n, path, "is not a section", "write its keys indented below it")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		f.entry(n.Content[i], n.Content[i+1], path)
	}
}

func (f *fileValues) entry(name, value *yaml.Node, section string) {
	path := name.Value
	if section != "" {
		path = section + "." + name.Value
	}
	k, isKey := findKey(path)
	if first, twice := f.lines[path]; twice {
		f.wrong(name, path, fmt.Sprintf("is written twice (first in line %d)", first), "remove one")
		return
	}
	f.lines[path] = name.Line
	switch {
	case strings.Contains(name.Value, "."):
		f.wrong(name, path, "keys are nested, not dotted", "write "+strings.ReplaceAll(name.Value, ".", ": {")+": …"+strings.Repeat("}", strings.Count(name.Value, ".")))
	case isKey:
		f.leaf(k, value)
	case isSection(path):
		f.section(value, path)
	default:
		f.wrong(name, path, "no such key", suggestion(path))
	}
}

func (f *fileValues) leaf(k key, n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		f.wrong(n, k.path, "has no value", "give it one or remove the line")
		return
	}
	if k.typ.Kind() == reflect.Slice {
		f.list(k, n)
		return
	}
	if v, ok := f.scalar(k.path, k.typ, n); ok {
		f.values[k.path] = v
	}
}

func (f *fileValues) list(k key, n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		fix := "write [" + n.Value + "]"
		if n.Kind == yaml.MappingNode {
			fix = `begin each entry with "- "`
		}
		f.wrong(n, k.path, "is not a list", fix)
		return
	}
	if k.typ == reflect.TypeFor[[]Account]() {
		f.accounts(k, n)
		return
	}
	if k.typ.Elem().Kind() == reflect.Struct {
		f.records(k, n)
		return
	}
	list := reflect.MakeSlice(k.typ, 0, len(n.Content))
	for _, item := range n.Content {
		v, ok := f.scalar(k.path, k.typ.Elem(), item)
		if !ok {
			return
		}
		list = reflect.Append(list, reflect.ValueOf(v))
	}
	f.values[k.path] = list.Interface()
}

func (f *fileValues) scalar(path string, t reflect.Type, n *yaml.Node) (any, bool) {
	if n.Kind != yaml.ScalarNode {
		f.wrong(n, path, "is not a single value", "write one value after the colon")
		return nil, false
	}
	if what, fix := mistyped(t, n); what != "" {
		f.wrong(n, path, what, fix)
		return nil, false
	}
	v, err := parse(n.Value, t)
	if err != nil {
		what, fix, _ := strings.Cut(err.Error(), "; ")
		f.wrong(n, path, what, fix)
		return nil, false
	}
	return v, true
}

// mistyped compares how a scalar was written with what the key takes: quotes
// where a number belongs, or none where a string does.
func mistyped(t reflect.Type, n *yaml.Node) (what, fix string) {
	quoted := n.Tag == "!!str"
	switch {
	case t == reflect.TypeFor[Secret]():
		if quoted {
			return "", ""
		}
		return "is not a string in YAML", "put it in quotes"
	case t == durationType, t.Kind() == reflect.Bool && !quoted:
		return "", "" // parse explains a missing unit
	case t.Kind() == reflect.String && n.Tag == "!!int" && len(n.Value) > 1 && n.Value[0] == '0' && isDigits(n.Value):
		return n.Value + " without quotes is an octal number in YAML", `quote it: "` + n.Value + `"`
	case t.Kind() == reflect.String && !quoted:
		return n.Value + " without quotes is not a string in YAML", `quote it: "` + n.Value + `"`
	case t.Kind() != reflect.String && quoted && n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return fmt.Sprintf("%q is a string", n.Value), "remove the quotes"
	}
	return "", ""
}

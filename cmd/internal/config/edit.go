package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Change is one value to write into a configuration file. Value is a string, bool,
// int, time.Duration, []string or []Gateway; nil takes the key out.
type Change struct {
	Key     string
	Value   any
	Comment string // stands above it; "" leaves what is there
}

// What is no configuration is not edited.
var (
	errNoMapping = errors.New("is no list of names and values")
	errDocuments = errors.New("there is more than one document in the file")
)

// Edit changes the text of a configuration file and leaves all else, comments
// included, as it is. What is new comes in the order of config.example.yaml.
func Edit(text []byte, changes []Change) ([]byte, error) {
	var doc, more yaml.Node
	docs := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	if err := docs.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !errors.Is(docs.Decode(&more), io.EOF) {
		return nil, errDocuments
	}
	if doc.Kind == 0 {
		doc = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(order(a.Key), order(b.Key)) })
	for _, c := range changes {
		if err := change(doc.Content[0], strings.Split(c.Key, "."), c); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Key, err)
		}
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	err := e.Encode(&doc)
	return apartSections(out.Bytes()), errors.Join(err, e.Close())
}

// apartSections puts an empty line before each section and the comment above it:
// the library keeps none.
func apartSections(text []byte) []byte {
	var out [][]byte
	for line := range bytes.Lines(text) {
		if line[0] == ' ' || line[0] == '#' || line[0] == '\n' {
			out = append(out, line)
			continue
		}
		at := len(out)
		for at > 0 && out[at-1][0] == '#' {
			at--
		}
		if at > 0 && out[at-1][0] != '\n' {
			out = slices.Insert(out, at, []byte("\n"))
		}
		out = append(out, line)
	}
	return bytes.Join(out, nil)
}

func order(path string) int {
	return slices.IndexFunc(allKeys, func(k key) bool { return k.path == path })
}

func change(section *yaml.Node, path []string, c Change) error {
	if section.Kind == yaml.ScalarNode && section.Tag == "!!null" {
		*section = yaml.Node{Kind: yaml.MappingNode, HeadComment: section.HeadComment}
	}
	if section.Kind != yaml.MappingNode {
		return errNoMapping
	}
	at := -1
	for i := 0; i+1 < len(section.Content); i += 2 {
		if section.Content[i].Value == path[0] {
			at = i
		}
	}
	switch {
	case at < 0 && c.Value == nil:
		return nil
	case at < 0:
		at = len(section.Content)
		section.Content = append(section.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: path[0]}, &yaml.Node{Kind: yaml.MappingNode})
	case len(path) == 1 && c.Value == nil:
		section.Content = append(section.Content[:at:at], section.Content[at+2:]...)
		return nil
	}
	if len(path) > 1 {
		return change(section.Content[at+1], path[1:], c)
	}
	if c.Comment != "" {
		section.Content[at].HeadComment = "# " + c.Comment
	}
	value := valueNode(c.Value)
	value.LineComment = section.Content[at+1].LineComment
	section.Content[at+1] = value
	return nil
}

// valueNode quotes strings, so that 0123 and *16 stay what they are.
func valueNode(value any) *yaml.Node {
	switch v := value.(type) {
	case string:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: v}
	case []string:
		list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, s := range v {
			list.Content = append(list.Content, valueNode(s))
		}
		return list
	case []Gateway:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, g := range v {
			list.Content = append(list.Content, gatewayNode(g))
		}
		return list
	case time.Duration:
		if v%time.Second == 0 {
			return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprintf("%ds", v/time.Second)}
		}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(value)}
}

func gatewayNode(g Gateway) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, field := range []struct{ name, value string }{
		{"name", g.Name}, {"host", g.Host}, {"auth_user", g.AuthUser}, {"password", string(g.Password)}, {"password_file", g.PasswordFile},
	} {
		if field.value != "" {
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: field.name}, valueNode(field.value))
		}
	}
	return n
}

// IsDefault tells whether a key would have this value anyway.
func IsDefault(path string, value any) bool {
	k, ok := findKey(path)
	d := Default()
	return ok && reflect.DeepEqual(k.value(&d).Interface(), value)
}

package config

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// records reads a list of mappings that all have the same keys, those of the
// struct that the list is made of. Each text is checked like a single value.
func (f *fileValues) records(k key, n *yaml.Node) {
	list := reflect.MakeSlice(k.typ, 0, len(n.Content))
	for i, item := range n.Content {
		where := entryKey(k.path, i)
		if item.Kind != yaml.MappingNode {
			f.wrong(item, where, "is not a list of names and values", "write {"+strings.Join(recordKeys(k.typ.Elem()), ": ..., ")+": ...}")
			continue
		}
		f.lines[where] = item.Line
		list = reflect.Append(list, f.record(where, k.typ.Elem(), item))
	}
	f.values[k.path] = list.Interface()
}

func entryKey(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func recordKeys(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		names = append(names, t.Field(i).Tag.Get("mapstructure"))
	}
	return names
}

func (f *fileValues) record(where string, t reflect.Type, n *yaml.Node) reflect.Value {
	v := reflect.New(t).Elem()
	names := recordKeys(t)
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		at, field := where+"."+name.Value, -1
		for j, known := range names {
			if known == name.Value {
				field = j
			}
		}
		if field < 0 {
			f.wrong(name, at, "no such key", "write one of "+strings.Join(names, ", "))
			continue
		}
		f.lines[at] = name.Line
		if got, ok := f.scalar(at, v.Field(field).Type(), value); ok {
			v.Field(field).Set(reflect.ValueOf(got).Convert(v.Field(field).Type()))
		}
	}
	return v
}

// recordProblem is about one value of a record, or the record itself.
func (l *loader) recordProblem(at, wrong, fix string) {
	p := Problem{Where: l.Path, Line: l.lines[at], Key: at, Wrong: wrong, Fix: fix}
	for whole := at; p.Line == 0 && strings.Contains(whole, "."); {
		whole = whole[:strings.LastIndexByte(whole, '.')]
		p.Line = l.lines[whole]
	}
	l.problems = append(l.problems, p)
}

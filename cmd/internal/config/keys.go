package config

import (
	"reflect"
	"strings"
	"time"
)

// key is one setting: its dotted path and its Go type.
type key struct {
	path  string
	typ   reflect.Type
	index []int
}

// allKeys are the leaves of Settings in declaration order.
var allKeys = leaves(reflect.TypeFor[Settings](), "", nil)

func leaves(t reflect.Type, prefix string, index []int) []key {
	var keys []key
	for i := range t.NumField() {
		f := t.Field(i)
		path := prefix + f.Tag.Get("mapstructure")
		at := append(append([]int(nil), index...), i)
		if f.Type.Kind() == reflect.Struct {
			keys = append(keys, leaves(f.Type, path+".", at)...)
			continue
		}
		keys = append(keys, key{path, f.Type, at})
	}
	return keys
}

// Keys are the paths of all settings, each with what follows it.
func Keys(suffix string) []string {
	out := make([]string, len(allKeys))
	for i, k := range allKeys {
		out[i] = k.path + suffix
	}
	return out
}

func findKey(path string) (key, bool) {
	for _, k := range allKeys {
		if k.path == path {
			return k, true
		}
	}
	return key{}, false
}

func isSection(path string) bool {
	for _, k := range allKeys {
		if strings.HasPrefix(k.path, path+".") {
			return true
		}
	}
	return false
}

func (k key) value(s *Settings) reflect.Value {
	return reflect.ValueOf(s).Elem().FieldByIndex(k.index)
}

// env is the variable that overrides the key.
func (k key) env() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(k.path, ".", "_"))
}

const envPrefix = "STAR18_"

var durationType = reflect.TypeFor[time.Duration]()

// nearest is the known path most like the given one, or "" if none is close:
// a third of the letters wrong is a typing mistake, more is another word.
func nearest(path string, candidates []string) string {
	best, found := len(path)/3+1, ""
	for _, c := range candidates {
		if d := distance(strings.ToLower(path), c); d < best {
			best, found = d, c
		}
	}
	return found
}

// distance is Levenshtein's: insertions, deletions and replacements.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(row[j]+1, row[j+1]+1, replace)
		}
	}
	return row[len(b)]
}

// suggestion says which key was probably meant. The same last word under
// another section beats a similar spelling.
func suggestion(path string) string {
	var paths []string
	last := path[strings.LastIndexByte(path, '.')+1:]
	for _, k := range allKeys {
		if strings.HasSuffix(k.path, "."+last) {
			return "did you mean " + k.path + "?"
		}
		paths = append(paths, k.path)
	}
	if near := nearest(path, paths); near != "" {
		return "did you mean " + near + "?"
	}
	return "remove it; config.example.yaml lists every key"
}

package config

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Account is another line: the keys of line, and of secure those of its
// identity, by their last words; name and default are its own. Only what the
// file gives is in it.
type Account map[string]any

// DefaultAccount is the name of the line that section line describes.
const DefaultAccount = "line"

// setting is the key that an account's key stands for; "" for its own.
func setting(name string) (path string, ok bool) {
	switch name {
	case "name", "default":
		return "", true
	case "mini_certificate", "mini_certificate_file", "private_key", "private_key_file":
		return "secure." + name, true
	}
	_, ok = findKey("line." + name)
	return "line." + name, ok
}

func (a Account) name() string {
	name, _ := a["name"].(string)
	return name
}

// accounts reads the list.
func (f *fileValues) accounts(k key, n *yaml.Node) {
	list := []Account{}
	for i, item := range n.Content {
		where := fmt.Sprintf("%s[%d]", k.path, i)
		if item.Kind != yaml.MappingNode {
			f.wrong(item, where, "is no account", `write {name: ..., user: "...", domain: ...}`)
			continue
		}
		f.lines[where] = item.Line
		list = append(list, f.account(where, item))
	}
	f.values[k.path] = list
}

func (f *fileValues) account(where string, n *yaml.Node) Account {
	a := Account{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		path, known := setting(name.Value)
		at := where + "." + name.Value
		f.lines[at] = name.Line
		if !known {
			f.wrong(name, at, "no such key", "an account has the keys of line, name, default and an identity")
			continue
		}
		typ := reflect.TypeFor[string]()
		if k, ok := findKey(path); ok {
			typ = k.typ
		} else if name.Value == "default" {
			typ = reflect.TypeFor[bool]()
		}
		if v, ok := f.scalar(at, typ, value); ok {
			a[name.Value] = reflect.ValueOf(v).Convert(typ).Interface() // a secret becomes one
		}
	}
	return a
}

// checkAccounts makes each account a configuration of its own, and checks that
// as section line is checked.
func (l *loader) checkAccounts() {
	seen := map[string]bool{DefaultAccount: true}
	defaults := 0
	for i, a := range l.Settings.Accounts {
		where := fmt.Sprintf("accounts[%d]", i)
		name := a.name()
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			l.problem(l.Path, where, "has no name", "write name: and a word")
		}
		if seen[name] {
			l.problem(l.Path, where, "is named "+strconv.Quote(name)+", as another one is", "choose another name")
		}
		seen[name] = true
		if a["default"] == true {
			defaults++
		}
		l.addAccount(where, a)
	}
	if defaults > 1 {
		l.problem(l.Path, "accounts", "have more than one default", "leave default: true at one")
	}
}

func (l *loader) addAccount(where string, a Account) {
	sub := *l
	one := *l.Loaded
	sub.Loaded, sub.problems = &one, nil
	one.Name, one.others, one.Warnings = a.name(), nil, nil
	one.source, one.lines = maps.Clone(l.source), maps.Clone(l.lines)
	one.Settings.Line = Default().Line
	for _, k := range allKeys {
		if strings.HasPrefix(k.path, "line.") || identityKey(k.path) {
			delete(one.source, k.path)
		}
		if identityKey(k.path) {
			k.value(&one.Settings).SetZero()
		}
	}
	for name, value := range a {
		if k, ok := findKey(first(setting(name))); ok {
			k.value(&one.Settings).Set(reflect.ValueOf(value))
			one.source[k.path], one.lines[k.path] = FromFile, l.lines[where+"."+name]
		}
	}
	one.apart()
	sub.openConfig(sub.text)
	sub.readSecrets()
	sub.checkText()
	sub.checkLine()
	sub.checkTLS()
	missing, _ := one.CheckLine().(Problems)
	for _, p := range sub.problems.And(missing) {
		p.Key = where + "." + p.Key[strings.LastIndexByte(p.Key, '.')+1:]
		p.Where, p.Line = cmp.Or(p.Where, l.Path), cmp.Or(p.Line, l.lines[where])
		l.problems = append(l.problems, p)
	}
	l.others = append(l.others, &one)
}

func first(path string, _ bool) string { return path }

func identityKey(path string) bool {
	return strings.HasPrefix(path, "secure.") && path == first(setting(strings.TrimPrefix(path, "secure.")))
}

// apart keeps an account off the socket of section line.
func (l *Loaded) apart() {
	if host, _, err := net.SplitHostPort(l.Settings.SIP.Listen); err == nil {
		l.Settings.SIP.Listen = host
	}
}

// Lines is every line of the configuration, the default one first: section line,
// if it names a user, and the accounts.
func (l *Loaded) Lines() []*Loaded {
	var all []*Loaded
	if l.Settings.Line.User != "" || len(l.others) == 0 {
		all = append(all, l)
	}
	for i, o := range l.others {
		if l.Settings.Accounts[i]["default"] == true {
			all = append([]*Loaded{o}, all...)
			continue
		}
		all = append(all, o)
	}
	return all
}

// Account is the line of this name; the empty name is the default one. Nil if
// there is none.
func (l *Loaded) Account(name string) *Loaded {
	for _, line := range l.Lines() {
		if name == "" || cmp.Or(line.Name, DefaultAccount) == name {
			return line
		}
	}
	return nil
}

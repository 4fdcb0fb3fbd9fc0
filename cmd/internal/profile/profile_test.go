package profile

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

// small, encrypted by openssl enc -aes-256-cbc -k phrase, with -md md5 as SPAs
// want it and with today's default.
const (
	small = "<flat-profile><User_ID_1_>5</User_ID_1_></flat-profile>\n"
	byMD5 = "U2FsdGVkX18GESSE5k2U6C8U8DSXrmK8G4VI8hCIUeVAM3fr6qeq5YwAW89tit7dK4lS/9pj9lfGa1IKZxaSFhBhIxpT7nXVIjd/XPVSuek="
	bySHA = "U2FsdGVkX1/pTqz85NEru4+j+RAfBPmWH8ZZ5KQ5GfOFD16COqDCx/ztpDUJTcfrIXKH+iX2/aYiU49GOW89h1KyiGbccrnqf3qGjXhhI7Y="
)

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sealed(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every form holds the same profile.
func TestForms(t *testing.T) {
	for name, data := range map[string][]byte{
		"xml":             []byte(small),
		"xml with a mark": []byte("\ufeff" + small),
		"gzip":            packed(t, small),
		"openssl, MD5":    sealed(t, byMD5),
		"openssl, SHA256": sealed(t, bySHA),
		"source":          []byte("# comment\nUser_ID[1] \"5\" ! ;"),
	} {
		p, err := Read(data, "phrase")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if v, ok := p.Get("User_ID_1_"); !ok || v.Text != "5" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// Specification 5.1: what is unchanged, empty, repeated, nested and written on
// several lines.
func TestOpenProfile(t *testing.T) {
	p, err := Read([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- before --><device><flat-profile ua="na">
<Same_1_ group="a"/><Empty_1_></Empty_1_><Blank_1_>  
 </Blank_1_><Twice>1</Twice><Twice>2</Twice>
<Plan> (1|
 2) </Plan><Amp>a &amp; b</Amp><lower>x</lower><Umlaut>`+"\xfc"+`</Umlaut>
</flat-profile></device>`), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := p.Get("Same_1_"); ok {
		t.Error("<X/> changes a value")
	}
	for name, want := range map[string]Value{
		"Empty_1_": {"", 3}, "Blank_1_": {"", 3}, "Twice": {"2", 4}, "Plan": {"(1|  2)", 5}, "Amp": {"a & b", 6}, "lower": {"x", 6}, "Umlaut": {"ü", 6},
	} {
		if got, ok := p.Get(name); !ok || got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// Specification 5.2.
func TestSource(t *testing.T) {
	p, err := Read([]byte("import other.txt\nUser_ID[1] \"a;b\" ? ;\nSame ! ;\nNothing ;\nEmpty \"\" ;Set_Local_Date_(mm/dd) \"x\";\nDial_Plan[1] \"(1|\n2)\" ;\nUser_ID[1] \"last\";"), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Imports) != 1 || p.Imports[0] != "other.txt" {
		t.Errorf("imports %q", p.Imports)
	}
	if got := strings.Join(p.Names(), " "); got != "Dial_Plan_1_ Empty Set_Local_Date__mm_dd_ User_ID_1_" {
		t.Errorf("names %s", got)
	}
	if v, _ := p.Get("User_ID_1_"); v != (Value{"last", 8}) {
		t.Errorf("%+v", v)
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		data   []byte
		phrase string
		want   error
		words  string
	}{
		{"no phrase", sealed(t, byMD5), "", ErrEncrypted, "--key"},
		{"a wrong phrase", sealed(t, byMD5), "other", ErrKey, ""},
		{"a cut one", sealed(t, byMD5)[:40], "phrase", ErrBroken, ""},
		{"half a gzip", packed(t, small)[:30], "", ErrBroken, ""},
		{"a bomb", packed(t, strings.Repeat(" ", MaxSize+1)), "", ErrTooLarge, ""},
		{"too large", make([]byte, MaxSize+1), "", ErrTooLarge, ""},
		{"compiled", []byte("SPC\x00\x01\x02"), "", ErrCompiled, ""},
		{"another XML", []byte("<html></html>"), "", ErrNoProfile, ""},
		{"broken XML", []byte("<flat-profile>\n<A>1</B>\n</flat-profile>"), "", ErrSyntax, "line 2:"},
		{"XML without end", []byte("<flat-profile>\n<A>1</A>"), "", ErrSyntax, "line 2:"},
		{"a source without end", []byte("A \"1\" ;\nB \"2"), "", ErrSyntax, "line 2:"},
		{"a source without semicolon", []byte("A \"1\"\nB \"2\";"), "", ErrSyntax, "line 2:"},
		{"a source without name", []byte("\n\"1\";"), "", ErrSyntax, "line 2:"},
	} {
		if _, err := Read(tt.data, tt.phrase); !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.words) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small), "")
	f.Add([]byte("A[1] \"x\" ! ;# c\nimport y"), "")
	f.Add([]byte(salted+"12345678"+strings.Repeat("x", 32)), "phrase")
	f.Fuzz(func(t *testing.T, data []byte, phrase string) {
		p, err := Read(data, phrase)
		if err != nil {
			return
		}
		for _, name := range p.Names() {
			if v, ok := p.Get(name); !ok || v.Line < 1 || strings.ContainsAny(v.Text, "\n\r") {
				t.Errorf("%s: %+v", name, v)
			}
		}
	})
}

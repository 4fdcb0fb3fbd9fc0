package securecall

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// leaks finds secret in text in every spelling that printers have for bytes.
func leaks(text string, secret []byte) bool {
	part := secret[:8] // eight bytes in a row are no accident
	decimal := strings.Trim(fmt.Sprint(part), "[]")
	goSyntax := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", part), "[]byte{"), "}")
	for _, spelling := range []string{
		string(part), decimal, strings.ReplaceAll(decimal, " ", ","), strings.ReplaceAll(decimal, " ", ", "), goSyntax,
		hex.EncodeToString(part), base64.StdEncoding.EncodeToString(secret)[:8],
	} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(spelling)) {
			return true
		}
	}
	return false
}

// printed is v as every printer of the standard library shows it.
func printed(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "% x"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	fmt.Fprintln(&b, v, []any{v}, map[string]any{"k": v}, struct{ Field any }{v})
	slog.New(slog.NewTextHandler(&b, nil)).Info("text", "v", v)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("json", "v", v)
	if text, err := json.Marshal(v); err == nil {
		b.Write(text)
	}
	if text, err := xml.Marshal(v); err == nil {
		b.Write(text)
	}
	return b.String()
}

func TestKeysReadSecret(t *testing.T) {
	k := keysFrom([]byte("0123456789abcdef"), []byte("ABCDEFGHIJKLMN"))
	for _, v := range []any{k, &k} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
			if got := fmt.Sprintf(verb, v); got != "[secret]" {
				t.Errorf("%s of %T prints %s", verb, v, got)
			}
		}
		if text, err := json.Marshal(v); err != nil || string(text) != `"[secret]"` {
			t.Errorf("JSON of %T is %s, %v", v, text, err)
		}
	}
	if k.String() != "[secret]" || k.LogValue().String() != "[secret]" {
		t.Error("String or LogValue shows more than [secret]")
	}
}

// Everything that holds key material, printed in every way, beginning to end
// of a handshake. Oracle: the secrets themselves, searched for.
func TestNothingPrintsASecret(t *testing.T) {
	caller, callee := callBob(t, nil), bobAnswers(t, nil)
	final, keys, _ := greet(t, caller, callee)
	answer := callee.Receive("", final, atCallee)
	ca, err := privateCA()
	if err != nil {
		t.Fatal(err)
	}
	issued := issue(t, "Bob", "14085550002")
	secrets := map[string][]byte{
		"master key": keys.Master[:], "salt": keys.Salt[:], "private key": issued.private.d(), "CA key": ca.private.d(),
	}
	if !leaks(fmt.Sprint(keys.Master), keys.Master[:]) || !leaks(hex.EncodeToString(keys.Salt[:]), keys.Salt[:]) {
		t.Fatal("the search finds nothing at all")
	}
	for _, v := range []any{
		keys, &keys, answer, &answer, caller, *caller, callee, *callee, caller.cfg, callee.cfg, caller.material,
		issued, *issued, issued.private, &issued.private, issued.private.d, bob(t), *bob(t), ca, *ca,
		caller.Observed(), callee.Observed(), struct{ K any }{keys}, []Keys{keys},
	} {
		text := printed(t, v)
		for name, secret := range secrets {
			if leaks(text, secret) {
				t.Errorf("%T prints the %s", v, name)
			}
		}
	}
}

// Oracle: a parameter that is recognisable, damaged in every way that a check
// can complain about.
func TestNoErrorShowsASecret(t *testing.T) {
	issued := issue(t, "Bob", "14085550002")
	mc, pk := issued.MiniCertificateParameter(), issued.PrivateKeyParameter()
	other := issue(t, "Alice", "14085550001").MiniCertificateParameter()
	for i := range len(pk) {
		for _, bad := range []string{pk[:i] + "!" + pk[i:], pk[:i], pk + pk[:i], pk[i:]} {
			for _, cert := range []string{mc, other} {
				_, err := NewIdentity(cert, bad, UTC, testNow)
				if err != nil && (strings.Contains(err.Error(), pk[:8]) || leaks(err.Error(), issued.private.d())) {
					t.Fatalf("%v", err)
				}
			}
		}
	}
	ca, err := privateCA()
	if err != nil {
		t.Fatal(err)
	}
	file := ca.FileText()
	for i := range len(file) {
		for _, bad := range [][]byte{file[:i], append(bytes.Clone(file[:i]), '!'), file[i:]} {
			if _, err := ParseCAKey(bad); err != nil && leaks(err.Error(), ca.private.d()) {
				t.Fatalf("%v", err)
			}
		}
	}
}

func TestRefusalIsAnError(t *testing.T) {
	r := &Refusal{Reason: PeerRefused, Status: 488, Detail: "the hello was answered with 488"}
	if !errors.Is(r, PeerRefused) || errors.Is(r, Expired) {
		t.Error("a refusal does not compare with its reason")
	}
	if want := "peer_refused (status 488): the hello was answered with 488"; r.Error() != want {
		t.Errorf("prints %q", r.Error())
	}
	if text, err := json.Marshal(r.Reason); err != nil || string(text) != `"peer_refused"` {
		t.Errorf("JSON %s, %v", text, err)
	}
}

// Oracle: the list of section 7.
func TestReasons(t *testing.T) {
	all := strings.Fields(`no_identity service_off peer_refused peer_silent not_base64 bad_length bad_signature expired
		user_id_mismatch ssrc_collision bad_key_block replayed no_media media_downgraded out_of_order empty_answer
		sdes_peer call_ended local_error`)
	said := map[string]bool{}
	for _, word := range all {
		w := Reason(word).Words()
		if _, known := words[Reason(word)]; !known || said[w] || !strings.HasSuffix(w, ".") {
			t.Errorf("%s: no sentence of its own: %q", word, w)
		}
		said[w] = true
	}
	if len(words) != len(all) {
		t.Errorf("%d reasons have words, the list has %d", len(words), len(all))
	}
	if Reason("something").Words() == "" {
		t.Error("an unknown reason has no words")
	}
}

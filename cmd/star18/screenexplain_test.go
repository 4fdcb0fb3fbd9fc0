package main

import (
	"os"
	"path/filepath"
	"testing"

	"star18/cmd/internal/config"
	"star18/cmd/internal/say"
	"star18/cmd/internal/screen"
)

// What is typed on the screen is not said to be secured, or called, where it cannot.
func TestScreenExplains(t *testing.T) {
	const none = "no mini-certificate is configured: it "
	for _, v := range []struct {
		set, dialed string
		want        screen.Explanation
	}{
		{"secure.method=sdes", "*18411", screen.Explanation{Does: "calls 411, to be secured"}},
		{"secure.service=true", "*18411", screen.Explanation{Does: "calls 411, in clear", Why: none + "stays in clear"}},
		{"secure.require=true", "*18411", screen.Explanation{Does: "calls 411, in clear", Why: none + "is not placed (secure.require)", Refuse: true}},
		{"secure.require=true", "*19411", screen.Explanation{Does: "calls 411, in clear", Why: "secure.require is set: it is not placed", Refuse: true}},
		{"dialplan.plan=(41x!|4xxx)", "411", screen.Explanation{Refuse: true}},
		{"dialplan.plan=(41x!|41xx.)", "411", screen.Explanation{Refuse: true}},
		{"secure.service=true", "41", screen.Explanation{Does: "not complete: enter would call nobody", Why: "dialled number is incomplete according to the dial plan (X60)"}},
	} {
		file := filepath.Join(t.TempDir(), "c.yaml")
		if err := os.WriteFile(file, []byte("line: {user: \"1\", domain: x.test}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := config.Load(config.Options{Path: file, Sets: []string{v.set}})
		if err != nil {
			t.Fatal(err)
		}
		a := &app{flags: flags{state: t.TempDir()}}
		s := &session{cfg: l, queue: &say.Queue{}}
		if s.dialing, err = a.newDialing(l); err != nil {
			t.Fatal(err)
		}
		phone := &telephone{lines: []*session{s}}
		p := &screenPhone{keys: phone.keys(t.Context(), a)}
		got := p.Explain("", v.dialed)
		if got.Refuse != v.want.Refuse || v.want.Does != "" && got.Does != v.want.Does || v.want.Why != "" && got.Why != v.want.Why {
			t.Errorf("%s, %s: %+v, want %+v", v.set, v.dialed, got, v.want)
		}
	}
}

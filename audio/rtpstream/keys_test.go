package rtpstream

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// rfcKeys are the master key and salt of RFC 3711 appendix B.3.
func rfcKeys(t testing.TB) Keys {
	return Keys{
		Master:     [16]byte(fromHex(t, "e1f97a0d3e018be0d64fa32c06de4139")),
		Salt:       [14]byte(fromHex(t, "0ec675ad498afeebb6960b3aabe6")),
		Transforms: []Transform{HMACSHA1_80},
	}
}

func TestKeysNeverShow(t *testing.T) {
	k := Keys{Master: [16]byte{0xe1, 0xf9}, Salt: [14]byte{0x0e, 0xc6}, Transforms: []Transform{HMACSHA1_80}}
	holder := struct{ K Keys }{k}
	var log bytes.Buffer
	noTime := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{} // its digits could be those of a leak
		}
		return a
	}}
	slog.New(slog.NewTextHandler(&log, noTime)).Info("x", "k", k, "p", &k, "h", holder)
	slog.New(slog.NewJSONHandler(&log, noTime)).Info("x", "k", k, "p", &k, "h", holder)
	fmt.Fprintln(&log, k, &k, holder, &holder, []Keys{k})
	fmt.Fprintf(&log, "%v %+v %#v %s %x %X %q %d %+v %#v\n", k, k, k, k, k, k, k, k, holder, &holder)
	err := json.NewEncoder(&log).Encode(holder)
	if err != nil {
		t.Fatal(err)
	}
	shown := strings.ToLower(log.String())
	for _, leak := range []string{"e1f9", "225", "249", "198", "0xe1", "hmac"} {
		if strings.Contains(shown, leak) {
			t.Errorf("%q shows in %s", leak, shown)
		}
	}
	if !strings.Contains(shown, "[secret]") {
		t.Errorf("no mark in %s", shown)
	}
}

func TestWipe(t *testing.T) {
	k := rfcKeys(t)
	k.wipe()
	if k.Master != [16]byte{} || k.Salt != [14]byte{} {
		t.Error("something is left")
	}
}

func TestFingerprintTellsEveryPartApart(t *testing.T) {
	k := rfcKeys(t)
	other := [5]Keys{k, k, k, k, k}
	other[0].Master[15]++
	other[1].Salt[13]++
	other[2].Transforms = []Transform{HMACSHA1_32}
	other[3].Transforms = []Transform{HMACSHA1_80, HMACSHA1_32}
	other[4].Role = Callee
	for i := range other {
		if other[i].fingerprint() == k.fingerprint() {
			t.Errorf("part %d does not count", i)
		}
	}
	same := k
	if same.fingerprint() != k.fingerprint() {
		t.Error("equal keys differ")
	}
}

func TestEventKindsHaveNames(t *testing.T) {
	for kind, want := range map[EventKind]string{
		EventFirstPacket: "first_packet", EventFirstAuthenticated: "first_authenticated",
		EventRemoteChanged: "remote_changed", EventFault: "fault", 0: "unknown",
	} {
		if kind.String() != want {
			t.Errorf("%d is called %q", kind, kind)
		}
	}
}

func TestRolesHaveNames(t *testing.T) {
	for role, want := range map[Role]string{Caller: "caller", Callee: "callee", 0: "fixed"} {
		if role.String() != want {
			t.Errorf("%d is called %q", role, role)
		}
	}
}

//go:build screens

package main

import (
	"bufio"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"star18/audio/wav"
	"star18/ua/digest"
	"star18/ua/lab"
)

var screensTo = flag.String("screens", "", "the folder for pictures of the screen")

// stage is a terminal on an X server of its own, and telephones around it.
type stage struct {
	t    *testing.T
	lab  *lab.Lab
	dir  string
	env  []string
	term *exec.Cmd
}

// TestScreens plays the calls of the documentation and keeps pictures of them.
// Whoever runs it looks at them.
func TestScreens(t *testing.T) {
	if *screensTo == "" {
		t.Skip("no folder for the pictures: make screens")
	}
	s := newStage(t)
	joe := s.phone("joe", "answer")
	s.phone("reception", "answer")
	s.terminal("80x24", "star18", "--config", "anna.yaml", "--state", "anna")

	s.press(2*time.Second, "*18joe", "")
	s.picture("dialling")
	s.lab.DropRequests("INFO", 3) // so long takes what is over in 40 ms
	s.press(2*time.Second, "", "Return")
	s.picture("securing")
	s.press(5*time.Second, "q", "")
	s.press(20*time.Second, "*18joe", "Return")
	s.picture("secured")
	s.press(time.Second, "c", "")
	s.press(5*time.Second, "reception", "Return")
	s.picture("two-calls")
	s.press(time.Second, "l", "")
	s.picture("ladder")
	s.press(time.Second, "", "Escape")
	s.press(time.Second, "qq", "")
	s.press(7*time.Second, "*18reception", "Return")
	s.picture("not-secured")
	s.press(2*time.Second, "q", "")
	s.end(joe)
	s.press(2*time.Second, "joe", "Return")
	s.picture("failed")
	s.press(31*time.Second, "", "Escape")
	s.press(time.Second, "", "Escape")
	s.picture("idle")
	s.phone("bank", "call", "14085550001")
	time.Sleep(2 * time.Second)
	s.picture("incoming")
	s.end(s.term)

	s.terminal("100x42", "sh", "-c", "star18 --config anna.yaml --state anna doctor; sleep 60")
	time.Sleep(15 * time.Second)
	s.picture("doctor")
}

func newStage(t *testing.T) *stage {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	users := map[string]string{"anna": "14085550001", "joe": "14085551234", "reception": "14085550888", "bank": "18005550000"}
	secrets := map[string]digest.Secret{}
	for _, number := range users {
		secrets[number] = scriptPassword
	}
	l, err := lab.Start(lab.Config{Conn: conn, Domain: "star18.test", Users: secrets, RecordRoute: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &stage{t: t, lab: l, dir: t.TempDir(), env: append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8")}
	s.display()
	s.run("star18", "cert", "ca", "--out", "ca")
	names := map[string]string{"anna": "Anna Example", "joe": "Joe Smith"}
	for who, number := range users {
		s.speech(who + ".wav")
		text := fmt.Sprintf("line: {user: %q, domain: star18.test, password: %s, proxy: %q}\n"+
			"sip: {listen: \"127.0.0.1:0\"}\naudio: {input: \"file:%s.wav\", output: \"null\"}\n"+
			"contacts: [{name: Joe, number: \"14085551234\"}, {name: Reception, number: \"14085550888\"}]\n",
			number, scriptPassword, l.Addr(), who)
		if name := names[who]; name != "" {
			s.run("star18", "cert", "issue", "--ca", "ca", "--name", name, "--user-id", number, "--expires", "2034-01-01", "--out", who)
			text += fmt.Sprintf("secure: {mini_certificate_file: %s.mc, private_key_file: %s.key}\n", who, who)
		}
		if who == "bank" {
			text = strings.Replace(text, "line: {", "line: {display_name: Your Bank, ", 1)
		}
		if err := os.WriteFile(filepath.Join(s.dir, who+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// speech is noise with the rhythm of words, so that a level has something to show.
func (s *stage) speech(name string) {
	w, err := wav.Create(filepath.Join(s.dir, name), 8000, 1)
	if err != nil {
		s.t.Fatal(err)
	}
	for range 120 {
		loud := math.Pow(10, -rand.Float64()*2) * 12000
		pcm := make([]int16, 2000+rand.IntN(4000))
		for i := range pcm {
			pcm[i] = int16(loud * (rand.Float64()*2 - 1))
		}
		if err := w.Write(pcm); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = s.dir, s.env
	return cmd
}

func (s *stage) run(name string, args ...string) {
	s.t.Helper()
	if out, err := s.command(name, args...).CombinedOutput(); err != nil {
		s.t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

func (s *stage) start(cmd *exec.Cmd) *exec.Cmd {
	s.t.Helper()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { s.end(cmd) })
	return cmd
}

func (s *stage) end(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(os.Interrupt)
	if cmd == s.term {
		_ = cmd.Process.Kill()
	}
	_ = cmd.Wait()
}

// display is an X server that nobody else uses.
func (s *stage) display() {
	r, w, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	x := s.command("Xvfb", "-displayfd", "3", "-screen", "0", "1400x1000x24")
	x.ExtraFiles = []*os.File{w}
	s.start(x)
	_ = w.Close()
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		s.t.Fatal(err)
	}
	s.env = append(s.env, "DISPLAY=:"+strings.TrimSpace(number))
}

func (s *stage) phone(who string, args ...string) *exec.Cmd {
	cmd := s.start(s.command("star18", append([]string{"--config", who + ".yaml", "--state", who}, args...)...))
	time.Sleep(time.Second) // it registers
	return cmd
}

// terminal shows a program in a window of so many characters.
func (s *stage) terminal(size string, args ...string) {
	x := []string{"-tn", "xterm-256color", "-fa", "DejaVu Sans Mono", "-fs", "11", "-bg", "black", "-fg", "gray90", "-geometry", size + "+0+0", "-b", "6", "+sb", "-e"}
	s.term = s.start(s.command("xterm", append(x, args...)...))
	time.Sleep(3 * time.Second)
	s.run("xdotool", "mousemove", "300", "200") // keys go to where it points
}

// press types text, then a key, and lets that have its effect.
func (s *stage) press(wait time.Duration, text, key string) {
	s.t.Helper()
	if text != "" {
		s.run("xdotool", "type", "--delay", "80", text)
	}
	if key != "" {
		s.run("xdotool", "key", key)
	}
	time.Sleep(wait)
}

func (s *stage) picture(name string) {
	s.t.Helper()
	to, err := filepath.Abs(filepath.Join(*screensTo, name+".png"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.run("sh", "-c", `import -window $(xdotool search --onlyvisible --class xterm | tail -1) +dither -colors 24 -strip PNG8:"$0"`, to)
}

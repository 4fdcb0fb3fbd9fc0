//go:build interop && linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// baresipMouth is the same with two baresips, which call each other without a
// registrar. They refuse 127.0.0.1, and so get a namespace of their own.
func baresipMouth(t *testing.T, env []string, module, buffer string) mouthToEar {
	t.Helper()
	scripts, err := filepath.Abs("../../ua/lab/testdata")
	if err != nil {
		t.Fatal(err)
	}
	namespace := fmt.Sprintf("star18-mouth-%d", os.Getpid())
	_, stop := startScript(t, program(filepath.Join(scripts, "netns.sh"), namespace))
	defer stop()
	modules, err := filepath.Glob("/usr/lib*/**/baresip/modules")
	if found, _ := filepath.Glob("/usr/lib/baresip/modules"); len(found) > 0 {
		modules = found
	}
	if err != nil || len(modules) == 0 {
		t.Fatal("baresip's modules are not where they were")
	}
	start := func(user, port, source, player string, args ...string) func() {
		dir := t.TempDir()
		files := map[string]string{
			"config": fmt.Sprintf("poll_method epoll\nsip_listen 10.99.0.1:%s\naudio_buffer %s\naudio_source %s\naudio_player %s\n"+
				"audio_alert aubridge,alert\nausrc_channels 1\nauplay_channels 1\nmodule_path %s\nmodule g711.so\nmodule %s.so\n"+
				"module aubridge.so\nmodule_tmp uuid.so\nmodule_tmp account.so\nmodule_app menu.so\n", port, buffer, source, player, modules[0], module),
			"accounts": fmt.Sprintf("<sip:%s@10.99.0.1:%s>;regint=0;answermode=auto;audio_codecs=pcmu\n", user, port),
			"contacts": "",
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := program("ip", append([]string{"netns", "exec", namespace, "baresip", "-4", "-f", dir}, args...)...)
		cmd.Env = append(os.Environ(), env...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return ender(t, cmd)
	}
	defer start("b", "5172", "aubridge,silence", module+",default")()
	time.Sleep(time.Second)
	defer start("a", "5182", module+",default", "aubridge,nobody", "-e", "/dial sip:b@10.99.0.1:5172")()
	time.Sleep(4 * time.Second)
	return measureMouth(t, env)
}

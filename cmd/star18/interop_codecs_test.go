//go:build interop && linux

package main

import (
	"testing"

	"star18/audio/opus"
)

// wideBaresip calls and is called in a wideband codec. baresip's G.722 is spandsp's,
// its Opus the same libopus.
func wideBaresip(t *testing.T, s *site, codec string) string {
	if codec == "opus" && opus.Library() == "" {
		t.Skip("built without libopus")
	}
	s.kamailio(t)
	theirs := map[string]string{"G722": "g722/16000/1", "opus": "opus/48000/2"}[codec]
	config := "audio: {codecs: [" + codec + ", PCMU]}\n"
	far := s.baresip(t, "answermode=auto", theirs, "pcmu")
	near := s.phone(t, options{user: callerUser, hz: callerHz, config: config, args: []string{"call", baresipUser, "--for", "3s"}})
	near.exits(exitDone)
	out := ordinaryCall(t, near, far)

	far = s.baresip(t, "", theirs, "pcmu")
	callee := s.phone(t, options{user: calleeUser, hz: callerHz, config: config, args: []string{"answer", "--count", "1", "--for", "3s"}})
	callee.await("registered")
	far.command(t, "dial", "sip:"+calleeUser+"@"+kamailioIP)
	callee.exits(exitDone)
	for _, p := range []*phone{near, callee} {
		if got := p.one("answered").Codec; got != codec {
			t.Errorf("codec %s, want %s", got, codec)
		}
	}
	return "calls: " + out + "; answers: " + ordinaryCall(t, callee, far)
}

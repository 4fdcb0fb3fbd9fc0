package audio

import "testing"

func TestSenderBeginsAnew(t *testing.T) {
	tests := []struct {
		name     string
		change   func(s *sender)
		restarts uint64
		lost     uint64 // at most: packets that had to be refused before it was clear
	}{
		{"timestamp jumps forward", func(s *sender) { s.ts += 1 << 30 }, 0, 0},
		{"timestamp jumps back", func(s *sender) { s.ts -= 1 << 30 }, 0, 0},
		{"sequence jumps far forward", func(s *sender) { s.seq += 20000 }, 1, 1},
		{"sequence jumps far back", func(s *sender) { s.seq -= 20000 }, 1, 1},
		{"sequence steps back a little", func(s *sender) { s.seq -= 60 }, 1, 9},
		{"sequence skips a hundred", func(s *sender) { s.seq += 100 }, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, l := newSender(160), newListener()
			for range 2 * steadyPackets {
				l.put(s.next())
				l.tick()
			}
			test.change(s)
			mark := s.sent
			for range 50 {
				l.put(s.next())
				l.tick()
			}
			from := mark + int(test.lost)*160 + 40
			if l.find(s, from, 30*160) < 0 {
				t.Errorf("the sound is not whole again from %d packets after the change", test.lost)
			}
			got := l.Stats()
			if got.Restarts != test.restarts {
				t.Errorf("%d restarts, want %d", got.Restarts, test.restarts)
			}
			if got.JitterMS > 1 {
				t.Errorf("jitter %.1f ms of a jump", got.JitterMS)
			}
		})
	}
}

func TestStraysDoNotDisturb(t *testing.T) {
	s, l := newSender(160), newListener()
	for i := range 50 {
		l.put(s.next())
		if i%10 == 5 { // single packets from nowhere, none following another
			l.Put(s.seq+10000+uint16(i*100), 12345, false, make([]byte, 160), l.now)
			l.Put(s.seq, 0, false, make([]byte, maxPayload+1), l.now)
		}
		l.tick()
	}
	if l.find(s, 0, 40*160) < 0 {
		t.Error("the sound is broken")
	}
	if got := l.Stats(); got.Discarded != 10 || got.Restarts != 0 {
		t.Errorf("stats %+v, want 10 discarded", got)
	}
}

func TestResetTakesAnotherStream(t *testing.T) {
	s, l := newSender(160), newListener()
	for range 20 {
		l.put(s.next())
		l.tick()
	}
	l.Reset()
	s.seq, s.ts = 100, 7777 // another SSRC
	mark := s.sent
	for range 20 {
		l.put(s.next())
		l.tick()
	}
	if l.find(s, mark+40, 17*160) < 0 {
		t.Error("the new stream is not played from its first packet")
	}
	got := l.Stats()
	if got.Received != 40 || got.Lost != 0 || got.Restarts != 0 {
		t.Errorf("stats %+v, want 40 received", got)
	}
	noClick(t, l.played, 440, 8000)
}

func TestUndecodablePacketIsConcealed(t *testing.T) {
	s, l := newSender(160), newListener()
	for i := range 10 {
		p := s.next()
		if i == 5 {
			p.payload = nil
		}
		l.put(p)
		l.tick()
	}
	l.expect(t, PlayoutStats{Received: 10, Discarded: 1, Concealed: 1})
}

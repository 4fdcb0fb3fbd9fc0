package transcript

import (
	"time"

	"star18/securecall"
	"star18/ua"
)

// blockLen is the size of a sealed block: an RSA-512 modulus.
const blockLen = 64

// messageOf is e in the words of the file.
func messageOf(e ua.Exchange) *Message {
	m := &Message{
		Role: e.Role, Direction: Received, Method: e.Method, Status: e.Status,
		ContentType: e.ContentType, Number: e.Number,
		Kind: Empty, Fault: e.Fault, Chars: e.Chars, Bytes: e.Bytes,
		Hello: e.Hello, ID: Hex(e.ID), Form: e.Form, OwnSSRC: Hex(e.Own),
		Observed: observedOf(e.Observed),
	}
	if e.Sent {
		m.Direction = Sent
	}
	if e.Heard {
		ssrc := Hex(e.Remote)
		m.PeerSSRC = &ssrc
	}
	switch {
	case e.Fault != "":
		m.Kind = Unreadable
	case len(e.Hello) > 0:
		m.Kind = Hello
	case e.Form != "":
		m.Kind, m.Blocks = Final, blocks(e.Form)
	}
	return m
}

func blocks(f securecall.FinalForm) []int {
	if f == securecall.Joined {
		return []int{blockLen}
	}
	return []int{blockLen, blockLen}
}

func observedOf(all securecall.Observed) []Observed {
	var out []Observed
	for _, o := range all {
		out = append(out, Observed{
			Kind: o.Kind, ContentType: o.ContentType, Bytes: o.Length, ID: Hex(o.ID), Order: o.Order,
			Version: Hex(o.Version), SSRC: Hex(o.SSRC), SSRCMatched: o.SSRCMatched, WithCA: o.WithCA,
			Form: o.Form, Padding: o.Padding, SaltBytes: o.SaltBytes,
		})
	}
	return out
}

// outcomeOf is an event that says how a call went, or nil.
func outcomeOf(ev ua.Event) *Outcome {
	switch ev := ev.(type) {
	case ua.Secured:
		return &Outcome{Secured: true, Name: ev.Name, Number: ev.Number, Proven: ev.Proven, Transform: ev.Transform, MS: ev.MS}
	case ua.NotSecured:
		return &Outcome{Reason: ev.Reason, Detail: ev.Detail, Status: ev.Status}
	}
	return nil
}

// settingsOf compares what the peer showed with what we would have sent.
func settingsOf(seen securecall.Observed, w securecall.Wire) *Settings {
	s := &Settings{Differ: []Differ{}, Lines: []string{}}
	differences := seen.Differences(w)
	for _, d := range differences {
		s.Differ = append(s.Differ, Differ{d.Key, d.Observed, d.Configured})
	}
	if len(differences) > 0 {
		s.Lines = ConfigLines(differences)
	}
	return s
}

func startOf(program string, w securecall.Wire) *Start {
	return &Start{magic, version, program, Wire{
		ContentType: w.ContentType, MessageIDs: w.MessageIDs, VersionFlags: Hex(w.VersionFlags),
		ByteOrder: w.ByteOrder.String(), Final: w.Final.String(), Padding: w.Padding.String(), SaltBytes: w.SaltBytes,
	}}
}

// stamp is the time of a line: milliseconds are what the other recordings have.
func stamp(at time.Time) time.Time { return at.UTC().Truncate(time.Millisecond) }

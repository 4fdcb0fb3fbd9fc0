package dialplan

import "time"

// Tone is what the user hears while dialling (2.2). ToneConfirm is followed by the dial tone, as
// 1.5 decides for *18.
type Tone string

const (
	ToneNone    Tone = ""
	ToneDial    Tone = "dial"
	ToneOutside Tone = "outside"
	TonePrompt  Tone = "prompt"
	ToneConfirm Tone = "confirm"
	ToneReorder Tone = "reorder"
)

// Step is what to do after an event of a session: play the tone, then call Timeout if no other
// event comes within Wait. When Done, Intent is final and the session takes no more.
type Step struct {
	Outcome Outcome
	Wait    time.Duration
	Tone    Tone
	Done    bool
	Intent  Intent // so far: its codes and actions are valid at any step
}

// Session is dialling key by key, from off-hook to a call. It has no clock: its owner tells it when
// the wait of a step has passed. Codes act at once; whoever hangs up before a call says Idle.
//
//	off-hook ─▶ keys ─┬▶ code ─▶ confirm or prompt tone ─▶ keys ...
//	                  └▶ dial, reject or a code's own call: Done
type Session struct {
	run     *run
	matcher *matcher
	step    Step
}

// Session goes off-hook. A hot line may be Done before any key.
func (d *Dialer) Session() *Session {
	s := &Session{run: d.newRun(""), matcher: d.matcher()}
	s.listen(ToneDial)
	return s
}

// Step is where the session stands.
func (s *Session) Step() Step { return s.step }

// Press takes a key, 0-9, * or #; any other is ignored, as a telephone has none. '#' is Send unless
// a candidate wants it (1.3).
func (s *Session) Press(key byte) Step {
	switch {
	case s.step.Done || keyBit(key) == 0:
		return s.step
	case s.run.wantsSlot():
		return s.pressSlot(key)
	case key == '#' && !s.matcher.wants(keyBit('#')):
		return s.Send()
	case len(s.matcher.keys) == maxKeys:
		return s.refuse(tooLong(maxKeys))
	}
	s.run.intent.Input += string(key)
	s.matcher.press(key)
	return s.listen(s.keyTone())
}

// Back takes back the last key since the last code: a code that was run stays run.
func (s *Session) Back() Step {
	if s.step.Done || len(s.matcher.keys) == 0 {
		return s.step
	}
	kept := string(s.matcher.keys[:len(s.matcher.keys)-1])
	s.run.intent.Input = s.run.intent.Input[:len(s.run.intent.Input)-1]
	s.matcher.reset()
	s.matcher.pressAll(kept)
	return s.listen(s.keyTone())
}

// Preview is what would come of the keys so far if they were sent now. It changes nothing.
func (s *Session) Preview() Intent {
	if s.step.Done {
		return s.step.Intent
	}
	r, m := *s.run, s.run.dialer.matcher()
	r.explain = true
	m.pressAll(string(s.matcher.keys))
	m.send()
	if best, err := m.resolve(); err == nil && best.kind == codeSequence {
		r.intent.Outcome, r.intent.Why = OutcomeCode, string(m.keys)+": "+best.service.info().words
		return r.intent
	}
	if len(m.keys) == 0 && len(r.intent.Codes) > 0 {
		r.onlyCodes("#")
		return r.intent
	}
	r.dialling = string(m.keys)
	r.resolve(m)
	r.finish()
	return r.intent
}

func (s *Session) pressSlot(key byte) Step {
	s.run.intent.Input += string(key)
	if !isSlot(key) {
		return s.refuse(ErrSlot)
	}
	s.run.slot = key
	return s.listen(TonePrompt)
}

// Timeout says that the wait of the last step has passed.
func (s *Session) Timeout() Step {
	switch {
	case s.step.Done:
		return s.step
	case s.run.wantsSlot():
		return s.refuse(ErrSlot)
	case s.matcher.timeout():
		return s.resolve()
	}
	return s.listen(s.keyTone())
}

// Send is the Dial button: nothing more will be typed.
func (s *Session) Send() Step {
	switch {
	case s.step.Done:
		return s.step
	case s.run.wantsSlot():
		return s.refuse(ErrSlot)
	}
	s.matcher.send()
	return s.resolve()
}

func (s *Session) keyTone() Tone {
	if s.matcher.tone {
		return ToneOutside
	}
	return ToneNone
}

// listen waits for the next event, unless the state is decided already; a timer of no seconds
// decides at once (1.1, S0). A reject that still waits plays its tone, but takes keys on.
func (s *Session) listen(tone Tone) Step {
	state := s.matcher.decide()
	switch {
	case state.outcome == OutcomeDial || state.wait == 0:
		return s.resolve()
	case state.outcome == OutcomeReject:
		tone = ToneReorder
	case tone == ToneDial && s.matcher.tone:
		tone = ToneOutside
	}
	s.step = Step{Outcome: state.outcome, Wait: state.wait, Tone: tone, Intent: s.run.intent}
	return s.step
}

// resolve acts on what the keys have come to.
func (s *Session) resolve() Step {
	best, err := s.matcher.resolve()
	switch {
	case err == nil && best.kind == codeSequence:
		return s.code(best.service)
	case err == ErrNothingDialled && len(s.run.intent.Codes) > 0:
		s.run.onlyCodes("#")
	default:
		s.run.dialling = string(s.matcher.keys)
		s.run.resolve(s.matcher)
	}
	return s.done()
}

// code runs a complete code and goes on listening for a number.
func (s *Session) code(service Service) Step {
	if err := s.run.code(service, Code(s.matcher.keys)); err != nil {
		return s.refuse(err)
	}
	if s.run.calls {
		s.run.onlyCodes("#")
		return s.done()
	}
	s.run.commit()
	s.matcher.reset()
	tone := ToneConfirm
	if service.info().wants != wantsNothing {
		tone = TonePrompt
	}
	if s.listen(tone); !s.step.Done {
		s.step.Outcome = OutcomeCode
	}
	return s.step
}

func (s *Session) refuse(err error) Step {
	s.run.reject(err)
	return s.done()
}

func (s *Session) done() Step {
	s.run.rescue(s.run.intent.Input)
	s.run.finish()
	s.run.commit()
	s.step = Step{Outcome: s.run.intent.Outcome, Done: true, Intent: s.run.intent}
	if s.step.Outcome == OutcomeReject {
		s.step.Tone = ToneReorder
	}
	return s.step
}

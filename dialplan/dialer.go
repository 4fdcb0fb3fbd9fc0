package dialplan

import (
	"errors"
	"strconv"
)

// Dialer turns what is dialled into intents and remembers what star codes asked for. One goroutine
// owns it and its sessions, and has one session open at a time, as a line has one handset.
type Dialer struct {
	config   Config
	plan     *plan
	prog     *program
	contacts contactBook
	line     lineState
}

// New checks a configuration. Its error joins every fault there is.
func New(config Config) (*Dialer, []Warning, error) {
	plan, err := parsePlan(config.Plan)
	if err = errors.Join(err, config.check()); err != nil {
		return nil, nil, err
	}
	d := &Dialer{config: config, plan: plan, contacts: newContactBook(config.Contacts)}
	d.line.standing = config.Standing
	d.line.secure = secureFlag{Service: config.SecureService, Setting: config.Standing.SecureAll}
	d.build()
	return d, config.warnings(plan), nil
}

// build lays the plan and what is appended to it end to end.
func (d *Dialer) build() {
	var ip []sequence
	if d.config.IPDialing {
		ip = ipSequences()
	}
	d.prog = newProgram(d.plan.sequences, d.config.Codes.sequences(), ip, d.speedSequences()).withHelp(emergencySequences(d.plan.sequences))
}

// speedSequences are the assigned keys. Each waits as long as an incomplete number does, so that an
// assigned key leaves no less time to dial on.
func (d *Dialer) speedSequences() []sequence {
	var out []sequence
	for key := byte('2'); key <= '9'; key++ {
		if d.speedDial(d.line.standing, key) == "" {
			continue
		}
		seq := literal(speedSequence, string(key))
		seq.ops[1].short = override{set: true, wait: d.plan.long.or(d.config.LongTimer)}
		out = append(out, seq)
	}
	return out
}

func (d *Dialer) speedDial(standing Standing, key byte) string {
	if dial := standing.SpeedDial[key-'0']; dial != "" {
		return dial
	}
	return d.config.SpeedDial[string(key)]
}

func (d *Dialer) matcher() *matcher {
	return newMatcher(d.prog, d.plan.short.or(d.config.ShortTimer), d.plan.long.or(d.config.LongTimer))
}

// Dial takes a whole dial string, as if its keys were followed by an explicit send. An intent to
// dial uses up what was asked for the next call; a rejected string leaves that as it was before.
func (d *Dialer) Dial(input string) Intent {
	r := d.newRun(input)
	r.whole(input)
	r.commit()
	return r.intent
}

// Explain is Dial without consequences. Its outcome is the state after the last key, its number
// what would be sent now.
func (d *Dialer) Explain(input string) Intent {
	r := d.newRun(input)
	r.explain = true
	r.whole(input)
	return r.intent
}

// Idle drops what was asked for the next call: the line went idle without one (1.6).
func (d *Dialer) Idle() { d.line.spend() }

// Standing is what to keep.
func (d *Dialer) Standing() Standing {
	standing := d.line.standing
	standing.SecureAll = d.line.secure.Setting
	return standing
}

// SetStanding takes over what was dialled elsewhere; what was asked for the next call stays.
func (d *Dialer) SetStanding(standing Standing) {
	d.line.standing = standing
	d.line.secure.Setting = standing.SecureAll
	d.build()
}

// words names a sequence for people.
func (s *sequence) words() string {
	switch s.kind {
	case planSequence:
		return "sequence " + strconv.Itoa(s.number) + " " + strconv.Quote(s.text)
	case speedSequence:
		return "speed dial " + s.text
	case emergencySequence:
		return "emergency number " + s.text
	}
	return s.text
}

package dialplan

// program is a plan and what is appended to it, laid end to end, so that a state of the matcher is
// one index and "first listed" is "smallest index".
type program struct {
	ops       []op
	starts    []int32
	sequences []sequence
	help      int32 // the first operation of the emergency sequences, which come last
}

func newProgram(groups ...[]sequence) *program {
	p := &program{}
	for _, group := range groups {
		for _, seq := range group {
			p.append(seq)
		}
	}
	p.help = int32(len(p.ops))
	return p
}

// withHelp appends the emergency sequences.
func (p *program) withHelp(help []sequence) *program {
	for _, seq := range help {
		p.append(seq)
	}
	return p
}

func (p *program) append(seq sequence) {
	p.starts = append(p.starts, int32(len(p.ops)))
	p.ops = append(p.ops, seq.ops...)
	p.ops[len(p.ops)-1].seq = int32(len(p.sequences))
	p.sequences = append(p.sequences, seq)
}

// literal is a sequence that takes exactly these keys.
func literal(kind sequenceKind, keys string) sequence {
	seq := sequence{kind: kind, text: keys}
	for i := range len(keys) {
		seq.ops = append(seq.ops, op{kind: opKey, keys: keyBit(keys[i])})
	}
	seq.ops = append(seq.ops, op{kind: opAccept})
	return seq
}

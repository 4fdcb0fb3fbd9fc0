package audio

// adaptPredictor is TRIGB, UPA1, UPA2, LIMC, LIMD, UPB and TONE. partial is the
// reconstructed sample as far as the zeros predict it.
func (g *g726State) adaptPredictor(difference, partial int, begins bool) {
	minus := partial < 0
	if begins {
		g.poles, g.zeros, g.tone = [2]int{}, [6]int{}, false
	} else {
		g.adaptPoles(minus, partial != 0)
		g.adaptZeros(difference)
		g.tone = g.poles[1] < -11776
	}
	g.signs = [2]bool{minus, g.signs[0]}
}

func (g *g726State) adaptPoles(minus, moves bool) {
	first, second := g.poles[0], g.poles[1]
	first -= first >> 8
	second -= second >> 7
	if moves {
		same := minus == g.signs[0]
		cross := max(-8192, min(8191, g.poles[0])) // F(A1)
		if same {
			cross = max(-8192, min(8191, -g.poles[0]))
		}
		second += cross>>5 + signed(128, minus == g.signs[1])
		first += signed(192, same)
	}
	second = max(-12288, min(12288, second))
	bound := 15360 - second
	g.poles = [2]int{max(-bound, min(bound, first)), second}
}

func (g *g726State) adaptZeros(difference int) {
	for i := range g.zeros {
		g.zeros[i] -= g.zeros[i] >> 8
		if difference != 0 {
			g.zeros[i] += signed(128, (difference < 0) == g.past[i].minus)
		}
	}
}

// signed is step with a sign.
func signed(step int, plus bool) int {
	if plus {
		return step
	}
	return -step
}

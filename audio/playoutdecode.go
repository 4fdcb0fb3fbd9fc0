package audio

// lost makes up for a packet: the codec itself if it can, else a bridge to the
// packet after the gap if that is known, else what goes on from the sound before.
func (p *Playout) lost(dst []int16) []int16 {
	if c, ok := p.codec.(LossConcealer); ok {
		if n := c.Conceal(dst); n > 0 {
			p.conceal.blend(dst[:n])
			p.conceal.at = 0
			p.concealed += n
			return dst[:n]
		}
	}
	if !p.conceal.resting && p.lookAhead() && p.conceal.bridge(dst, p.ahead) {
		p.concealed += len(dst)
		return dst
	}
	p.invent(dst)
	return dst
}

// correct finds a lost packet in the one that follows it.
func (p *Playout) correct(dst []int16) []int16 {
	c, ok := p.codec.(LossCorrector)
	if !ok {
		return nil
	}
	next, ok := p.buffer.Following()
	if !ok || next.Noise {
		return nil
	}
	n := c.Correct(dst, next.Payload)
	if n == 0 {
		return nil
	}
	p.counts.Corrected++
	p.conceal.blend(dst[:n])
	p.conceal.heard(dst[:n])
	return dst[:n]
}

// lookAhead decodes the packet after the gap before its turn, which the gap's
// own packets will not have.
func (p *Playout) lookAhead() bool {
	next, ok := p.buffer.Following()
	if !ok || next.Noise {
		return false
	}
	n, err := p.codec.Decode(p.ahead[:cap(p.ahead)], next.Payload)
	if err != nil || n == 0 {
		return false
	}
	p.ahead, p.aheadOf = p.ahead[:n], next.Seq
	return true
}

// decode writes the sound of one packet into dst and returns it. An empty or
// undecodable packet leaves a gap like a lost one.
func (p *Playout) decode(dst []int16, packet Packet) []int16 {
	if packet.Noise {
		p.rest(packet.Payload)
		p.invent(dst[:p.packet])
		return dst[:p.packet]
	}
	n, err := p.takeAhead(dst, packet), error(nil)
	if n == 0 {
		n, err = p.codec.Decode(dst[:min(len(dst), p.longest)], packet.Payload)
	}
	if err != nil || n == 0 {
		p.counts.Discarded++
		p.invent(dst[:p.packet])
		return dst[:p.packet]
	}
	p.leaveAhead(dst[:n])
	p.packet = n
	p.conceal.blend(dst[:n])
	p.conceal.heard(dst[:n])
	return dst[:n]
}

// rest begins or changes comfort noise. Its spectrum is that of sound at the RTP
// clock's rate, and useless at any other (RFC 3389 section 4).
func (p *Playout) rest(payload []byte) {
	shape, ok := parseNoise(payload)
	if !ok {
		p.counts.Discarded++
		return
	}
	if p.codec.Rate() != p.codec.ClockRate() {
		shape.reflection = [noiseOrder]float64{}
	}
	p.conceal.rest(shape)
}

// takeAhead returns the sound of a packet that was decoded before its turn.
func (p *Playout) takeAhead(dst []int16, packet Packet) int {
	if packet.Seq != p.aheadOf {
		return 0
	}
	n := copy(dst, p.ahead)
	p.ahead = p.ahead[:0]
	return n
}

// leaveAhead leads from the sound that a gap was bridged to into that of a packet
// which came in its stead.
func (p *Playout) leaveAhead(dst []int16) {
	n := min(len(p.ahead), len(dst), p.conceal.join)
	overlap(dst[:n], p.ahead[:n], dst[:n], 0)
	p.ahead = p.ahead[:0]
}

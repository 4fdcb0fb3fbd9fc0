package sipnet

// Watch is told of every whole message: how it travels, between us and whom, and
// whether we sent it. TLS is taken off. raw is only lent, and it is called by
// several goroutines at once, which it must not hold up.
type Watch func(hop Hop, sent bool, raw []byte)

// door is where messages come in and go out.
type door struct {
	screen Screen
	second Screen // for what the first one passes
	watch  Watch
}

// in lets the screen look at what has arrived.
func (d door) in(from Hop, raw []byte) (pass, reply []byte) {
	if d.watch != nil {
		d.watch(from, false, raw)
	}
	if pass = raw; d.screen != nil {
		pass, reply = d.screen(from, raw)
	}
	if pass == nil {
		return nil, reply
	}
	return d.second(from, pass)
}

// out sees what leaves; keepalives are no messages.
func (d door) out(to Hop, raw []byte) {
	if d.watch != nil && len(raw) > len("\r\n\r\n") {
		d.watch(to, true, raw)
	}
}

package ua

import "star18/ua/sdp"

// fallSilent answers an offer in the call that takes the sound out of it (RFC 3264
// 8.2). The call stays, with the keys and counters of its stream, and is heard again
// after the next offer that has a port.
func (m *media) fallSilent(offer *sdp.Session) []byte {
	answer := sdp.Remove(offer, m.local())
	m.removed(answer)
	m.adjust()
	return m.describe(answer)
}

// removed notes that nothing is to be sent or heard; for the user that is a hold.
func (m *media) removed(ours *sdp.Session) {
	m.agreed.Direction, m.agreed.Held, m.inForce = sdp.Inactive, true, ours
}

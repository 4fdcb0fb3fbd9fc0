package sdp

// Direction is who sends, seen from the description that says it. The zero value
// is SendRecv, as RFC 8866 6.7 has it for a description that says nothing.
type Direction uint8

const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

var directionNames = [...]string{"sendrecv", "sendonly", "recvonly", "inactive"}

func (d Direction) String() string { return directionNames[d&3] }

// Sends reports whether media leaves the speaker of the description.
func (d Direction) Sends() bool { return d == SendRecv || d == SendOnly }

// Receives reports whether media is wanted by the speaker of the description.
func (d Direction) Receives() bool { return d == SendRecv || d == RecvOnly }

// reverse is the same direction seen from the other side.
func (d Direction) reverse() Direction { return directionOf(d.Receives(), d.Sends()) }

// and is what both directions allow.
func (d Direction) and(o Direction) Direction {
	return directionOf(d.Sends() && o.Sends(), d.Receives() && o.Receives())
}

func directionOf(send, receive bool) Direction {
	switch {
	case send && receive:
		return SendRecv
	case send:
		return SendOnly
	case receive:
		return RecvOnly
	}
	return Inactive
}

func parseDirection(attribute string) (Direction, bool) {
	for i, name := range directionNames {
		if attribute == name {
			return Direction(i), true
		}
	}
	return SendRecv, false
}

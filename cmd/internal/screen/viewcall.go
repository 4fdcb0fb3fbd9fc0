package screen

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"star18/cmd/internal/board"
	"star18/cmd/internal/say"
	"star18/ua"
)

// besideFrom is the width from which two columns have room for words.
const besideFrom = 56

// callLines shows the call that keys are about in full, the others in a line each.
func (m *Model) callLines(room int) []string {
	front := m.call()
	if front == nil {
		return m.idleLines(room)
	}
	var others []*board.Call
	for _, c := range m.board.Calls {
		if c != front {
			others = append(others, c)
		}
	}
	if len(others) == 0 {
		return m.callInFull(front, room)
	}
	room = max(1, room-len(others)-1)
	lines := append(sized(m.callInFull(front, room), room), m.rule("", m.width))
	for _, c := range others {
		m.clickable(len(lines), tabTo+c.Info.ID)
		lines = append(lines, m.callLine(c))
	}
	return lines
}

// callLine is a call that waits.
func (m *Model) callLine(c *board.Call) string {
	state := m.state(c)
	if m.width >= besideFrom {
		state = fmt.Sprintf("%-10s", state)
	}
	if c.Ringing() {
		state = m.doubt.Render(state)
	}
	id := fmt.Sprintf("%-3s%s", c.Info.ID, m.onColumn(c))
	left := fmt.Sprintf(" call %s %s %s  %s", id, state, clock(int(c.Duration(m.now()).Seconds())), plain(caller(c)))
	if m.width < besideFrom {
		left = fmt.Sprintf(" %s %s %s", id, state, plain(caller(c)))
	}
	word, style := m.word(c)
	return sides(left, " "+style.Render(word)+" ", m.width)
}

// caller is who is there, by the best that is known.
func caller(c *board.Call) string {
	if c.Security == board.Secure && c.Proof.Name != "" {
		return c.Proof.Name + " " + c.Proof.Number
	}
	return sipName(c)
}

// longest is how much is shown of what others sent: a name that fills the screen
// would hide what is said about it.
const longest = 64

func sipName(c *board.Call) string {
	if c.Anonymous {
		return "anonymous"
	}
	name := say.Caller("", cut(plain(c.Info.Number), longest))
	if c.Info.Name != "" && c.Info.Name != c.Info.Number {
		name = fmt.Sprintf("%q %s", cut(plain(c.Info.Name), longest), name)
	}
	return strings.TrimSpace(name)
}

// state is one or two words about a call.
func (m *Model) state(c *board.Call) string {
	switch {
	case c.Ringing():
		return "RINGING"
	case c.Info.HeldByUs && c.Info.HeldByPeer:
		return "both hold"
	case c.Info.HeldByUs:
		return "on hold"
	case c.Info.HeldByPeer:
		return "they hold"
	case c.Info.State == "up" && c.Info.Conference:
		return "conference"
	}
	return c.Info.State
}

// word is the state of security as it is shown: what is said in a conference that
// mixes secured with clear calls leaves here in clear.
func (m *Model) word(c *board.Call) (string, lipgloss.Style) {
	switch {
	case c.Security == board.Secure && m.mixed(c):
		return "NOT SECURE", m.wrong
	case c.Security == board.Secure && c.Proof.Method == ua.MethodSDES:
		return "SECURE, hop by hop", m.doubt
	}
	return c.Security.String(), m.palette.security(c.Security)
}

func (m *Model) mixed(c *board.Call) bool { return m.board.Mixed && c.Info.Conference }

func (m *Model) callInFull(c *board.Call, room int) []string {
	parts := [][]string{m.callHead(c), m.who(c), m.security(c), m.asked(c), m.kept(c), m.sound(c)}
	return stack(room, parts...)
}

func (m *Model) callHead(c *board.Call) []string {
	head := " call " + c.Info.ID + on(c.Account) + "  " + m.state(c)
	if c.Ringing() {
		head = m.doubt.Render(head)
	} else {
		head = m.bold.Render(head)
	}
	if c.Info.State == "up" {
		head += m.bold.Render("  " + clock(int(c.Duration(m.now()).Seconds())))
	}
	if c.Muted {
		head += "  " + m.doubt.Render("MUTED")
	}
	if c.Recording {
		head += "  " + m.wrong.Render("RECORDING")
	}
	word, style := m.word(c)
	return []string{sides(head, style.Render("[ "+word+" ]")+" ", m.width)}
}

// claim is a name, and how much it can be trusted.
type claim struct {
	heading, name, standing string
	style                   lipgloss.Style
}

// who: the certified name and the network's word, side by side and never mixed.
func (m *Model) who(c *board.Call) []string {
	certified, network := m.certified(c), m.network(c)
	if m.width < besideFrom {
		return append(certified.below(m.width), network.below(m.width)...)
	}
	column := (m.width - 2) / 2
	return beside(certified.column(m.faint, column), network.column(m.faint, column), column)
}

// column is a claim as a heading with lines below.
func (c claim) column(heading lipgloss.Style, width int) []string {
	lines := []string{"  " + heading.Render(c.heading)}
	for _, text := range wrapped(c.name, width-3) {
		lines = append(lines, "  "+c.style.Render(text))
	}
	for _, text := range wrapped(c.standing, width-3) {
		lines = append(lines, "  "+text)
	}
	return lines
}

// below is a claim as an entry, where there is only room for the first words.
func (c claim) below(width int) []string {
	words, _, _ := strings.Cut(c.standing, ":")
	return append(entry(c.heading, c.name, width, c.style), entry("", words, width)...)
}

// certified is what a certificate says. Only the other side of a call that we made
// proves that it holds the key; who calls us shows what anybody may have seen.
func (m *Model) certified(c *board.Call) claim {
	p := c.Proof
	out := claim{"certified", "nobody", "no certificate was shown", m.bold}
	switch {
	case c.Security == board.Secure && p.Method == ua.MethodSDES:
		out.standing = "keys in SDP prove no name"
	case c.Security == board.Secure && p.Name != "":
		out = claim{"certified", plain(p.Name + " " + p.Number), "presented, not proven: who has seen this certificate can show it", m.doubt}
		if p.Proven {
			out.standing, out.style = "proven: holds the certificate's key", m.good
		}
		if p.PublishedCA {
			out.style = m.doubt
		}
	case p.Name != "":
		out.name, out.standing = "nobody now", plain(p.Name)+" was shown before"
	case c.Info.State != "up":
		out.standing = "certified only after the answer"
	case c.Security == board.Securing:
		out.standing = "no certificate has been checked yet"
	}
	return out
}

// network is what SIP says.
func (m *Model) network(c *board.Call) claim {
	out := claim{"caller ID", plain(sipName(c)), "said by the network, not proven", m.bold}
	switch {
	case c.Info.Outgoing:
		out.heading, out.standing = "dialled", "not proven: the network's choice"
	case c.Asserted:
		out.standing = "our server vouches for it, unproven"
	}
	return out
}

// security says in words what the state rests on.
func (m *Model) security(c *board.Call) []string {
	switch c.Security {
	case board.Secure:
		return m.secure(c)
	case board.NotSecure:
		lines := entry("security", plain(say.NotSecuredWords(c.Why, m.board.Require)), m.width, m.wrong)
		return append(lines, advice(say.Advice(c.Why), m.width)...)
	case board.Securing:
		return entry("security", "keys are being agreed; what is said now may be heard by others", m.width)
	}
	return entry("security", clearWords(c), m.width)
}

func clearWords(c *board.Call) string {
	switch {
	case c.Ringing():
		return "none yet; a caller can ask for it after the answer"
	case c.Wanted && c.Info.State != "up":
		return "wanted; it begins after the answer, in clear until then"
	case c.Wanted:
		return "wanted; nothing is encrypted yet"
	}
	return "none was asked for: this call can be listened to"
}

func (m *Model) secure(c *board.Call) []string {
	p := c.Proof
	lines := entry("security", fmt.Sprintf("%s, %d ms after the answer", p.Transform, p.MS), m.width)
	more := func(name, text string, style ...lipgloss.Style) {
		lines = append(lines, entry(name, text, m.width, style...)...)
	}
	if m.mixed(c) {
		more("", say.MixedWarning, m.wrong)
	}
	if p.Method == ua.MethodSDES {
		more("strength", say.HopByHopWarning, m.doubt)
		if p.KeysInClear {
			more("", say.KeysInClearWarning, m.wrong)
		}
		return lines
	}
	more("certificate", m.expiry(p.Expires))
	if p.PublishedCA {
		more("warning", say.PublishedCAWarning, m.wrong)
	}
	more("strength", say.WeakWarning)
	return lines
}

// expiry is the end of a certificate and how far away that is.
func (m *Model) expiry(at time.Time) string {
	days := int(at.Sub(m.now()).Hours() / 24)
	left := fmt.Sprintf("%d days", days)
	if days > 2*365 {
		left = fmt.Sprintf("%d years", days/365)
	}
	return fmt.Sprintf("valid until %s, %s from now", at.UTC().Format(time.DateOnly), left)
}

// asked is a wish of the other side that waits for an answer.
func (m *Model) asked(c *board.Call) []string {
	if c.Asked == nil {
		return nil
	}
	text := fmt.Sprintf("the other side asks us to call %s instead; y agrees, n refuses", cut(plain(c.Asked.Target), 2*longest))
	return entry("TRANSFER?", plain(text), m.width, m.doubt)
}

// kept is where the call is recorded, and whether it answered itself.
func (m *Model) kept(c *board.Call) []string {
	var lines []string
	if c.Auto {
		lines = entry("answered", "by itself; your microphone is open", m.width, m.wrong)
	}
	if c.Recording {
		text := "both sides are kept in " + plain(c.RecordedTo)
		if c.Unencrypted {
			text += "; " + say.UnencryptedWarning
		}
		lines = append(lines, entry("recording", text, m.width)...)
	}
	return lines
}

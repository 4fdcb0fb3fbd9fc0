package screen

import (
	"fmt"
	"strings"
	"time"

	"star18/audio"
	"star18/cmd/internal/board"
	"star18/cmd/internal/say"
	"star18/ua"
)

// callLines shows the call that keys are about in full, the others in a line.
func (m *Model) callLines(room int) []string {
	front := m.call()
	if front == nil {
		return m.idleLines(room)
	}
	var others []string
	for _, c := range m.board.Calls {
		if c != front {
			others = append(others, m.callLine(c))
		}
	}
	lines := m.callInFull(front)
	if len(others) > 0 {
		lines = append(sized(lines, max(0, min(len(lines), room-len(others)-1))), rule("", m.width))
		lines = append(lines, others...)
	}
	return lines
}

// idleLines is the last few calls, for want of one that is up.
func (m *Model) idleLines(room int) []string {
	list := m.past()
	if len(list) == 0 {
		return []string{"", "  No calls yet. Type a number and press enter; *18 before it asks for security."}
	}
	lines := []string{faint.Render("  last calls")}
	for _, p := range list[:min(len(list), room-1)] {
		lines = append(lines, "  "+m.pastLine(p))
	}
	return lines
}

// callLine is a call that waits.
func (m *Model) callLine(c *board.Call) string {
	state := fmt.Sprintf("%-10s", m.state(c))
	if c.Ringing() {
		state = doubt.Render(state)
	}
	left := fmt.Sprintf(" %-7s %s %s  %s", "call "+c.Info.ID, state, clock(int(c.Duration(m.now()).Seconds())), plain(caller(c)))
	return sides(left, securityStyle(c.Security).Render(c.Security.String())+" ", m.width)
}

// caller is who is there, by the best that is known.
func caller(c *board.Call) string {
	if c.Security == board.Secure && c.Proof.Name != "" {
		return c.Proof.Name + " " + c.Proof.Number
	}
	return sipName(c)
}

func sipName(c *board.Call) string {
	if c.Anonymous {
		return "anonymous"
	}
	name := c.Info.Number
	if c.Info.Name != "" && c.Info.Name != name {
		name = fmt.Sprintf("%q %s", c.Info.Name, name)
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

func (m *Model) callInFull(c *board.Call) []string {
	state := m.state(c)
	if c.Info.State == "up" {
		state += "  " + clock(int(c.Duration(m.now()).Seconds()))
	}
	if c.Muted {
		state += "  " + doubt.Render("MUTED")
	}
	if c.Recording {
		state += "  " + wrong.Render("RECORDING")
	}
	word := securityStyle(c.Security).Render("[ " + c.Security.String() + " ]")
	lines := []string{sides(" "+bold.Render("call "+c.Info.ID+"  "+state), word+" ", m.width), ""}
	lines = append(lines, m.who(c)...)
	lines = append(lines, m.security(c)...)
	if c.Asked != nil {
		lines = append(lines, "", doubt.Render(fmt.Sprintf("   The other side asks us to call %s instead. y agrees, n refuses.", plain(c.Asked.Target))))
	}
	return append(lines, m.sound(c)...)
}

// entry is a name and what it means, continued below.
func (m *Model) entry(name, text string) []string {
	const column = 15
	lines := wrapped(text, strings.Repeat(" ", column), m.width-1)
	lines[0] = fmt.Sprintf("   %-*s", column-3, name) + strings.TrimLeft(lines[0], " ")
	return lines
}

// who: the certified name and the network's word, side by side and never mixed.
func (m *Model) who(c *board.Call) []string {
	named := "nobody: no certificate was shown"
	switch {
	case c.Proof.Name != "" && c.Security == board.Secure:
		standing := "shown, proven by no CA that you trust"
		if c.Proof.Proven {
			standing = "proven"
		}
		named = fmt.Sprintf("%s  %s  (%s)", good.Render(plain(c.Proof.Name)), plain(c.Proof.Number), standing)
	case c.Proof.Name != "":
		named = fmt.Sprintf("no longer: %s was shown before", plain(c.Proof.Name))
	case c.Proof.Method == ua.MethodSDES && c.Security == board.Secure:
		named = "nobody: keys in SDP prove no name"
	}
	word := "said by the network, proven by nobody"
	switch {
	case c.Info.Outgoing:
		word = "as dialled"
	case c.Asserted:
		word = "our server vouches for it, nobody proves it"
	}
	return append(m.entry("certified", named), m.entry("caller ID", plain(sipName(c))+"  ("+word+")")...)
}

// security says in words what the state rests on.
func (m *Model) security(c *board.Call) []string {
	switch c.Security {
	case board.Secure:
		return m.secure(c)
	case board.Securing:
		return m.entry("security", "keys are being agreed; what is said now may be heard by others")
	case board.NotSecure:
		return m.entry("security", wrong.Render(plain(say.NotSecuredWords(c.Why, false))))
	}
	if c.Wanted {
		return m.entry("security", "wanted; nothing is encrypted yet")
	}
	return m.entry("security", "none was asked for: this call can be listened to")
}

func (m *Model) secure(c *board.Call) []string {
	p := c.Proof
	text := fmt.Sprintf("%s, %d ms after the answer", p.Transform, p.MS)
	if !p.Expires.IsZero() {
		text += ", certificate until " + p.Expires.UTC().Format("2006-01-02")
	}
	lines := m.entry("security", text)
	if p.PublishedCA {
		lines = append(lines, m.entry("", doubt.Render(say.PublishedCAWarning))...)
	}
	if p.Method == ua.MethodSDES {
		lines = append(lines, m.entry("", doubt.Render(say.HopByHopWarning))...)
		if p.KeysInClear {
			lines = append(lines, m.entry("", wrong.Render(say.KeysInClearWarning))...)
		}
		return lines
	}
	return append(lines, m.entry("strength", say.WeakWarning)...)
}

// Full marks of the graphs: figures at which a call is bad.
const (
	topJitter = 60.0  // ms
	topLoss   = 10.0  // percent
	topRTT    = 400.0 // ms
	topMOS    = 4.5
)

// sound is how the call can be heard.
func (m *Model) sound(c *board.Call) []string {
	if c.Info.State != "up" {
		if c.Early {
			return m.entry("sound", "from the far end, before it answers")
		}
		return nil
	}
	lines := m.entry("sound", fmt.Sprintf("%s %d ms", c.Codec, c.Ptime))
	width := min(40, m.width-45)
	if len(c.Jitter) == 0 || width < 10 {
		return append([]string{""}, lines...)
	}
	row := func(name string, s board.Series, top float64, figure string) string {
		return fmt.Sprintf("   %-12s%s  %s", name, graph(s, top, width), figure)
	}
	level := func(name string, l audio.Level) string {
		return fmt.Sprintf("   %-12s%s  %s", name, meter(l.RMS, width), decibels(l.RMS))
	}
	lines = append([]string{""}, lines...)
	lines = append(lines,
		level("we say", c.Sound.Sent), level("we hear", c.Sound.Heard),
		row("jitter", c.Jitter, topJitter, fmt.Sprintf("%.1f ms", c.Jitter.Last())),
		row("loss", c.Loss, topLoss, fmt.Sprintf("%.1f %%, %d in all", c.Loss.Last(), c.Sound.Rx.Lost)))
	if c.Sound.Tx.RTTMS > 0 {
		lines = append(lines, row("round trip", c.RTT, topRTT, fmt.Sprintf("%.0f ms", c.RTT.Last())))
	}
	if c.Sound.MOS > 0 {
		lines = append(lines, row("quality", c.MOS, topMOS, fmt.Sprintf("MOS %.1f", c.MOS.Last())))
	}
	if c.Keys != "" {
		lines = append(lines, m.entry("keys heard", plain(c.Keys))...)
	}
	return lines
}

func decibels(level float64) string {
	if level <= audio.LevelFloor {
		return "silence"
	}
	return fmt.Sprintf("%.0f dBFS", level)
}

// pastLines is the history.
func (m *Model) pastLines(room int) []string {
	list := m.past()
	if len(list) == 0 {
		return []string{"", "  No calls yet."}
	}
	lines := make([]string, len(list))
	for i, p := range list {
		lines[i] = m.pastLine(p)
		if i == m.at {
			lines[i] = chosen.Render(fit(" "+lines[i], m.width))
		} else {
			lines[i] = " " + lines[i]
		}
	}
	return m.window(lines, room)
}

func (m *Model) pastLine(p Past) string {
	arrow := map[bool]string{true: "out", false: "in "}[p.Outgoing]
	end := ""
	switch {
	case !p.Known:
	case p.Answered:
		end = map[ua.SecureState]string{ua.SecureDone: "secured", ua.SecureLost: "SECURITY LOST"}[p.Secure]
	case p.Outgoing:
		end = "no answer"
	default:
		end = "missed"
	}
	who := p.Number
	if p.Name != "" {
		who += " " + fmt.Sprintf("%q", p.Name)
	}
	if p.Named != "" {
		who += "  " + p.Named
	}
	if p.Dialed != "" && p.Dialed != p.Number {
		who += "  dialled " + p.Dialed
	}
	return fmt.Sprintf("%s  %s  %-13s %s", m.when(p.At), arrow, end, plain(who))
}

// when is a time of today, or a day.
func (m *Model) when(t time.Time) string {
	t = m.local(t)
	if y, d := t.Year(), t.YearDay(); y == m.now().Year() && d == m.now().YearDay() {
		return t.Format(" 15:04")
	}
	return t.Format("Jan _2")
}

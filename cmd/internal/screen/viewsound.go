package screen

import (
	"fmt"

	"charm.land/lipgloss/v2"

	"star18/audio"
	"star18/cmd/internal/board"
	"star18/cmd/internal/say"
)

// curve is one figure of a call over time. From doubt on it can be heard, from bad
// on it hurts; where less is worse, doubt is above bad, and where nothing is, they
// are the same.
type curve struct {
	name       string
	series     board.Series
	low, high  float64
	doubt, bad float64
	figure     string
}

// sound is how the call can be heard.
func (m *Model) sound(c *board.Call) []string {
	if c.Info.State != "up" {
		if c.Early {
			return entry("sound", "from the far end, before it answers", m.width)
		}
		return nil
	}
	text := fmt.Sprintf("%s, %d ms a packet", c.Codec, c.Ptime)
	if rx := c.Sound.Rx; rx.Packets > 0 {
		text += fmt.Sprintf("; lost %d of %d", rx.Lost, rx.Lost+rx.Packets)
		if rx.Corrected > 0 {
			text += fmt.Sprintf(", %d made good", rx.Corrected)
		}
	}
	if c.Keys != "" {
		text += "; they pressed " + plain(c.Keys)
	}
	lines := entry("sound", text, m.width)
	if c.Deaf != nil {
		_, text := say.Words(*c.Deaf, m.board.Require)
		lines = append(lines, entry("", text, m.width, m.wrong)...)
		lines = append(lines, advice(say.Advice(*c.Deaf), m.width)...)
	}
	return append(lines, m.graphs(c)...)
}

func curves(c *board.Call) []curve {
	list := []curve{
		{"we say", c.Sent, -60, 0, 1, 1, decibels(c.Sent.Last(), c.Muted)},
		{"we hear", c.Heard, -60, 0, 1, 1, decibels(c.Heard.Last(), false)},
		{"jitter", c.Jitter, 0, 60, 40, 80, fmt.Sprintf("%.1f ms", c.Jitter.Last())},
		{"loss", c.Loss, 0, 10, 1, 5, fmt.Sprintf("%.1f %%", c.Loss.Last())},
		{"round trip", nil, 0, 400, 300, 600, "not known"},
		{"quality", nil, 1, 4.5, 3.6, 2.6, "not known"},
	}
	if c.Sound.Tx.RTTMS > 0 {
		list[4].series, list[4].figure = c.RTT, fmt.Sprintf("%.0f ms", c.RTT.Last())
	}
	switch {
	case c.Info.HeldByUs || c.Info.HeldByPeer: // what nobody sends is no loss
		list[5].figure = "on hold"
	case c.Sound.MOS > 0:
		list[5].series, list[5].figure = c.MOS, fmt.Sprintf("MOS %.1f", c.MOS.Last())
	}
	return list
}

func decibels(level float64, muted bool) string {
	switch {
	case muted:
		return "muted"
	case level <= audio.LevelFloor:
		return "silence"
	}
	return fmt.Sprintf("%.0f dBFS", level)
}

// graphs are the curves, two in a line where they have room.
func (m *Model) graphs(c *board.Call) []string {
	if len(c.Jitter) == 0 {
		return nil
	}
	columns := 1
	if m.width >= besideFrom {
		columns = 2
	}
	width := (m.width - 2) / columns
	var lines []string
	for i, v := range curves(c) {
		cell := m.curve(v, width)
		if i%columns == 1 {
			lines[len(lines)-1] += cell
			continue
		}
		lines = append(lines, cell)
	}
	return lines
}

const figureColumn = 10

func (m *Model) curve(v curve, width int) string {
	line, figure := m.faint, lipgloss.NewStyle()
	if style, found := m.verdict(v); found {
		line, figure = style, style
	}
	drawn := graph(v.series, v.low, v.high, max(1, min(60, width-nameColumn-figureColumn)))
	return fit(fmt.Sprintf("  %-*s%s %s", nameColumn-2, v.name, line.Render(drawn), figure.Render(v.figure)), width)
}

// verdict is the colour of a figure that is not good.
func (m *Model) verdict(v curve) (style lipgloss.Style, found bool) {
	now, doubt, bad := v.series.Last(), v.doubt, v.bad
	if doubt > bad {
		now, doubt, bad = -now, -doubt, -bad
	}
	switch {
	case doubt == bad || len(v.series) == 0:
		return style, false
	case now >= bad:
		return m.wrong, true
	}
	return m.doubt, now >= doubt
}

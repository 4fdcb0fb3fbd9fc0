package screen

import (
	"fmt"
	"strings"
)

// levels are the steps of a graph, from nothing to everything.
var levels = []rune("▁▂▃▄▅▆▇█")

// graph draws the newest width figures of a series, between 0 and top.
func graph(series []float64, top float64, width int) string {
	if extra := len(series) - width; extra > 0 {
		series = series[extra:]
	}
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", width-len(series)))
	for _, v := range series {
		step := int(v / top * float64(len(levels)-1))
		b.WriteRune(levels[min(max(step, 0), len(levels)-1)])
	}
	return b.String()
}

// meter draws a level in dBFS from -60 to 0.
func meter(level float64, width int) string {
	full := min(max(int((level+60)/60*float64(width)+0.5), 0), width)
	return strings.Repeat("█", full) + strings.Repeat("·", width-full)
}

// clock writes a duration as a telephone does.
func clock(seconds int) string {
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%02d:%02d", seconds/60, seconds%60)
}

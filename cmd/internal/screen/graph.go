package screen

import "strings"

// steps of a graph, from nothing to everything.
var steps = []rune("▁▂▃▄▅▆▇█")

// graph draws the newest width figures of a series, between low and high.
func graph(series []float64, low, high float64, width int) string {
	if extra := len(series) - width; extra > 0 {
		series = series[extra:]
	}
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", width-len(series)))
	for _, v := range series {
		step := int((v-low)/(high-low)*float64(len(steps)-1) + 0.5)
		b.WriteRune(steps[min(max(step, 0), len(steps)-1)])
	}
	return b.String()
}

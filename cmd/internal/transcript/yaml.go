package transcript

import (
	"regexp"
	"strconv"
	"strings"

	"star18/securecall"
)

// plainYAML are the values that a configuration file takes as they stand: words,
// media types, numbers and lists of those.
var plainYAML = regexp.MustCompile(`^([A-Za-z0-9][-A-Za-z0-9./+_]*|\[[-A-Za-z0-9, ]*\])$`)

// ConfigLines are the lines of a configuration file that make the settings what
// was observed.
func ConfigLines(differences []securecall.Difference) []string {
	var lines, open []string
	for _, d := range differences {
		path := strings.Split(d.Key, ".")
		last := len(path) - 1
		for depth, name := range path[:last] {
			if depth < len(open) && open[depth] == name {
				continue
			}
			open = append(open[:min(depth, len(open))], name)
			lines = append(lines, strings.Repeat("  ", depth)+name+":")
		}
		lines = append(lines, strings.Repeat("  ", last)+path[last]+": "+scalar(d.Observed))
	}
	return lines
}

func scalar(value string) string {
	if plainYAML.MatchString(value) {
		return value
	}
	return strconv.QuoteToASCII(value)
}

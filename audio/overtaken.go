package audio

// gapMemory is how many missing packets weigh on what the next one means.
const gapMemory = 50

// overtaken knows what became of packets that were missing when one behind them
// came: lost, or only overtaken on the way. A gap is planned for as the former.
type overtaken struct {
	missing, came float64 // packets, slowly forgetting
}

// open counts the packets missing before one that came.
func (o *overtaken) open(gap int) {
	for range min(gap, longestGap) {
		o.missing += 1 - o.missing/gapMemory
		o.came -= o.came / gapMemory
	}
}

// fill counts one of them that came after all, in time.
func (o *overtaken) fill() { o.came++ }

// lost is the share of missing packets that will not come. Without experience
// it is all of them.
func (o *overtaken) lost() float64 {
	return max(0, o.missing-o.came+1) / (o.missing + 1)
}

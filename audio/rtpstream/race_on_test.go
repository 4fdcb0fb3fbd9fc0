//go:build race

package rtpstream

const raceEnabled = true

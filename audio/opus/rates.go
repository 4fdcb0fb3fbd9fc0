//go:build cgo && opus

package opus

const (
	rate        = 48000
	payloadType = 96         // until a peer has another
	shortest    = rate / 400 // 2.5 ms
	longest     = 48 * shortest
)

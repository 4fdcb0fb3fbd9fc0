package demo

import "star18/audio"

// decode reads payloads as PCMU, which is what the ends agree on first.
func decode(payload []byte) []int16 {
	codec, err := audio.NewCodec("PCMU")
	if err != nil {
		return nil
	}
	pcm := make([]int16, len(payload))
	n, err := codec.Decode(pcm, payload)
	if err != nil {
		return nil
	}
	return pcm[:n]
}

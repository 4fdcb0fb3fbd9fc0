// Package speech finds recorded speech to measure with: what the project may not
// carry itself, but a Debian package brings.
package speech

import (
	"os"
	"path/filepath"

	"star18/audio/wav"
)

// folder is that of asterisk-core-sounds-en-wav (CC BY-SA 3.0).
const folder = "/usr/share/asterisk/sounds/en_US_f_Allison"

// Recorded reads about that many seconds of the recordings that have this rate, in
// samples a second; nothing if there are none. STAR18_SPEECH names another folder
// of WAV files than the package's.
func Recorded(rate, seconds int) (pcm []int16) {
	from := os.Getenv("STAR18_SPEECH")
	if from == "" {
		from = folder
	}
	files, _ := filepath.Glob(filepath.Join(from, "*.wav"))
	for i := 0; i < len(files) && len(pcm) < rate*seconds; i += max(1, len(files)/60) {
		pcm = append(pcm, read(files[i], rate)...)
	}
	return pcm
}

// longest is how much of one recording is taken, in seconds.
const longest = 20

func read(path string, rate int) []int16 {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil || r.Rate() != rate {
		return nil
	}
	pcm := make([]int16, rate*longest)
	n, _ := r.ReadMono(pcm)
	return pcm[:n]
}

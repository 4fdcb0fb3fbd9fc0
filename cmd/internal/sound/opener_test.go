package sound

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/measure"
)

// A call gets a device that runs, whatever is wrong, and hears what is wrong.
func TestMissingSoundIsToldAndReplacedBySilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var faults []error
		o := &Opener{
			In:      Spec{Kind: File, Name: filepath.Join(t.TempDir(), "none.wav")},
			Out:     Spec{Kind: File, Name: filepath.Join(t.TempDir(), "none", "out.wav")},
			OnFault: func(err error) { faults = append(faults, err) },
		}
		d, err := o.Open(8000)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if len(faults) != 2 || !errors.Is(faults[0], fs.ErrNotExist) || !errors.Is(faults[1], fs.ErrNotExist) {
			t.Errorf("told %v", faults)
		}
		start, pcm := time.Now(), make([]int16, 160)
		for range 50 {
			if err := errors.Join(d.ReadFrame(pcm), d.WriteFrame(pcm)); err != nil {
				t.Fatal(err)
			}
		}
		// The pace may let one frame through at once.
		if took := time.Since(start); took < 960*time.Millisecond || took > 1040*time.Millisecond {
			t.Errorf("a second of silence took %v", took)
		}
	})
}

func TestToneAndFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.wav")
	synctest.Test(t, func(t *testing.T) {
		o := &Opener{In: Spec{Kind: Tone, Hz: 620}, Out: Spec{Kind: File, Name: path}, OnFault: func(err error) { t.Error(err) }}
		for call := range 2 {
			d, err := o.Open(8000)
			if err != nil {
				t.Fatal(err)
			}
			pcm := make([]int16, 1600)
			if err := errors.Join(d.ReadFrame(pcm), d.WriteFrame(pcm), d.Close()); err != nil {
				t.Fatal(err)
			}
			if hz := measure.Dominant(pcm, 8000); hz < 615 || hz > 625 {
				t.Errorf("call %d: the tone has %.0f Hz, want 620", call, hz)
			}
		}
	})
	// The second call must not overwrite the first one's recording.
	for _, name := range []string{path, filepath.Join(filepath.Dir(path), "out-2.wav")} {
		if info, err := os.Stat(name); err != nil || info.Size() < 2*1600 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package say

import (
	"fmt"

	"star18/audio"
	"star18/ua"
)

// consoleWords are for what the user does to the sound. That a call is recorded is
// in capitals: who forgets it says too much.
func consoleWords(ev ua.Event) (word, rest string) {
	switch ev := ev.(type) {
	case ua.Muted:
		return "muted", "the other side hears nothing of you"
	case ua.Unmuted:
		return "unmuted", "the other side hears you"
	case ua.Recording:
		return recordingWords(ev)
	case ua.Playing:
		return playingWords(ev)
	}
	return ev.EventName(), ""
}

// RecordingHeading is that of a call that is being recorded.
const RecordingHeading = "RECORDING"

// UnencryptedWarning is for the recording of a secured call.
const UnencryptedWarning = "the call is secured, the file is not: whoever has it can listen"

func recordingWords(ev ua.Recording) (word, rest string) {
	switch ev.State {
	case ua.RecordingStarted, ua.RecordingGoesOn:
		rest = "both sides are kept in " + ev.File
		if ev.Notice {
			rest += "; the other side hears a beep every 15 s"
		}
		if ev.Unencrypted {
			rest += "; " + UnencryptedWarning
		}
		return RecordingHeading, rest
	case ua.RecordingFailed:
		return "NO RECORD", fmt.Sprintf("%s is kept as far as it came, the call goes on: %s", ev.File, ev.Detail)
	}
	return "recorded", ev.File
}

func playingWords(ev ua.Playing) (word, rest string) {
	switch ev.State {
	case ua.PlayingStarted:
		return "playing", ev.File
	case ua.PlayingFailed:
		return "played", "not to its end: " + ev.Detail
	case ua.PlayingStopped:
		return "played", ev.File + ", stopped"
	}
	return "played", ev.File
}

// Levels are those of both directions in words.
func Levels(sent, heard audio.Level) string {
	return fmt.Sprintf("level sent %s, heard %s", levelWord(sent), levelWord(heard))
}

func levelWord(l audio.Level) string {
	if l.Peak <= audio.LevelFloor {
		return "silence"
	}
	return fmt.Sprintf("%.0f (peak %.0f) dBFS", l.RMS, l.Peak)
}

package main

import (
	"testing"
	"time"
)

func TestRecordingName(t *testing.T) {
	at := time.Date(2026, 11, 9, 7, 5, 3, 0, time.UTC)
	if got, want := recordingName(at), "star18-20261109-070503.wav"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

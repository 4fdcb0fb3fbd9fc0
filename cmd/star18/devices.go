package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"star18/audio/portaudio"
	"star18/cmd/internal/say"
	"star18/cmd/internal/sound"
)

func (a *app) devicesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "devices",
		Short: "List the sound devices, for audio.input, audio.output and audio.ring",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.tellDevices() },
	}
}

func (a *app) tellDevices() error {
	list, err := sound.Cards()
	if err != nil {
		return exit(exitFault, err)
	}
	a.listDevices(list)
	return nil
}

func (a *app) listDevices(list []portaudio.Info) {
	if a.flags.json {
		for _, d := range list {
			say.JSON{W: a.out}.Object(time.Now(), "sound_device", deviceFields(d))
		}
		return
	}
	if len(list) == 0 {
		_, _ = fmt.Fprintln(a.out, "no sound devices; calls work with file:PATH.wav, tone:HZ and silence")
	}
	for _, d := range list {
		_, _ = fmt.Fprintf(a.out, "card:%-40s %-10s %d in%s, %d out%s, %d Hz, from %d ms\n", d.Name, d.HostAPI,
			d.Inputs, mark(d.DefaultInput), d.Outputs, mark(d.DefaultOutput), d.Rate,
			max(portaudio.LeastLatency, d.InputLatency, d.OutputLatency).Milliseconds())
	}
}

func mark(isDefault bool) string {
	if isDefault {
		return " (default)"
	}
	return ""
}

func deviceFields(d portaudio.Info) map[string]any {
	return map[string]any{
		"name": d.Name, "host_api": d.HostAPI, "inputs": d.Inputs, "outputs": d.Outputs, "rate": d.Rate,
		"input_latency_ms": d.InputLatency.Milliseconds(), "output_latency_ms": d.OutputLatency.Milliseconds(),
		"default_input": d.DefaultInput, "default_output": d.DefaultOutput,
	}
}

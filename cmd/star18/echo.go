package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"star18/audio"
	"star18/cmd/internal/codecs"
	"star18/cmd/internal/config"
	"star18/cmd/internal/echo"
	"star18/cmd/internal/say"
	"star18/cmd/internal/sound"
	"star18/ua"
)

func (a *app) echoCommand() *cobra.Command {
	var limit time.Duration
	var codec string
	cmd := &cobra.Command{
		Use:   "echo",
		Short: "Hear yourself as a call would carry you, with the delay measured",
		Long: "Your voice goes through the sound device, the codec, RTP and SRTP over this machine's own network and the jitter\n" +
			"buffer back to you. A soft tick each second measures how long that takes; if the microphone hears the loudspeaker,\n" +
			"the device's own delay is measured too. Echo cancellation is off here: wear a headset, or keep the volume low.\n" +
			"star18 answer --echo does it over the network.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.echo(cmd.Context(), codec, limit) },
	}
	cmd.Flags().DurationVar(&limit, "for", 0, "`time` after which it ends; 0 goes on until a signal")
	cmd.Flags().StringVar(&codec, "codec", "", "the codec's `name`; its default is the first of audio.codecs")
	return cmd
}

func (a *app) echo(ctx context.Context, codec string, limit time.Duration) error {
	l, err := a.load()
	if err != nil {
		return err
	}
	if list := codecs.Available(l.Settings.Audio.Codecs); codec == "" && len(list) > 0 {
		codec = list[0]
	}
	c, err := codecs.New(codec)
	if err != nil {
		return exit(exitUsage, fmt.Errorf("--codec: %w", err))
	}
	opener, err := a.echoOpener(l)
	if err != nil {
		return exit(exitUsage, err)
	}
	loud, err := a.quietLibraries(l)
	if err != nil {
		return err
	}
	defer loud()
	device, err := opener.Open(c.Rate())
	if err != nil {
		return exit(exitFault, err)
	}
	defer device.Close()
	ctx, stop := untilSignal(ctx)
	defer stop()
	if limit > 0 {
		ctx, stop = context.WithTimeout(ctx, limit)
		defer stop()
	}
	var measured echo.Report // the latest in which the tick arrived
	note := func(r echo.Report) {
		if r.Found {
			measured = r
		}
	}
	last, err := echo.Run(ctx, echo.Config{
		Device: device, Codec: codec, Ptime: l.Settings.RTP.Ptime, Card: opener.Latency,
		OnSecond: func(r echo.Report) { a.tellEcho(r); note(r) },
	})
	if err != nil {
		return exit(exitFault, err)
	}
	note(last)
	a.tellBudget(measured)
	return nil
}

// echoOpener opens the device without treatment: a canceller would take out what
// is to be heard.
func (a *app) echoOpener(l *config.Loaded) (*sound.Opener, error) {
	in, err := sound.ParseInput(l.Settings.Audio.Input)
	if err != nil {
		return nil, err
	}
	out, err := sound.ParseOutput(l.Settings.Audio.Output)
	if err != nil {
		return nil, err
	}
	tell := func(ev ua.Event) { a.teller(false).Tell(say.Told{At: time.Now(), Event: ev}) }
	return &sound.Opener{
		In: in, Out: out,
		OnFault: func(err error) {
			tell(ua.DeviceFault{State: audio.DeviceLost, Fault: err.Error(), Using: "silence"})
		},
		OnChange: func(c audio.DeviceChange) { tell(say.DeviceNews(c)) },
	}, nil
}

func (a *app) tellEcho(r echo.Report) {
	if a.flags.json {
		say.JSON{W: a.out}.Object(time.Now(), "echo", echoFields(r))
		return
	}
	text := "the tick did not arrive"
	if r.Found {
		text = fmt.Sprintf("%s ms from mouth to ear: %s in the phone (measured), %s", ms(r.Total), ms(r.Path), deviceWords(r))
	}
	_, _ = fmt.Fprintf(a.out, "echo        %s; %s\n", text, say.Levels(r.Sent, r.Played))
}

func deviceWords(r echo.Report) string {
	switch {
	case r.Heard:
		return ms(r.Device) + " in the device (measured: the microphone hears the loudspeaker)"
	case r.CardIn+r.CardOut > 0:
		return ms(r.CardIn+r.CardOut) + " in the device (as the sound library states; the microphone does not hear the loudspeaker)"
	}
	return "no sound card"
}

// tellBudget says where the time went, a line for each stage.
func (a *app) tellBudget(r echo.Report) {
	if a.flags.json || !r.Found {
		return
	}
	line := func(stage string, d time.Duration, how string) {
		_, _ = fmt.Fprintf(a.out, "  %-38s %7s ms  %s\n", stage, ms(d), how)
	}
	_, _ = fmt.Fprintln(a.out, "budget")
	if r.Heard {
		line("device, both ways", r.Device, "measured")
	} else {
		line("device, microphone", r.CardIn, "stated")
	}
	line("packet", r.Packet, "by its length")
	line("codec, SRTP, sockets and scheduling", max(0, r.Path-r.Packet-r.Buffer), "the rest of what was measured")
	line("jitter buffer", r.Buffer, "as it stands")
	if !r.Heard {
		line("device, loudspeaker", r.CardOut, "stated")
	}
	line("from mouth to ear", r.Total, "")
}

// ms are milliseconds with a tenth.
func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

func echoFields(r echo.Report) map[string]any {
	number := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return map[string]any{
		"found": r.Found, "heard": r.Heard, "total_ms": number(r.Total), "path_ms": number(r.Path), "device_ms": number(r.Device),
		"packet_ms": number(r.Packet), "buffer_ms": number(r.Buffer), "card_in_ms": number(r.CardIn), "card_out_ms": number(r.CardOut),
		"packets": r.Packets, "lost": r.Lost, "sent_level": r.Sent, "heard_level": r.Played,
	}
}

package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"star18/cmd/internal/say"
	"star18/ua/sipnet"
)

// app is what all commands share: where they write, and the common flags.
type app struct {
	in       io.Reader
	out, err io.Writer
	flags    flags
	several  bool // lines at once
	ownKeys  bool // the command reads its input itself

	face  say.Teller                        // shows what happens in place of words or JSON; nil: none
	watch func(account string) sipnet.Watch // sees the SIP of a line; nil: nobody
}

type flags struct {
	config, state     string
	sets              []string
	json              bool
	logLevel, logFile string
	pcap, transcript  string
	in, out           string
	keys              bool // of call and answer
	control           bool // the same
	controlSocket     string
	stats             bool
	dtmf              string
	record, play      string
	echo              bool // of answer
	account           string
}

func (a *app) command() *cobra.Command {
	var plain bool
	root := &cobra.Command{
		Use:           "star18",
		Short:         "A SIP softphone for the secure calls of SPA telephone adapters",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !plain && a.hasScreen() {
				return a.screen(cmd.Context())
			}
			return a.phone(cmd)
		},
	}
	a.addFlags(root)
	root.SetVersionTemplate(versionText())
	root.Flags().BoolVar(&plain, "plain", false, "the phone without a screen: keys count at once on a terminal, else lines")
	root.AddCommand(a.callCommand(), a.answerCommand(), a.demoCommand(), a.configCommand(),
		a.dialCommand(), a.servicesCommand(), a.explainCommand(), a.toneCommand(), a.echoCommand(), a.devicesCommand(), a.doctorCommand(), a.ctlCommand(), a.versionCommand(), a.manCommand(), a.certCommand(), a.importCommand())
	a.completeArguments(root)
	shortUsage(root)
	explainMisuse(root)
	return root
}

func (a *app) addFlags(root *cobra.Command) {
	f, p := &a.flags, root.PersistentFlags()
	p.StringVar(&f.config, "config", "", "configuration `file` (default $XDG_CONFIG_HOME/star18/config.yaml)")
	p.StringVar(&f.account, "account", "", "the line of this `name`; its default is the first")
	p.StringArrayVar(&f.sets, "set", nil, "override a setting, as `key=value`; repeatable")
	p.BoolVar(&f.json, "json", false, "events as JSON lines on standard output, and nothing else there")
	p.StringVar(&f.logLevel, "log-level", "warn", "debug, info, warn or error")
	p.StringVar(&f.logFile, "log-file", "", "append the log to this `file` instead of standard error")
	p.StringVar(&f.pcap, "pcap", "", "write this run's own SIP and RTP to this pcapng `file`; what TLS carries stays encrypted in it")
	p.StringVar(&f.transcript, "transcript", "", "append what the secure calls of this run said to this `file`, without key material")
	p.StringVar(&f.in, "audio-in", "", "microphone: card, card:NAME, file:PATH.wav, tone:HZ, silence or null")
	p.StringVar(&f.out, "audio-out", "", "loudspeaker: card, card:NAME, file:PATH.wav, silence or null")
	p.StringVar(&f.controlSocket, "control-socket", "", "`path` of the control socket (default in $XDG_RUNTIME_DIR, or with the state)")
	p.StringVar(&f.state, "state", "", "`folder` of the state (default $XDG_STATE_HOME/star18)")
}

func (a *app) addKeys(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.flags.keys, "keys", false,
		"take commands from standard input, also if it is no terminal; type help for a list. answer then waits for \"answer\"")
	cmd.Flags().BoolVar(&a.flags.control, "control", false, "let star18 ctl of the same user command this run")
}

// usage is what star18 alone prints where no line is configured.
func (a *app) usage(cmd *cobra.Command) error {
	_, _ = fmt.Fprint(a.out, `star18 is a SIP softphone for secure calls with SPA telephone adapters.

  star18 demo                   a secure call on this machine alone
  star18 config init            configure a line: asks, tries it, writes it down
  star18 doctor                 try everything that a call needs
  star18                        the phone, once a line is configured
  star18 call '*1814085551234'  call, secured
  star18 answer                 wait for calls and answer them

`+"All commands and flags: star18 --help\n")
	return nil
}

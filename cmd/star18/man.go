package main

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes the manual pages; packages hold what it writes.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Short:  "Write the manual pages into a folder",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return exit(exitFault, err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			root.Long = manual
			header := doc.GenManHeader{Title: "STAR18", Section: "1", Source: "star18 " + version(), Manual: "star18"}
			return doc.GenManTree(root, &header, args[0])
		},
	}
}

// manual is the description of star18(1).
const manual = `star18 is a SIP softphone that makes the secure calls of Sipura, Linksys and Cisco SPA
telephone adapters: dial *18 and a number. Without a command it is the telephone: a
screen on a terminal, plain lines elsewhere.

## Begin

    star18 demo                   a secure call on this machine alone
    star18 config init            write a configuration
    star18 doctor                 try everything that a call needs
    star18 call '*1814085551234'  call, secured

## Files

    $XDG_CONFIG_HOME/star18/config.yaml   the configuration
    $XDG_STATE_HOME/star18                history, star codes that were set, keys that were used
    $XDG_RUNTIME_DIR/star18/*.sock        where star18 ctl finds a telephone that runs

## Environment

Every key of the configuration, such as STAR18_LINE_PASSWORD for line.password; --set beats
it, and it beats the file. NO_COLOR turns colours off.

## Exit status

    0  done; also a call that stayed in clear, unless secure.require is set
    1  usage or configuration
    2  could not register
    3  the call was refused, busy or not answered
    4  security was required and not reached
    5  a fault of this machine: device or socket
    6  a verdict of demo, or a check of doctor, failed
`

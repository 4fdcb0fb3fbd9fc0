package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/say"
	"star18/dialplan"
)

func (a *app) servicesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "services",
		Short: "Show what star codes have set for good",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.services() },
	}
}

func (a *app) services() error {
	all, err := a.loadLines()
	if err != nil {
		return err
	}
	for _, l := range all {
		standing, err := a.standing(l)
		if err != nil {
			return exit(exitFault, err)
		}
		if a.flags.json {
			say.JSON{W: a.out}.Object(time.Now(), "services", map[string]any{
				"line": l.Settings.Line.User, "standing": standing, "by_code": standing != l.Standing()})
			continue
		}
		_, _ = fmt.Fprintf(a.out, "line %s\n", l.Settings.Line.User)
		for _, row := range serviceRows(l, standing) {
			_, _ = fmt.Fprintf(a.out, "  %-22s %s%s\n", row.name, row.value, row.how)
		}
	}
	return nil
}

// Names of rows that are not like the others: the one that is usually on, and those
// that change nothing by themselves.
const (
	callWaiting = "call waiting"
	speedDial   = "speed dial"
)

type serviceRow struct{ name, value, how string }

// serviceRows are the services, each with the codes that change it, and a mark if a
// code has changed what the configuration says.
func serviceRows(l *config.Loaded, now dialplan.Standing) []serviceRow {
	codes, base := l.Dialplan(now).Codes, l.Standing()
	var rows []serviceRow
	add := func(name, value string, changed bool, on, off dialplan.Service) {
		how := ""
		if codes[on] != "" || codes[off] != "" {
			how = fmt.Sprintf("  (%s, %s)", orOff(codes[on]), orOff(codes[off]))
		}
		if changed {
			how += ", by star code"
		}
		rows = append(rows, serviceRow{name, value, how})
	}
	onOff := func(name string, is, was bool, on, off dialplan.Service) {
		add(name, map[bool]string{true: "on", false: "off"}[is], is != was, on, off)
	}
	to := func(name, is, was string, on, off dialplan.Service) {
		value := "off"
		if is != "" {
			value = "to " + is
		}
		add(name, value, is != was, on, off)
	}
	onOff("secure all calls", now.SecureAll, base.SecureAll, dialplan.SecureAll, dialplan.SecureNone)
	onOff("hide caller ID", now.BlockCID, base.BlockCID, dialplan.BlockCID, dialplan.BlockCIDOff)
	onOff("refuse anonymous", now.BlockAnonymous, base.BlockAnonymous, dialplan.BlockAnonymous, dialplan.BlockAnonymousOff)
	onOff("do not disturb", now.DND, base.DND, dialplan.DND, dialplan.DNDOff)
	onOff(callWaiting, !now.CallWaitingOff, !base.CallWaitingOff, dialplan.CallWaiting, dialplan.CallWaitingOff)
	to("forward all", now.ForwardAll, base.ForwardAll, dialplan.ForwardAll, dialplan.ForwardAllOff)
	to("forward when busy", now.ForwardBusy, base.ForwardBusy, dialplan.ForwardBusy, dialplan.ForwardBusyOff)
	to("forward unanswered", now.ForwardNoAnswer, base.ForwardNoAnswer, dialplan.ForwardNoAnswer, dialplan.ForwardNoAnswerOff)
	return append(rows, speedRows(l, now)...)
}

func orOff(code string) string {
	if code == "" {
		return "no code"
	}
	return code
}

func speedRows(l *config.Loaded, now dialplan.Standing) []serviceRow {
	of := l.Dialplan(now).SpeedDial
	var rows []serviceRow
	for key := 2; key <= 9; key++ {
		dial, how := of[fmt.Sprint(key)], ""
		if now.SpeedDial[key] != "" {
			dial, how = now.SpeedDial[key], ", by star code"
		}
		if dial != "" {
			rows = append(rows, serviceRow{fmt.Sprintf("%s %d", speedDial, key), dial, how})
		}
	}
	return rows
}

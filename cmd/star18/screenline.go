package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"star18/audio/portaudio"
	"star18/cmd/internal/notify"
	"star18/cmd/internal/screen"
	"star18/cmd/internal/sound"
)

// Lines implements screen.Phone.
func (p *screenPhone) Lines() []screen.Line {
	var list []screen.Line
	for _, s := range p.phone.lines {
		list = append(list, s.onScreen())
	}
	return list
}

func (s *session) onScreen() screen.Line {
	line := s.cfg.Settings.Line
	out := screen.Line{Account: s.queue.Account, AOR: s.aor(), Require: s.cfg.Settings.Secure.Require}
	if line.Register {
		out.Server = cmp.Or(line.Proxy, line.Domain) + " by " + line.Transport
	}
	switch id, err := s.cfg.Identity(time.Now()); {
	case err != nil && s.cfg.Settings.Secure.MiniCertificate != "":
		out.IdentityFault = err.Error()
	case err == nil && id != nil:
		c := id.Certificate()
		out.Identity = fmt.Sprintf("%s %s, valid until %s", c.Name(), c.UserID(), id.Expires().UTC().Format(time.DateOnly))
	}
	return out
}

// Services implements screen.Phone: what differs from a line that just rings, and
// the codes that change it.
func (p *screenPhone) Services(account string) []string {
	s := p.line(account)
	standing, err := s.state.Standing(s.cfg.Standing())
	if err != nil {
		return nil
	}
	var list []string
	for _, row := range serviceRows(s.cfg, standing) {
		usual := map[string]string{callWaiting: "on"}[row.name]
		if row.value != cmp.Or(usual, "off") && !strings.HasPrefix(row.name, speedDial) {
			list = append(list, strings.TrimSuffix(row.name+" "+row.value, " on")+row.how)
		}
	}
	return list
}

// Devices implements screen.Phone: the default, every card and silence, for both
// directions.
func (p *screenPhone) Devices() ([]screen.Device, error) {
	cards, err := sound.Cards()
	if err != nil {
		return nil, err
	}
	in, out := p.phone.lines[0].talk.Using()
	return append(devicesFor(cards, in, false), devicesFor(cards, out, true)...), nil
}

func devicesFor(cards []portaudio.Info, used sound.Spec, output bool) []screen.Device {
	var list []screen.Device
	add := func(name, words string) {
		list = append(list, screen.Device{Output: output, Name: name, Words: words, Used: name == used.String()})
	}
	if len(cards) > 0 {
		add("card", "the default one, whichever that is")
	}
	for _, c := range cards {
		switch {
		case output && c.Outputs > 0:
			add("card:"+c.Name, fmt.Sprintf("%s, %d channels%s", c.HostAPI, c.Outputs, mark(c.DefaultOutput)))
		case !output && c.Inputs > 0:
			add("card:"+c.Name, fmt.Sprintf("%s, %d channels%s", c.HostAPI, c.Inputs, mark(c.DefaultInput)))
		}
	}
	add("silence", "nothing")
	if !slices.ContainsFunc(list, func(d screen.Device) bool { return d.Used }) {
		add(used.String(), "as configured")
	}
	return list
}

// Use implements screen.Phone.
func (p *screenPhone) Use(d screen.Device) error {
	in, out := p.phone.lines[0].talk.Using()
	if d.Output {
		to, err := sound.ParseOutput(d.Name)
		if err != nil {
			return err
		}
		p.phone.lines[0].talk.Use(in, to)
		return nil
	}
	from, err := sound.ParseInput(d.Name)
	if err != nil {
		return err
	}
	p.phone.lines[0].talk.Use(from, out)
	return nil
}

// Notify implements screen.Phone.
func (p *screenPhone) Notify(text string) { notify.Show("star18", text) }

package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"star18/audio"
	"star18/audio/rtpstream"
	"star18/securecall"
	"star18/ua"
)

func (l *loader) checkSecure() {
	s := l.Settings.Secure
	if s.Require && !s.Service {
		l.bad("secure.require", "can never be met while secure.service is false", "set secure.service: true or secure.require: false")
	}
	if err := ua.SecureMethod(s.Method).Validate(); err != nil {
		l.bad("secure.method", strconv.Quote(s.Method)+" is no method", "write x-sipura, sdes or auto")
	}
	if err := securecall.Zone(s.ExpiryZone).Validate(); err != nil {
		l.bad("secure.expiry_zone", strconv.Quote(s.ExpiryZone)+" is no zone", "write utc or local")
	}
	if _, err := audio.ParseToneScript(s.Tone); err != nil {
		l.bad("secure.tone", err.Error(), `write a tone script, or "" for none`)
	}
	l.checkWire(s.Wire)
}

func (l *loader) checkWire(w Wire) {
	if len(w.MessageIDs) != 3 {
		l.bad("secure.wire.message_ids", fmt.Sprintf("has %d numbers", len(w.MessageIDs)), "write three: Caller Hello, Callee Hello, Caller Final")
	}
	for _, id := range w.MessageIDs {
		if id < 0 {
			l.bad("secure.wire.message_ids", fmt.Sprintf("%d is negative", id), "write numbers from 0")
		}
	}
	if w.StartDelay > 10*time.Second {
		l.bad("secure.wire.start_delay", w.StartDelay.String()+" is too long", "write at most 10s")
	}
	if w.InfoTimeout < time.Second || w.InfoTimeout > time.Minute {
		l.bad("secure.wire.info_timeout", w.InfoTimeout.String()+" is not from 1s to 1m", "write for example 16s")
	}
	l.checkTransforms(w.Transforms)
	for _, err := range flatten(w.machine().Validate()) {
		key, wrong, _ := strings.Cut(err.Error(), ": ")
		wrong, want, _ := strings.Cut(wrong, " is not ")
		l.bad(key, wrong+" is not supported", "write "+want)
	}
}

func (l *loader) checkTransforms(names []string) {
	const key = "secure.wire.transforms"
	known := fmt.Sprint(rtpstream.Transforms())
	if len(names) == 0 {
		l.bad(key, "is empty", "list at least one of "+known)
	}
	for i, name := range names {
		if _, err := rtpstream.ParseTransform(name); err != nil {
			l.bad(key, strconv.Quote(name)+" is no transform", "write names of "+known)
		}
		if slices.Index(names, name) != i {
			l.bad(key, strconv.Quote(name)+" is listed twice", "remove one")
		}
	}
}

// flatten undoes errors.Join, to any depth.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flatten(e)...)
	}
	return all
}

// machine is the part that decides bytes.
func (w Wire) machine() securecall.Wire {
	m := securecall.Wire{
		ContentType:  w.ContentType,
		VersionFlags: w.VersionFlags,
		ByteOrder:    securecall.Order(w.ByteOrder),
		Final:        securecall.FinalForm(w.Final),
		Padding:      securecall.Padding(w.Padding),
		SaltBytes:    w.SaltBytes,
	}
	for i := range min(len(w.MessageIDs), len(m.MessageIDs)) {
		m.MessageIDs[i] = uint32(w.MessageIDs[i])
	}
	return m
}

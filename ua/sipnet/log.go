package sipnet

import (
	"context"
	"log/slog"

	"github.com/emiago/sipgo/sip"
)

// sipgo logs whole datagrams when it cannot parse them, and writes to the
// process's default logger unless told otherwise. Its package logger is
// silenced for the life of the process; each Endpoint gives it a redacting one.
//
// UDPMTUSize is sipgo's refusal to send more than 1300 bytes over UDP. An
// INVITE with credentials and a Record-Route is longer, and UDP carries it in
// fragments; 65507 is the largest datagram there is, 200 what sipgo subtracts.
func init() {
	sip.SetDefaultLogger(slog.New(slog.DiscardHandler))
	sip.UDPMTUSize = 65507 + 200
}

// redactor passes sipgo's records on at debug level without the attributes that
// hold messages: a digest response or a certificate is not for a log.
type redactor struct{ next slog.Handler }

var rawAttributes = map[string]bool{
	"data": true, "req": true, "res": true, "msg": true,
	"invite_request": true, "invite_response": true, "cancel_request": true,
}

func (r redactor) Enabled(ctx context.Context, _ slog.Level) bool {
	return r.next.Enabled(ctx, slog.LevelDebug)
}

func (r redactor) Handle(ctx context.Context, rec slog.Record) error {
	out := slog.NewRecord(rec.Time, slog.LevelDebug, rec.Message, rec.PC)
	rec.Attrs(func(a slog.Attr) bool {
		if rawAttributes[a.Key] {
			a = slog.String(a.Key, "[redacted]")
		}
		out.AddAttrs(a)
		return true
	})
	return r.next.Handle(ctx, out)
}

func (r redactor) WithAttrs(attrs []slog.Attr) slog.Handler {
	return redactor{r.next.WithAttrs(attrs)}
}

func (r redactor) WithGroup(name string) slog.Handler { return redactor{r.next.WithGroup(name)} }

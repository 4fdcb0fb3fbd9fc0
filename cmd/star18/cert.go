package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/say"
)

// Every view of a certificate says what it is worth.
const (
	certWeak   = say.WeakWarning + "; these telephones know nothing stronger"
	certCAWeak = "RSA-1024 and SHA-1 are weak: somebody with means can forge this CA; these telephones verify nothing stronger"
)

// certSoon is how close an expiry gets a warning.
const certSoon = 30 * certDay

const certDay = 24 * time.Hour

func (a *app) certCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cert",
		Short: "Make, show and verify mini-certificates",
		Long: "Make a certificate authority, issue the mini-certificate and private key of a line, show a\n" +
			"certificate in words and verify it. The keys are RSA-512 under RSA-1024 with SHA-1, because\n" +
			"SPA telephones know nothing stronger: they keep out the curious, not the determined.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return exit(exitUsage, errors.New("say cert ca, cert issue, cert show or cert verify"))
		},
	}
	cmd.AddCommand(a.certCACommand(), a.certIssueCommand(), a.certShowCommand(), a.certVerifyCommand())
	return cmd
}

// certLine writes one line of a view, its heading in a column of its own.
func certLine(w io.Writer, heading, format string, values ...any) {
	_, _ = fmt.Fprintf(w, "%-17s %s\n", heading, fmt.Sprintf(format, values...))
}

// certDays is the whole days from now to an expiry, negative after it.
func certDays(now, end time.Time) int {
	return int(math.Floor(end.Sub(now).Hours() / 24))
}

// certLeft is how far an expiry is away, in words.
func certLeft(now, end time.Time) string {
	left := end.Sub(now)
	far := count(int(left.Abs()/certDay), "day")
	if left.Abs() < certDay {
		far = "less than a day"
	}
	if left <= 0 {
		return "expired " + far + " ago"
	}
	return "in " + far
}

// certMoment is a moment as people read it, always UTC.
func certMoment(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }

// certExpiryWarning is empty for an expiry that is far enough away.
func certExpiryWarning(now, end time.Time) string {
	if end.Sub(now) > certSoon {
		return ""
	}
	return fmt.Sprintf("this certificate expires %s, at %s; issue the next one in time", certLeft(now, end), certMoment(end))
}

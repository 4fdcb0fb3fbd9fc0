package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"star18/audio"
)

func main() {
	audio.SpareProcessors()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process.
func run(args []string, stdout, stderr io.Writer) int {
	app := &app{in: os.Stdin, out: stdout, err: stderr}
	root := app.command()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return report(stderr, root.ExecuteContext(context.Background()))
}

// report prints an error and chooses the exit code. An error that nobody gave
// a code is a mistake in the use of the command.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	code := exitUsage
	var coded *exitError
	if errors.As(err, &coded) {
		code, err = coded.code, coded.err
	}
	if err != nil {
		patiently(func() { _, _ = fmt.Fprintf(stderr, "star18: %v\n", err) })
	}
	return code
}

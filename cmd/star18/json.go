package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"star18/dialplan"
)

// explainJSON prints the intent itself, and what is to be warned of: it is an
// answer, not an event.
func (a *app) explainJSON(i dialplan.Intent, warnings []dialplan.Warning) error {
	text, err := i.MarshalJSON()
	if err != nil {
		return err
	}
	text = bytes.TrimSpace(text)
	if len(warnings) > 0 {
		words := make([]string, len(warnings))
		for n, w := range warnings {
			words[n] = w.String()
		}
		more, err := json.Marshal(words)
		if err != nil {
			return err
		}
		text = fmt.Appendf(bytes.TrimSuffix(text, []byte("}")), `,"warnings":%s}`, more)
	}
	_, err = fmt.Fprintln(a.out, string(text))
	return err
}

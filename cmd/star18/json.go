package main

import (
	"encoding/json"

	"star18/dialplan"
)

// explainJSON prints the intent itself: it is an answer, not an event.
func (a *app) explainJSON(i dialplan.Intent) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	return e.Encode(i)
}

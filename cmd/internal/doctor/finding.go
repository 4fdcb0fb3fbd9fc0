// Package doctor judges what was found out about a telephone: each finding has
// passed, is a warning or a failure, and those name the cause and the fix.
//
// The judgements are pure; who runs the checks is the command.
package doctor

import "fmt"

// Result is what came of a check.
type Result string

// The results. Skipped is a check that makes no sense while another one fails.
const (
	Passed  Result = "passed"
	Warned  Result = "warning"
	Failed  Result = "failed"
	Skipped Result = "skipped"
)

// String is the word of the report, a failure in capitals.
func (r Result) String() string {
	if r == Failed {
		return "FAILED"
	}
	return string(r)
}

// Finding is one line of the report.
type Finding struct {
	Area   string `json:"area"`
	Check  string `json:"check"`
	Result Result `json:"result"`
	Found  string `json:"found"`
	Fix    string `json:"fix,omitempty"`

	// Account is the line's name, where there are several.
	Account string `json:"account,omitempty"`

	refused bool // by the server, whatever the transport
}

// Report is all that was found, in order.
type Report []Finding

func (r *Report) add(area, check string, result Result, fix, format string, values ...any) {
	*r = append(*r, Finding{Area: area, Check: check, Result: result, Found: fmt.Sprintf(format, values...), Fix: fix})
}

// Pass adds a check that holds.
func (r *Report) Pass(area, check, format string, values ...any) {
	r.add(area, check, Passed, "", format, values...)
}

// Warn adds what works and could be better.
func (r *Report) Warn(area, check, fix, format string, values ...any) {
	r.add(area, check, Warned, fix, format, values...)
}

// Fail adds what does not work.
func (r *Report) Fail(area, check, fix, format string, values ...any) {
	r.add(area, check, Failed, fix, format, values...)
}

// Skip adds what could not be looked at.
func (r *Report) Skip(area, check, why string) { r.add(area, check, Skipped, "", "%s", why) }

// Name says whose the findings from one on are.
func (r Report) Name(from int, account string) {
	for i := from; i < len(r); i++ {
		r[i].Account = account
	}
}

// Count is how many findings have a result.
func (r Report) Count(result Result) int {
	n := 0
	for _, f := range r {
		if f.Result == result {
			n++
		}
	}
	return n
}

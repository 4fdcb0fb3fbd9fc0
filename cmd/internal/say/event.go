package say

// CallBackWaits: a number was busy and is called again; RetryIn is in seconds.
type CallBackWaits struct {
	Number  string `json:"number"`
	RetryIn int    `json:"retry_in"`
}

// EventName implements ua.Event.
func (CallBackWaits) EventName() string { return "call_back" }

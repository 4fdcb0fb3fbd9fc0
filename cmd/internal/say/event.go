package say

// CallBackWaits: a number was busy and is called again; RetryIn is in seconds.
type CallBackWaits struct {
	Number  string `json:"number"`
	RetryIn int    `json:"retry_in"`
}

// Reply is what has come of a command that was typed. One that worked and needs
// no words has no reply: its event tells.
type Reply struct {
	Command string `json:"command"`
	Text    string `json:"text"`
	Failed  bool   `json:"failed,omitempty"`
}

// EventName implements ua.Event.
func (Reply) EventName() string { return "reply" }

// EventName implements ua.Event.
func (CallBackWaits) EventName() string { return "call_back" }

// Dropped: so many events before this one were not told, since nobody took them.
type Dropped struct {
	Count int `json:"count"`
}

// EventName implements ua.Event.
func (Dropped) EventName() string { return "dropped" }

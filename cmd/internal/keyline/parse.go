package keyline

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Verb is what to do.
type Verb string

// The verbs.
const (
	Help       Verb = "help"
	Calls      Verb = "calls"
	Call       Verb = "call"
	Answer     Verb = "answer"
	Reject     Verb = "reject"
	Hangup     Verb = "hangup"
	Hold       Verb = "hold"
	Resume     Verb = "resume"
	Swap       Verb = "swap"
	Mute       Verb = "mute"
	Unmute     Verb = "unmute"
	Record     Verb = "record"
	Play       Verb = "play"
	DTMF       Verb = "dtmf"
	Transfer   Verb = "transfer"
	TransferTo Verb = "transfer-to"
	Conference Verb = "conference"
	Yes        Verb = "yes"
	No         Verb = "no"
	DND        Verb = "dnd"
	Line       Verb = "line"
)

// wants is what may follow a verb.
type wants int

const (
	nothing wants = iota
	callID        // may be left out
	otherID       // the same
	number
	digits
	onOff
	newFile // may be left out
	file
	lineName // may be left out
)

func (w wants) String() string {
	return [...]string{"", "[CALL]", "[CALL]", "NUMBER", "DIGITS", "on|off", "[FILE|off]", "FILE|off", "[NAME]"}[w]
}

type row struct {
	verb   Verb
	letter string
	wants  wants
	words  string
}

// table is every command, in the order of the help.
var table = []row{
	{Help, "?", nothing, "this list"},
	{Calls, "l", nothing, "list the calls"},
	{Call, "c", number, "call, with star codes; dial is the same"},
	{Answer, "a", callID, "take a call that rings"},
	{Reject, "r", callID, "refuse it as busy"},
	{Hangup, "q", callID, "end a call"},
	{Hold, "h", callID, "put a call on hold"},
	{Resume, "u", callID, "speak on a call that is held"},
	{Swap, "s", nothing, "speak on the other call, hold this one"},
	{Mute, "m", callID, "send silence"},
	{Unmute, "n", callID, "send the microphone again"},
	{Record, "o", newFile, "keep both sides of the call in a WAV file, until record off"},
	{Play, "p", file, "play a WAV file into the call"},
	{DTMF, "d", digits, "press keys"},
	{Transfer, "t", number, "ask the other side to call that number instead"},
	{TransferTo, "x", otherID, "connect the two other sides and leave"},
	{Conference, "3", nothing, "speak on all calls at once"},
	{Yes, "y", callID, "agree to the transfer that the other side asks for"},
	{No, "", callID, "do not"},
	{DND, "", onOff, "do not disturb"},
	{Line, "", lineName, "call by that line from now on, or list the lines"},
}

// Command is one line that was understood. Argument is empty, a call's id, a
// number, digits, or on or off.
type Command struct {
	Verb     Verb
	Argument string
}

// NamesCall: the argument is the id of a call.
func (c Command) NamesCall() bool {
	return c.Argument != "" && slices.ContainsFunc(table, func(r row) bool {
		return r.verb == c.Verb && (r.wants == callID || r.wants == otherID)
	})
}

// The reasons why a line is not understood.
var (
	ErrUnknown  = errors.New("no such command; help lists them")
	ErrArgument = errors.New("something is missing, or too much")
)

// maxLine is far more than any command needs.
const maxLine = 512

// Parse reads a line; an empty one is no command and no error.
func Parse(line string) (Command, error) {
	if len(line) > maxLine {
		return Command{}, ErrUnknown
	}
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if word == "" {
		return Command{}, nil
	}
	if strings.EqualFold(word, "dial") { // as scripts say
		word = string(Call)
	}
	for _, r := range table {
		if low := strings.ToLower(word); low == string(r.verb) || low == r.letter {
			argument, err := r.argument(strings.TrimSpace(rest))
			return Command{r.verb, argument}, err
		}
	}
	return Command{}, fmt.Errorf("%q: %w", word, ErrUnknown)
}

func (r row) usage() string { return strings.TrimSpace(string(r.verb) + " " + r.wants.String()) }

func (r row) argument(text string) (string, error) {
	bad := fmt.Errorf("%w: write %s", ErrArgument, r.usage())
	switch r.wants {
	case nothing:
		if text != "" {
			return "", bad
		}
	case callID, otherID, lineName:
		if strings.Contains(text, " ") {
			return "", bad
		}
	case digits:
		text = strings.ReplaceAll(text, " ", "")
		if text == "" {
			return "", bad
		}
	case number, file:
		if text == "" {
			return "", bad
		}
	case onOff:
		if text = strings.ToLower(text); text != "on" && text != "off" {
			return "", bad
		}
	}
	return text, nil
}

// Verbs are the words of all commands.
func Verbs() []string {
	var out []string
	for _, r := range table {
		out = append(out, string(r.verb))
	}
	return out
}

// HelpLines says every command on a line.
func HelpLines() []string {
	var out []string
	for _, r := range table {
		out = append(out, fmt.Sprintf("%-20s %-2s %s", r.usage(), r.letter, r.words))
	}
	return out
}

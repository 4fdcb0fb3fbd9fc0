package arrival

import (
	"testing"
	"time"
)

// The oracle is the ladder of the package comment; its order is our own choice,
// the codes are RFC 5079's, RFC 3261's and RFC 5806's.
func TestJudge(t *testing.T) {
	const own = "14085550001"
	for _, tt := range []struct {
		name string
		r    Rules
		f    Facts
		want Verdict
	}{
		{"nothing set", Rules{}, Facts{}, Verdict{Action: Ring}},
		{"nothing set, anonymous", Rules{}, Facts{Anonymous: true}, Verdict{Action: Ring}},
		{"busy", Rules{}, Facts{Busy: true}, Verdict{Action: Busy, Reason: UserBusy}},
		{"dnd", Rules{DND: true}, Facts{}, Verdict{Action: Busy, Reason: DoNotDisturb}},
		{"anonymous rejected", Rules{RejectAnonymous: true, ForwardAll: "7"}, Facts{Anonymous: true}, Verdict{Action: RefuseAnonymous}},
		{"a name is not rejected", Rules{RejectAnonymous: true}, Facts{}, Verdict{Action: Ring}},
		{"forward all before dnd", Rules{ForwardAll: "7", DND: true}, Facts{}, Verdict{Forward, "7", Unconditional}},
		{"forward busy", Rules{ForwardBusy: "8"}, Facts{Busy: true}, Verdict{Forward, "8", UserBusy}},
		{"dnd counts as busy", Rules{ForwardBusy: "8", DND: true}, Facts{}, Verdict{Forward, "8", DoNotDisturb}},
		{"free is not busy", Rules{ForwardBusy: "8"}, Facts{}, Verdict{Action: Ring}},
		{"not to ourselves", Rules{ForwardAll: own}, Facts{}, Verdict{Action: Ring}},
		{"by our whole address", Rules{ForwardAll: own + "@PBX.test"}, Facts{}, Verdict{Action: Ring}},
		{"to our number elsewhere", Rules{ForwardAll: own + "@other.test"}, Facts{}, Verdict{Forward, own + "@other.test", Unconditional}},
		{"came from here before", Rules{ForwardAll: "7"}, Facts{Diverted: []string{"1", own}}, Verdict{Action: Ring}},
		{"and busy", Rules{ForwardBusy: "7"}, Facts{Busy: true, Diverted: []string{own}}, Verdict{Action: Busy, Reason: UserBusy}},
		{"forwarded five times", Rules{ForwardAll: "7"}, Facts{Diverted: []string{"1", "2", "3", "4", "5"}}, Verdict{Action: Ring}},
		{"forwarded four times", Rules{ForwardAll: "7"}, Facts{Diverted: []string{"1", "2", "3", "4"}}, Verdict{Forward, "7", Unconditional}},
	} {
		tt.f.Own, tt.f.Domain = own, "pbx.test"
		if got := tt.r.Judge(tt.f); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestUnanswered(t *testing.T) {
	r := Rules{ForwardNoAnswer: "9", NoAnswerAfter: 20 * time.Second}
	if d, v, ok := r.Unanswered(Facts{}); !ok || d != 20*time.Second || v != (Verdict{Forward, "9", NoAnswer}) {
		t.Errorf("%v %+v %v", d, v, ok)
	}
	if _, _, ok := r.Unanswered(Facts{Own: "9"}); ok {
		t.Error("it is forwarded to ourselves")
	}
	if _, _, ok := (Rules{NoAnswerAfter: time.Second}).Unanswered(Facts{}); ok {
		t.Error("it is forwarded to nowhere")
	}
}

func TestAutoAnswer(t *testing.T) {
	for _, tt := range []struct {
		name   string
		asking Asking
		after  time.Duration
		asked  bool
	}{
		{"nobody asks", Asking{AlertInfo: []string{"<http://h/Bellcore-dr3>"}}, 0, false},
		{"Call-Info", Asking{CallInfo: []string{"<sip:h>;answer-after=2"}}, 2 * time.Second, true},
		{"quoted", Asking{CallInfo: []string{`<sip:h>; Answer-After = "0"`}}, 0, true},
		{"Alert-Info", Asking{AlertInfo: []string{"<http://www.notused.com>;info=alert-autoanswer;delay=3"}}, 3 * time.Second, true},
		{"bare Alert-Info", Asking{AlertInfo: []string{"info=alert-autoanswer"}}, 0, true},
		{"words", Asking{AlertInfo: []string{"Auto Answer"}}, 0, true},
		{"RFC 5373", Asking{AnswerMode: []string{"Auto;require"}}, 0, true},
		{"RFC 5373 manual", Asking{AnswerMode: []string{"Manual"}}, 0, false},
		{"no number", Asking{CallInfo: []string{"<sip:h>;answer-after=soon"}}, 0, false},
		{"bounded", Asking{CallInfo: []string{"<sip:h>;answer-after=65535"}}, time.Minute, true},
	} {
		if d, ok := AnswerAsked.Answers(tt.asking, true); ok != tt.asked || d != tt.after {
			t.Errorf("%s: %v %v", tt.name, d, ok)
		}
		if _, ok := AnswerAsked.Answers(tt.asking, false); ok {
			t.Errorf("%s: a stranger opens the microphone", tt.name)
		}
		if _, ok := AnswerOff.Answers(tt.asking, true); ok {
			t.Errorf("%s: off answers", tt.name)
		}
		if _, ok := AnswerAlways.Answers(tt.asking, false); !ok {
			t.Errorf("%s: always does not answer", tt.name)
		}
	}
}

// The forms are those that the vendor's manuals and telephone systems use.
func TestBellcore(t *testing.T) {
	for text, want := range map[string]int{
		"<http://127.0.0.1/Bellcore-dr3>": 3, "Bellcore-r7": 7, "bellcore-R2": 2, "info=Bellcore-r5": 5, "<http://h>;info=Bellcore-dr4;x=1": 4,
		"": 0, "Bellcore-": 0, "Bellcore-r0": 0, "Bellcore-r10": 0, "Bellcore-5": 0, "x": 0,
	} {
		got, asked := Bellcore([]string{"other", text})
		if asked != (want > 0) || got != max(want, 1) {
			t.Errorf("%q rings %d, asked %v; want %d", text, got, asked, want)
		}
	}
}

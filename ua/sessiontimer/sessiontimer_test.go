package sessiontimer

import (
	"errors"
	"testing"
	"time"
)

const s = time.Second

// RFC 4028 section 4: 1*DIGIT and parameters; "refresher" is uac or uas.
func TestParse(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Expires
	}{
		{"", Expires{}}, {"1800", Expires{1800 * s, Unsaid}}, {" 90 ; refresher=UAC", Expires{90 * s, UAC}},
		{"4000;x=y;refresher=uas", Expires{4000 * s, UAS}}, {"4000;refresher=both", Expires{4000 * s, Unsaid}},
	} {
		if got, err := ParseExpires(tt.text); err != nil || got != tt.want {
			t.Errorf("%q: %+v %v", tt.text, got, err)
		}
	}
	for _, bad := range []string{"x", "-1", "1.5", ";refresher=uac;", "99999999999"} {
		if got, err := ParseExpires(bad); bad[0] != ';' && !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %+v %v", bad, got, err)
		}
	}
	if got := (Expires{1800 * s, UAC}).String(); got != "1800;refresher=uac" {
		t.Error(got)
	}
}

// RFC 4028 7.1 and 7.4: who wants no timer says only that it knows them; after a
// 422 the interval is at least its Min-SE, which is then sent; inside the call
// interval and refresher stay.
func TestAsk(t *testing.T) {
	for _, tt := range []struct {
		name    string
		policy  Policy
		raised  time.Duration
		current Session
		want    Demand
	}{
		{"nothing wanted", Policy{}, 0, Session{}, Demand{Timer: true}},
		{"half an hour", Policy{1800 * s, 90 * s}, 0, Session{}, Demand{Expires{1800 * s, Unsaid}, 0, true}},
		{"too little", Policy{60 * s, 90 * s}, 0, Session{}, Demand{Expires{90 * s, Unsaid}, 0, true}},
		{"own minimum", Policy{100 * s, 300 * s}, 0, Session{}, Demand{Expires{300 * s, Unsaid}, 300 * s, true}},
		{"after a 422", Policy{1800 * s, 90 * s}, 3600 * s, Session{}, Demand{Expires{3600 * s, Unsaid}, 3600 * s, true}},
		{"we refresh", Policy{}, 0, Session{600 * s, true}, Demand{Expires{600 * s, UAC}, 0, true}},
		{"the peer refreshes", Policy{1800 * s, 90 * s}, 0, Session{600 * s, false}, Demand{Expires{600 * s, UAS}, 0, true}},
	} {
		if got := tt.policy.Ask(tt.raised, tt.current); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

// RFC 4028 section 9 and its table 2.
func TestGrant(t *testing.T) {
	wants, silent := Policy{1800 * s, 90 * s}, Policy{0, 90 * s}
	for _, tt := range []struct {
		name    string
		policy  Policy
		demand  Demand
		want    Expires
		require bool
		ours    bool
	}{
		{"nobody asks", silent, Demand{Timer: true}, Expires{}, false, false},
		{"honoured though we do not ask", silent, Demand{Expires{600 * s, Unsaid}, 0, true}, Expires{600 * s, UAC}, true, false},
		{"caller refreshes", silent, Demand{Expires{600 * s, UAC}, 0, true}, Expires{600 * s, UAC}, true, false},
		{"callee refreshes", silent, Demand{Expires{600 * s, UAS}, 0, true}, Expires{600 * s, UAS}, true, true},
		{"a proxy asked, the caller cannot", silent, Demand{Expires{600 * s, Unsaid}, 0, false}, Expires{600 * s, UAS}, false, true},
		{"lowered to ours", wants, Demand{Expires{7200 * s, Unsaid}, 0, true}, Expires{1800 * s, UAC}, true, false},
		{"not below the caller's minimum", wants, Demand{Expires{7200 * s, Unsaid}, 3600 * s, true}, Expires{3600 * s, UAC}, true, false},
		{"never raised", wants, Demand{Expires{600 * s, Unsaid}, 0, true}, Expires{600 * s, UAC}, true, false},
		{"ours, nobody asked", wants, Demand{Timer: true}, Expires{1800 * s, UAC}, true, false},
		{"ours, the caller cannot", wants, Demand{}, Expires{1800 * s, UAS}, false, true},
	} {
		got, require, session := tt.policy.Grant(tt.demand)
		if got != tt.want || require != tt.require || session != (Session{tt.want.Interval, tt.ours}) {
			t.Errorf("%s: %+v require %v, %+v", tt.name, got, require, session)
		}
	}
}

func TestJudge(t *testing.T) {
	p := Policy{Min: 90 * s}
	for _, tt := range []struct {
		demand Demand
		want   time.Duration
	}{
		{Demand{Expires{60 * s, Unsaid}, 0, true}, 90 * s},
		{Demand{Expires{60 * s, Unsaid}, 0, false}, 0}, // it could not understand a 422
		{Demand{Expires{90 * s, Unsaid}, 0, true}, 0},
		{Demand{Timer: true}, 0},
	} {
		if got := p.Judge(tt.demand); got != tt.want {
			t.Errorf("%+v: %v", tt.demand, got)
		}
	}
}

// RFC 4028 section 10: half for the refresh, and the BYE before the end by the
// lesser of 32 s and a third.
func TestWhen(t *testing.T) {
	for _, tt := range []struct{ interval, refresh, expire time.Duration }{
		{1800 * s, 900 * s, 1768 * s}, {90 * s, 45 * s, 60 * s}, {96 * s, 48 * s, 64 * s},
	} {
		if got := (Session{Interval: tt.interval}); got.RefreshAfter() != tt.refresh || got.ExpireAfter() != tt.expire {
			t.Errorf("%v: %v %v", tt.interval, got.RefreshAfter(), got.ExpireAfter())
		}
	}
	for _, tt := range []struct {
		granted Expires
		want    Session
	}{
		{Expires{}, Session{}}, {Expires{600 * s, UAC}, Session{600 * s, true}}, {Expires{600 * s, UAS}, Session{600 * s, false}},
		{Expires{600 * s, Unsaid}, Session{600 * s, true}}, {Expires{5 * s, UAC}, Session{90 * s, true}},
	} {
		if got := Granted(tt.granted); got != tt.want {
			t.Errorf("%v: %+v", tt.granted, got)
		}
	}
}

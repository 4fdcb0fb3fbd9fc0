// Package sessiontimer is the session timer (RFC 4028) as plain decisions: what
// a request asks for, what an answer grants, and when to refresh or to hang up.
// It sends nothing and has no clock.
//
//	UAC  INVITE  Supported: timer, Session-Expires: 1800 ──▶      Policy.Ask
//	UAS  ◀── 422 Min-SE: 3600            or                       Policy.Judge
//	UAS  ◀── 200 Session-Expires: 1800;refresher=uac              Policy.Grant
//	     ... 900 s ... INVITE or UPDATE by the refresher ──▶      Session.RefreshAfter
//	     ... 1768 s without one: BYE by the other                 Session.ExpireAfter
//
// uac and uas are the roles in the request at hand, whoever began the call.
package sessiontimer

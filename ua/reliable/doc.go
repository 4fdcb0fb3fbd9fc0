// Package reliable is the reliability of provisional responses (RFC 3262) as
// two small machines, one for each end, without clock, socket or randomness:
// the caller of their methods says when time has passed and sends what they ask.
//
//	UAS  180 Require: 100rel, RSeq n ──▶        Sender.Begin, Again every T1, 2*T1 ...
//	UAC  ◀── PRACK RAck n <CSeq> INVITE         Receiver.Take, then Ack
//	UAS  200 to the PRACK ──▶                   Sender.Acknowledge
//
// A response that is not acknowledged within 64*T1 fails the INVITE.
package reliable

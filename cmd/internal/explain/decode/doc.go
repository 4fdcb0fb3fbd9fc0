// Package decode makes out of datagrams what they meant: calls, the messages of
// their secure stage field by field, their RTP streams, and a verdict.
//
//	datagrams -> SIP messages -> calls -> steps (Hello, Final, answers) ┐
//	          -> RTP packets  -> streams (where they became protected)  ┴-> verdict
//
// It sees what a third party sees, and judges what each side must have thought.
// It opens nothing. All text in its results is safe to print.
package decode

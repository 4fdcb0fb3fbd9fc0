// Package report says what was decoded: in words for people, as JSON lines for
// programs. It decides nothing.
package report

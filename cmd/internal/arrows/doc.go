// Package arrows holds the import rules of this module as a test: which room
// may lean on which, and why. It has no code of its own.
package arrows

// Package console lets a terminal give single keys, and draws one line at its
// bottom that stays there while others write above it.
package console

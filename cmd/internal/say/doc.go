// Package say tells events: to people one plain line each, to programs one
// JSON object each.
package say

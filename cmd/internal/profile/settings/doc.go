// Package settings says which settings of star18 the parameters of an SPA's
// profile stand for.
package settings

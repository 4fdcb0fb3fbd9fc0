// Package config finds the settings of star18, checks them all at once and
// hands each room its own plain configuration.
//
// A value comes from the first of these that has it:
//
//	--set line.user=…          command line
//	STAR18_LINE_USER           environment
//	config.yaml                file
//	Default()                  this package
//
// The file is walked node by node before viper sees it, because only the node
// knows its line and how it was written: viper lower-cases keys, an unquoted
// 0123 is the octal number 83, and *16 without quotes is a YAML alias.
package config

package config

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// parse reads text as a value of type t. It serves --set, the environment and
// the scalars of the file, so that all three know the same notation.
func parse(text string, t reflect.Type) (any, error) {
	switch {
	case t == durationType:
		return parseDuration(text)
	case t.Kind() == reflect.String:
		return text, nil
	case t.Kind() == reflect.Bool:
		return parseBool(text)
	case t == reflect.TypeFor[[]Account]():
		return nil, errors.New("can be given in the file only; use --account NAME to choose one")
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return nil, errors.New("can be given in the file only; write it there")
	case t.Kind() == reflect.Slice:
		return parseList(text, t.Elem())
	default:
		return parseNumber(text, t)
	}
}

func parseDuration(text string) (any, error) {
	d, err := time.ParseDuration(text)
	switch {
	case err == nil && d >= 0:
		return d, nil
	case err == nil:
		return nil, fmt.Errorf("%q is negative; write it without the minus", text)
	case isDigits(text):
		return nil, fmt.Errorf("%s has no unit; write %ss for seconds or %sms for milliseconds", text, text, text)
	default:
		return nil, fmt.Errorf("%q is not a length of time; write for example 20ms, 16s or 1h", text)
	}
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func parseBool(text string) (any, error) {
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return nil, fmt.Errorf("%q is neither true nor false; write true or false", text)
}

// parseNumber refuses a leading zero: YAML reads 0100 as octal 64, people read
// it as 100.
func parseNumber(text string, t reflect.Type) (any, error) {
	if len(text) > 1 && text[0] == '0' && isDigits(text) {
		return nil, fmt.Errorf("%s would be an octal number; write it without the leading zero", text)
	}
	var err error
	if t.Kind() == reflect.Uint32 {
		var n uint64
		if n, err = strconv.ParseUint(text, 0, 32); err == nil {
			return uint32(n), nil
		}
	} else {
		var n int64
		if n, err = strconv.ParseInt(text, 0, 32); err == nil {
			return int(n), nil
		}
	}
	return nil, fmt.Errorf("%q is not a whole number in range; write for example 20 or 0x00010000", text)
}

// parseList reads a,b,c with or without brackets; empty text is an empty list.
func parseList(text string, elem reflect.Type) (any, error) {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "["), "]")
	list := reflect.MakeSlice(reflect.SliceOf(elem), 0, 4)
	if text == "" {
		return list.Interface(), nil
	}
	for word := range strings.SplitSeq(text, ",") {
		v, err := parse(strings.TrimSpace(word), elem)
		if err != nil {
			return nil, err
		}
		list = reflect.Append(list, reflect.ValueOf(v))
	}
	return list.Interface(), nil
}

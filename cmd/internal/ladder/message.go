package ladder

import (
	"bytes"
	"strings"

	"star18/securecall"
)

// Label names a SIP message in a few words, or returns "" for what is none.
func Label(data []byte) string {
	head, body, _ := bytes.Cut(data, []byte("\r\n\r\n"))
	lines := strings.Split(string(head), "\r\n")
	first := strings.SplitN(lines[0], " ", 3)
	if len(first) != 3 {
		return ""
	}
	_, method, _ := strings.Cut(header(lines, "cseq"), " ")
	if first[0] == "SIP/2.0" {
		return response(first[1]+" "+first[2], strings.TrimSpace(method), body)
	}
	return request(lines, first, body)
}

func header(lines []string, name string) string {
	for _, line := range lines[1:] {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func request(lines, first []string, body []byte) string {
	text := first[0]
	switch text {
	case "INVITE":
		text += " " + user(first[1])
	case "INFO":
		text += secureStage(body, "Caller Hello")
	}
	if header(lines, "authorization") != "" || header(lines, "proxy-authorization") != "" {
		text += ", digest"
	}
	return text
}

func response(status, method string, body []byte) string {
	if method == "INFO" {
		stage := secureStage(body, "Callee Hello")
		if stage == "" {
			stage = " no body"
		}
		return status + stage
	}
	return status + " (" + method + ")"
}

// user is the user part of a SIP URI.
func user(uri string) string {
	_, rest, _ := strings.Cut(uri, ":")
	name, _, _ := strings.Cut(rest, "@")
	return name
}

// secureStage names a message of the secure call by its length, which is how
// receivers know them: 264 or 392 bytes are a Hello, 132 and 68 a Final.
func secureStage(body []byte, hello string) string {
	msg, err := securecall.DecodeBody(body)
	if err != nil {
		return ""
	}
	switch len(msg) {
	case 264, 392:
		return " " + hello
	case 132, 68:
		return " Caller Final"
	}
	return ""
}

package control

import (
	"encoding/json"
	"errors"
)

// Version of the protocol.
const Version = 1

// Commands that the control knows beside those of keyline.
const (
	Status = "status"
	Events = "events"
)

// Greeting is the first line that a client gets.
type Greeting struct {
	Version int    `json:"star18"`
	Line    string `json:"line"` // the address of record
}

// Request is one command.
type Request struct {
	ID int    `json:"id"`
	Do string `json:"do"`
}

// Response is what came of it.
type Response struct {
	ID     int             `json:"id"`
	OK     bool            `json:"ok"`
	Answer []string        `json:"answer,omitempty"`
	Error  string          `json:"error,omitempty"`
	Status json.RawMessage `json:"status,omitempty"`
}

// The reasons why there is no connection.
var (
	ErrNobody   = errors.New("no star18 is running for this line; start star18, or star18 answer --control")
	ErrServed   = errors.New("another star18 serves this line already")
	ErrNoSocket = errors.New("there is a file that is no socket")
	ErrVersion  = errors.New("that star18 speaks another version of the control protocol")
)

// maxLine is far more than any request needs.
const maxLine = 4096

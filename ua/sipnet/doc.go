// Package sipnet is one SIP socket: sipgo's transport, transactions and parser
// with the traps of that library closed off, so that the rooms above see only
// requests, responses and errors.
//
//	request out:  Start / Do ──▶ client transaction ──▶ socket
//	response in:  socket ──▶ transaction ──▶ the function given to Start
//	request in:   socket ──▶ check ──▶ server transaction ──▶ Handler.OnRequest
//	2xx again:    socket ──▶ OnRepeated2xx (RFC 3261 13.2.2.4: each wants an ACK)
//
// Every message leaves from the one socket, also to a host not heard from
// before, so that its Via and its source agree.
package sipnet

// Package sipnet is the SIP network of one local address: sipgo's transport,
// transactions and parser with the traps of that library closed off, so that the
// rooms above see only requests, responses and errors.
//
//	request out:  Start / Do ──▶ route: transport by URI and size ──▶ client transaction ──▶ socket or stream
//	response in:  socket, stream ──▶ Screen ──▶ transaction ──▶ the function given to Start
//	request in:   socket, stream ──▶ Screen ──▶ check ──▶ server transaction ──▶ Handler.OnRequest
//	2xx again:    socket, stream ──▶ OnRepeated2xx (RFC 3261 13.2.2.4: each wants an ACK)
//
// By UDP every message leaves from the one socket, also to a host not heard from
// before, so that its Via and its source agree. TCP is listened to at the same
// address and port, since a request too long for UDP arrives there.
//
//	gate     the UDP socket, which Rebind exchanges under sipgo's feet
//	stream   one TCP or TLS connection: messages told apart, pings, a queue to write
//	streams  all of them, found by transport and far end, whoever made them
//	feed     what sipgo takes for a listener: it reads and pools our connections,
//	         and never makes one itself, least of all to what a Via says
//
// A response goes back over the connection of its request. If that is gone it is
// not sent anywhere else (RFC 3261 18.2.2 would connect to the address in the
// Via, which its sender chose): the sender's transaction ended with it. TLS and WebSockets are
// spoken as a client only: calls arrive over the connection of the registration.
// sipgo would dial a WebSocket itself, past Screen and verification; here it is a
// stream whose messages come in frames, and sipgo takes it for the TCP or TLS below.
package sipnet

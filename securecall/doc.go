// Package securecall is the second stage of a Sipura/Linksys/Cisco SPA "secure
// call": its mini-certificates, its messages, and the caller's and the callee's
// side of the handshake as machines that take bytes and give bytes.
//
// Nothing here knows a socket, a timer or a log. The owner of a call hands in
// the bodies of INFO requests and responses, and gets back a body to send, the
// keys of the media stream, or one comparable [Reason] why the call stays in
// clear.
//
// # Ladder
//
//	caller                                                       callee
//	  |-- INVITE / 200 / ACK, RTP in clear both ways --------------->|  stage 1
//	  |-- INFO  base64( Caller Hello ) ----------------------------->|  stage 2
//	  |<- 200   base64( Callee Hello ) ------------------------------|
//	  |-- INFO  base64( Caller Final ) ----------------------------->|
//	  |<- 200   (no body: the Callee Final) -------------------------|
//	  |<==================== SRTP in both directions ===============>|
//
// In terms of this package:
//
//	Caller.Hello          ->  Callee.Receive
//	Caller.HelloAnswered  <-  Answer{200, Callee Hello}
//	  its final body      ->  Callee.Receive
//	Caller.FinalAnswered  <-  Answer{200}, with the callee's Keys
//
// # Hello, 264 bytes, both directions
//
//	offset  bytes
//	     0      4  message ID
//	     4      4  version and flags; a callee echoes the caller's
//	     8      4  SSRC of the sender's RTP stream, already running
//	    12    252  mini-certificate
//
// A received Hello may be 392 bytes: a CA modulus follows and is ignored, for
// trust comes from our own configuration only.
//
// # Caller Final, 132 bytes (split) or 68 bytes (joined)
//
//	offset  bytes
//	     0      4  message ID
//	     4     64  RSA-512 block: the master key, or key and salt when joined
//	    68     64  RSA-512 block: the master salt (split only)
//
// The blocks are sealed to the callee's mini-certificate. That the callee can
// send SRTP therefore proves that it holds its private key; the caller proves
// nothing, because its certificate travels in clear.
//
// # Mini-certificate, 252 bytes
//
//	offset  bytes
//	     0     32  user name, NUL padded
//	    32     16  user ID or phone number, NUL padded
//	    48     12  expiry, ASCII HHMMSSMMDDYY, year 20YY
//	    60     64  RSA-512 modulus, big-endian, e = 65537
//	   124    128  the CA's RSA-1024 signature, PKCS#1 v1.5 type 1 over the raw
//	               20-byte SHA-1 (no DigestInfo) of bytes 0 to 123
//
// The parameter of a line is the base64 of the certificate and its CA's
// modulus, 252 + 128 bytes, 508 characters.
//
// RSA-512 and SHA-1 are broken: who wants to listen can factor the key. They
// are here because the telephones speak nothing else. Layouts are facts of the
// vendor's documents and its published example; what nobody has published is
// our own choice, kept in ours.go and in [Wire].
package securecall

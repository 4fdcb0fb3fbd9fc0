// Package digest answers and asks for SIP digest credentials (RFC 3261 22,
// RFC 7616, RFC 8760).
//
//	user agent                                    registrar or proxy
//	   |-- request ------------------------------------>|
//	   |<- 401 WWW-Authenticate: Digest SHA-256 ... ----|   Server.Challenge
//	   |<-     WWW-Authenticate: Digest MD5 ... --------|   (407: Proxy-Authenticate)
//	   |-- request, Authorization: Digest ... --------->|   Session.Answer, Server.Verify
//	   |<- 200, or 401 again: stale=true (nonce too old)|
//	   |      or a plain challenge (wrong password)     |
//
// A challenge and its answer are "Digest name=value, name="value", ..." with
//
//	response = H( H(user:realm:password) : nonce : nc : cnonce : qop : H(method:uri) )
//
// A response may carry several challenges. For each realm the strongest
// algorithm that we have is answered, SHA-256 before SHA-512-256 before MD5, as
// RFC 8760 lets local policy decide. Algorithms that we do not have, the "-sess"
// variants among them, and challenges that want only auth-int are passed over.
// The hashing itself is github.com/icholy/digest's; the header values are read
// and written here, because SIP devices write them in more ways than it reads,
// and nothing that a user or a server chose may end a header line.
package digest

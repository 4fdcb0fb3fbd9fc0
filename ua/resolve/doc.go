// Package resolve finds where a SIP request goes: RFC 3263.
//
//	sip:192.0.2.1        the address itself
//	sip:pbx.test:5070    A and AAAA of pbx.test
//	sip:t.test, tcp      SRV _sip._tcp.t.test, else A and AAAA of t.test, port 5060
//	sip:t.test           NAPTR t.test       "SIP+D2U", "SIP+D2T", "SIPS+D2T"
//	                        |  else SRV _sip._udp, _sip._tcp, _sips._tcp .t.test
//	                        |         |  else A and AAAA of t.test
//	                        v         v
//	                     SRV: priority, then weight (RFC 2782)
//	                        v
//	                     A and AAAA of each SRV target
//
// The answer is a list: the next entry is for when the first one fails (section
// 4.3). It is kept as long as its records may be, a server that failed is tried
// last for a while, and an old answer is given while DNS is silent: a telephone
// must not stop because a name server does.
package resolve

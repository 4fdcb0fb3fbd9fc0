// Package mwi is message waiting: the body that says how many messages wait
// (RFC 3842), and when a subscription to it is renewed or given up (RFC 6665).
//
//	SUBSCRIBE ──▶          ◀── 2xx with Expires     renewed before it is over
//	          ◀── NOTIFY   200 ──▶
//	                       Messages-Waiting: yes
//	                       Message-Account: sip:alice@vmail.example.com
//	                       Voice-Message: 2/8 (0/2)      new/old (urgent new/urgent old)
//
// It sends nothing and has no clock.
package mwi

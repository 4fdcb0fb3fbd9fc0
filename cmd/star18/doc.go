// Command star18 is a SIP softphone that speaks the two-stage secure call of
// Sipura, Linksys and Cisco SPA telephone adapters.
//
// This folder holds its commands, one file each, and what they share:
//
//	main      -> root (flags) -> call, answer, demo, config, dial, tone, devices, version
//	call, answer -> session: configuration -> line, events, capture, sound, state
package main

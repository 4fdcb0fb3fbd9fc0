package securecall

import "time"

// Everything in this file is our own choice: no public document and no public
// trace settles it. What must be decided before the other side has spoken is a
// setting in [Wire]; its default is here. What only a receiver needs is fixed.

// Lengths of messages that nobody has printed.
const (
	helloLongLen  = helloLen + caLen     // a Hello with its CA's modulus
	finalSplitLen = wordLen + 2*blockLen // "two named fields" of RSA-512 size
	finalJoinLen  = wordLen + blockLen
	saltFieldLen  = 16 // the salt's field, of which masterSaltLen are used
)

// Defaults of the secure.wire settings.
const (
	defaultContentType  = "application/x-sipura"
	defaultVersionFlags = 0x00010000
)

// Bounds against a peer that asks too often.
const (
	// maxMessages is how many different messages one call may send us. An
	// honest handshake has two or three; each is remembered so that the same
	// bytes get the same answer.
	maxMessages = 8

	// maxOpened is how many Finals of one call reach the private key: a split
	// one and, if that failed, a joined one.
	maxOpened = 2

	// The answer to a Final tells whether a block opened. maxFailedBlocks in
	// failureWindow closes that oracle for restPeriod.
	maxFailedBlocks = 20
	failureWindow   = time.Hour
	restPeriod      = time.Hour
)

// maxDraws bounds every loop that draws until a number is acceptable, so that
// a broken source of randomness is an error and not a hang.
const maxDraws = 64

// replayLabel separates the digest of the replay list from any other use of
// the same key.
const replayLabel = "star18 replay"

// Statuses of a callee's refusal. One code and one phrase stand for every
// cryptographic failure: anything finer would be a padding oracle.
const (
	statusOK          = 200
	statusUnsupported = 415
	statusRefused     = 488
)

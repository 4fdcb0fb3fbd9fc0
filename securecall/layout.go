package securecall

// Sizes and offsets that the vendor's documents or its published example fix.
// What is our own choice is in ours.go.
const (
	blockLen  = 64  // an RSA-512 modulus and everything sealed with it
	caLen     = 128 // the CA's RSA-1024 modulus
	signedLen = nameLen + userIDLen + expiryLen + blockLen
	certLen   = signedLen + caLen

	nameLen   = 32
	userIDLen = 16
	expiryLen = 12

	userIDOffset  = nameLen
	expiryOffset  = userIDOffset + userIDLen
	modulusOffset = expiryOffset + expiryLen

	// parameterLen is the Mini Certificate parameter of a line, decoded.
	parameterLen = certLen + caLen

	wordLen     = 4
	helloHeader = 3 * wordLen // ID, version and flags, SSRC
	helloLen    = helloHeader + certLen

	masterKeyLen  = 16
	masterSaltLen = 14 // what RFC 3711 uses; the field is said to have 16

	publicExponent = 65537
)

// Package wav reads and writes RIFF WAVE files of telephone sound.
//
//	"RIFF" size32 "WAVE"
//	"fmt " size32 | tag16 channels16 rate32 bytesPerSecond32 blockAlign16 bits16
//	              | extensible only: size16 bits16 mask32 GUID128
//	...             any other chunk, skipped; an odd size is followed by one octet
//	"data" size32 | samples, little endian, channels interleaved
//
// It reads 16-bit PCM, A-law and mu-law, mono or stereo, and writes 16-bit PCM.
// A file is untrusted: nothing in it decides how much memory is used.
package wav

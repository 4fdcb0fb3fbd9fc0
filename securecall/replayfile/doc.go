// Package replayfile keeps the replay list of one identity in a file.
//
// The file is text: a line that says what it is, then one line for each Final
// that the identity accepted, the 64 hexadecimal digits of its digest. Lines
// are only ever added. A line that a crash left unfinished was not answered with
// 200 and is overwritten; any other damage makes the list unusable, and with it
// every Final is refused until somebody has looked.
//
// Several programs may use one list at once: each step locks the file and reads
// what others have written.
package replayfile

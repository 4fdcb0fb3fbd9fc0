package dialplan

// keySet is a set of telephone keys, one bit each. A plan element is nothing but such a set, so
// that matching a key costs one AND whatever the element looked like in the script.
type keySet uint16

// keyAlphabet is every key that a plan can name (1.1: "the documented key alphabet").
const keyAlphabet = "0123456789*#"

const digitKeys keySet = 1<<10 - 1

// keyBit is the set of just this key, empty for anything that is not a telephone key.
func keyBit(key byte) keySet {
	switch {
	case key >= '0' && key <= '9':
		return 1 << (key - '0')
	case key == '*':
		return 1 << 10
	case key == '#':
		return 1 << 11
	}
	return 0
}

func keyRange(from, to byte) keySet {
	var set keySet
	for key := from; key <= to; key++ {
		set |= keyBit(key)
	}
	return set
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

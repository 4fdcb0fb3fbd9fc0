package dialplan

import (
	"net/netip"
	"strconv"
	"strings"
)

// IP dialling (1.7): [user@]a.b.c.d[:port] from a keypad, with '@', '.' and ':' all typed as '*'.
// A fifth field over 255 is a port, else the first is a user. The manual's "port > 255" is what
// keeps the two apart.

// ipTarget is what such keys mean.
type ipTarget struct {
	user string
	host string
	port uint16 // 0 if none was given
}

func parseIPKeys(keys string) (ipTarget, bool) {
	fields := strings.Split(keys, "*")
	var t ipTarget
	if port, ok := ipPort(fields[len(fields)-1]); ok {
		t.port, fields = port, fields[:len(fields)-1]
	}
	if len(fields) == 5 {
		t.user, fields = fields[0], fields[1:]
	}
	ip, err := netip.ParseAddr(octets(fields))
	if err != nil || !ip.Is4() {
		return ipTarget{}, false
	}
	t.host = ip.String()
	return t, t.user == "" || strings.Trim(t.user, "0123456789") == "" && len(t.user) <= maxNumber
}

// octets joins the fields into an address; a keypad may well type 007 where ParseAddr wants 7.
func octets(fields []string) string {
	out := make([]string, len(fields))
	for i, field := range fields {
		if out[i] = strings.TrimLeft(field, "0"); out[i] == "" && field != "" {
			out[i] = "0"
		}
	}
	return strings.Join(out, ".")
}

func ipPort(field string) (uint16, bool) {
	port, err := strconv.ParseUint(field, 10, 16)
	return uint16(port), err == nil && port > 255
}

// ipSequences are the four forms as sequences, so that the matcher knows while keys arrive that an
// address may be meant. The octets are checked by parseIPKeys once the shape is there.
func ipSequences() []sequence {
	quad := "xxx*xxx*xxx*xxx"
	var forms []sequence
	for _, form := range []string{quad, quad + "*u", "u*" + quad, "u*" + quad + "*u"} {
		forms = append(forms, ipForm(form))
	}
	return forms
}

// ipForm takes x for an octet's digit, of which the first of each octet must be there, and u
// for one or more digits.
func ipForm(form string) sequence {
	seq := sequence{kind: ipSequence, text: "IP dialling"}
	previous := byte('*')
	for i := range len(form) {
		switch c := form[i]; c {
		case 'x':
			seq.ops = append(seq.ops, op{kind: opKey, keys: digitKeys, skip: previous == 'x'})
		case 'u':
			seq.ops = append(seq.ops, op{kind: opKey, keys: digitKeys}, op{kind: opKey, keys: digitKeys, skip: true, loop: true})
		default:
			seq.ops = append(seq.ops, op{kind: opKey, keys: keyBit(c)})
		}
		previous = form[i]
	}
	seq.ops = append(seq.ops, op{kind: opAccept})
	return seq
}

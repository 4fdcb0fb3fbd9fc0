package callerid

import "fmt"

// What an anonymous request says instead of its From (RFC 3323 4.1.1.3).
const (
	anonymousUser = "anonymous"
	anonymousHost = "anonymous.invalid"
)

// Own is the line's name and address of record. Name holds nothing that needs
// escaping between quotes.
type Own struct{ Name, User, Host string }

// From is what From says: the line, or nobody.
func (o Own) From(hide bool) Own {
	if hide {
		return Own{Anonymous, anonymousUser, anonymousHost}
	}
	return o
}

// Field is a header of our own.
type Field struct{ Name, Value string }

// Hiding are the headers of a call that hides who calls. The proxy still learns
// it, must not pass it on (RFC 3325 6 and 9), and can ask for our password by
// it; Remote-Party-ID says the same to servers that are older than that.
func (o Own) Hiding() []Field {
	addr := fmt.Sprintf("<sip:%s@%s>", o.User, o.Host)
	if o.Name != "" {
		addr = fmt.Sprintf("%q %s", o.Name, addr)
	}
	return []Field{
		{"Privacy", "id"},
		{"P-Preferred-Identity", addr},
		{"Remote-Party-ID", addr + ";party=calling;screen=no;privacy=full"},
	}
}

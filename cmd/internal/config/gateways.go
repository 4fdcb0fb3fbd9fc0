package config

import (
	"net"
	"os"
	"strconv"
	"strings"

	"star18/dialplan"
)

// routes is the gateways as the dialer takes them.
func routes(gateways []Gateway) map[string]dialplan.Route {
	all := map[string]dialplan.Route{}
	for _, g := range gateways {
		r := dialplan.Route{Gateway: g.Name, Host: g.Host, AuthUser: g.AuthUser, Password: dialplan.Secret(g.Password)}
		if host, port, err := net.SplitHostPort(g.Host); err == nil {
			if n, err := strconv.ParseUint(port, 10, 16); err == nil {
				r.Host, r.Port = host, uint16(n)
				if strings.Contains(host, ":") {
					r.Host = "[" + host + "]"
				}
			}
		}
		all[g.Name] = r
	}
	return all
}

// readGateways puts the passwords of files where the inline ones are.
func (l *loader) readGateways() {
	seen := map[string]bool{}
	for i := range l.Settings.Dialplan.Gateways {
		g, at := &l.Settings.Dialplan.Gateways[i], entryKey("dialplan.gateways", i)
		if seen[g.Name] {
			l.recordProblem(at+".name", strconv.Quote(g.Name)+" is there twice", "choose another name from gw1 to gw4")
		}
		seen[g.Name] = true
		l.readGateway(g, at)
	}
}

func (l *loader) readGateway(g *Gateway, at string) {
	switch {
	case g.Password != "" && g.PasswordFile != "":
		l.recordProblem(at+".password_file", "is given together with password", "keep one of the two")
	case g.Password != "":
		if fix := exposed(l.Path); fix != "" {
			l.recordProblem(at+".password", "is a secret in a file that others may read", fix)
		}
	case g.PasswordFile != "":
		path := l.beside(g.PasswordFile)
		text, err := os.ReadFile(path)
		if err != nil {
			l.recordProblem(at+".password_file", path+" cannot be read: "+reason(err), "correct the path; it is relative to the configuration file")
			return
		}
		if fix := exposed(path); fix != "" {
			l.recordProblem(at+".password_file", path+" may be read by others", fix)
			return
		}
		g.Password = Secret(strings.TrimRight(string(text), "\r\n"))
	}
	if g.Password != "" && g.AuthUser == "" {
		l.recordProblem(at+".auth_user", "is empty, but there is a password", "write the user that the password belongs to")
	}
}

package dialplan

import (
	"cmp"
	"net"
	"strconv"
	"strings"
)

// Route sends a call to a host of its own instead of the line's proxy (1.1). It is also what a
// gateway is configured with.
type Route struct {
	Gateway  string // "gw1" to "gw4" if the plan named one
	Host     string
	Port     uint16
	AuthUser string
	Password Secret
	NAT      bool // use NAT mapping on this route
}

// gatewayPort is the port of a route that names none (1.1).
const gatewayPort = 5060

// hostPort is the route's address as it is shown and sent.
func (r Route) hostPort() string {
	if r.Port == gatewayPort || r.Port == 0 {
		return r.Host
	}
	return net.JoinHostPort(strings.Trim(r.Host, "[]"), strconv.Itoa(int(r.Port)))
}

// parseRoute reads "host[:port]{;parameter}". With an error comes the text at fault.
func parseRoute(text string) (Route, string, error) {
	address, parameters, _ := strings.Cut(text, ";")
	host, port, ok := splitHostPort(address)
	if !ok {
		return Route{}, address, ErrHost
	}
	route := Route{Host: host, Port: cmp.Or(port, gatewayPort)}
	if isGatewayName(address) {
		route = Route{Gateway: strings.ToLower(address)}
	}
	for parameter := range strings.SplitSeq(parameters, ";") {
		if !route.set(parameter) {
			name, _, _ := strings.Cut(parameter, "=") // what follows may be a misplaced password
			return Route{}, name, ErrParameter
		}
	}
	return route, "", nil
}

// set takes one parameter; usr is what older text of the manual calls uid (1.1). An empty one is
// the rest of a trailing ';'.
func (r *Route) set(parameter string) bool {
	name, value, valued := strings.Cut(parameter, "=")
	switch name = strings.ToLower(name); {
	case parameter == "":
	case (name == "uid" || name == "usr") && valued:
		r.AuthUser = value
	case name == "pwd" && valued:
		r.Password = Secret(value)
	case name == "nat" && !valued:
		r.NAT = true
	default:
		return false
	}
	return true
}

// isGatewayName knows gw0 to gw4; any other gwN is a host like every host.
func isGatewayName(name string) bool {
	return len(name) == 3 && strings.EqualFold(name[:2], "gw") && name[2] >= '0' && name[2] <= '4'
}

// over lays what the plan says about a gateway over what is configured for it.
func (r Route) over(preset Route) Route {
	preset.Gateway = r.Gateway
	preset.Port = cmp.Or(preset.Port, gatewayPort)
	preset.AuthUser = cmp.Or(r.AuthUser, preset.AuthUser)
	preset.Password = cmp.Or(r.Password, preset.Password)
	preset.NAT = preset.NAT || r.NAT
	return preset
}

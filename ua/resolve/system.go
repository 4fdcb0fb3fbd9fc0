package resolve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"time"

	"github.com/miekg/dns"
)

const (
	// serverLimit is what one server gets for one question, by UDP or TCP.
	serverLimit = time.Second
	// maxServers and rounds are what the C library asks: three servers, twice.
	maxServers = 3
	rounds     = 2
	// udpSize: larger answers than the 512 bytes of RFC 1035 that come anyway
	// are read. None are asked for by EDNS, which some home routers drop; what is
	// truncated comes by TCP.
	udpSize = 4096
)

// resolvConf names the servers. It is read for each question: it changes with
// the network.
const resolvConf = "/etc/resolv.conf"

// exchange asks the system's servers one after the other.
func exchange(ctx context.Context, m *dns.Msg) (*dns.Msg, error) {
	conf, err := dns.ClientConfigFromFile(resolvConf)
	if err != nil || len(conf.Servers) == 0 {
		return foreign(ctx, m)
	}
	servers := make([]string, 0, maxServers)
	for _, s := range conf.Servers[:min(len(conf.Servers), maxServers)] {
		servers = append(servers, net.JoinHostPort(s, conf.Port))
	}
	return askServers(ctx, m, servers)
}

func askServers(ctx context.Context, m *dns.Msg, servers []string) (*dns.Msg, error) {
	var faults []error
	for range rounds {
		for _, server := range servers {
			in, err := askServer(ctx, m, server)
			if err == nil {
				return in, nil
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if len(faults) < len(servers) {
				faults = append(faults, fmt.Errorf("%s: %w", server, err))
			}
		}
	}
	return nil, errors.Join(faults...)
}

func askServer(ctx context.Context, m *dns.Msg, server string) (*dns.Msg, error) {
	in, err := over(ctx, "udp", m, server)
	if err == nil && in.Truncated {
		in, err = over(ctx, "tcp", m, server)
	}
	switch {
	case err != nil:
		return nil, err
	case !answers(in, m):
		return nil, errors.New("answers another question")
	case in.Rcode != dns.RcodeSuccess && in.Rcode != dns.RcodeNameError:
		return nil, errors.New(dns.RcodeToString[in.Rcode])
	}
	return in, nil
}

func over(ctx context.Context, network string, m *dns.Msg, server string) (*dns.Msg, error) {
	client := dns.Client{Net: network, Timeout: serverLimit, UDPSize: udpSize}
	conn, err := client.DialContext(ctx, server)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	// The library looks at the context's deadline only.
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	in, _, err := client.ExchangeWithConnContext(ctx, m, conn)
	return in, err
}

// foreign asks the operating system, which knows its servers where no file
// does. It knows SRV and nothing of NAPTR, nor for how long an answer is good.
func foreign(ctx context.Context, m *dns.Msg) (*dns.Msg, error) {
	in := new(dns.Msg)
	in.SetReply(m)
	q := m.Question[0]
	if q.Qtype != dns.TypeSRV {
		return in, nil
	}
	_, found, err := net.DefaultResolver.LookupSRV(ctx, "", "", q.Name)
	if missing(err) {
		return in, nil
	}
	for _, s := range found {
		in.Answer = append(in.Answer, &dns.SRV{
			Hdr:      dns.RR_Header{Name: q.Name, Rrtype: dns.TypeSRV, Class: dns.ClassINET, Ttl: uint32(hostsKept / time.Second)},
			Priority: s.Priority, Weight: s.Weight, Port: s.Port, Target: s.Target,
		})
	}
	return in, err
}

// missing: the answer was that there is nothing.
func missing(err error) bool {
	var fault *net.DNSError
	return errors.As(err, &fault) && fault.IsNotFound
}

// hosts asks for addresses the way the rest of the system does: /etc/hosts
// counts. On Linux a name with a dot is whole: the search list would make another
// one of it; .local belongs to the system's own resolver. Other systems know more
// name servers than their files say.
func hosts(ctx context.Context, name string) ([]netip.Addr, error) {
	if runtime.GOOS != "linux" || !strings.Contains(name, ".") || strings.HasSuffix(name, ".local") {
		return net.DefaultResolver.LookupNetIP(ctx, "ip", name)
	}
	plain := net.Resolver{PreferGo: true}
	return plain.LookupNetIP(ctx, "ip", name+".")
}

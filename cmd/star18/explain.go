package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/explain"
	"star18/cmd/internal/explain/decode"
	"star18/cmd/internal/explain/decrypt"
	"star18/securecall"
)

// explainFlags are what explain is told beside the file.
type explainFlags struct {
	ca, miniCertificate, privateKey string
	decrypt                         bool
	wav, zone                       string
}

func (a *app) explainCommand() *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:     "explain FILE",
		Short:   "Say what a recorded call did: pcap, pcapng, SIP text log or transcript",
		Example: "  star18 explain call.pcapng\n  star18 explain call.txt --ca ca_key\n  star18 explain call.pcapng --decrypt --mini-certificate joe.mc --private-key joe.key",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.explain(args[0], f) },
	}
	p := cmd.Flags()
	p.StringVar(&f.ca, "ca", "", "`file` of the CA that should have signed: a ca_key, its first line, or a mini-certificate")
	p.StringVar(&f.miniCertificate, "mini-certificate", "", "`file` of a line's mini-certificate; its CA is the one to check against")
	p.StringVar(&f.privateKey, "private-key", "", "`file` of the callee's SRTP private key, readable by its owner only")
	p.BoolVar(&f.decrypt, "decrypt", false, "open the keys with the callee's private key, and write the speech")
	p.StringVar(&f.wav, "wav", "explained.wav", "stereo WAV `file` for the speech of --decrypt; empty writes none")
	p.StringVar(&f.zone, "expiry-zone", string(securecall.UTC), "how the expiry in certificates is read: utc or local")
	return cmd
}

func (a *app) explain(path string, f explainFlags) error {
	o := explain.Options{Path: path, Out: a.out, JSON: a.flags.json}
	var err error
	if o.Decode, err = a.explainSettings(f); err != nil {
		return exit(exitUsage, err)
	}
	if f.decrypt {
		if o.Key, err = f.key(); err != nil {
			return exit(exitUsage, err)
		}
		o.WAV = f.wav
	}
	if err := explain.Run(o); err != nil {
		return exit(exitUsage, err)
	}
	return nil
}

// explainSettings are those to compare with: of the configuration, if one is
// named, else what everybody has.
func (a *app) explainSettings(f explainFlags) (decode.Options, error) {
	o := decode.Options{Wire: securecall.DefaultWire(), Zone: securecall.Zone(f.zone)}
	if err := o.Zone.Validate(); err != nil {
		return o, fmt.Errorf("--expiry-zone: %w", err)
	}
	if a.flags.config != "" {
		l, err := a.loadLine()
		if err != nil {
			return o, err
		}
		cfg, err := l.Line(time.Now())
		if err != nil {
			return o, err
		}
		o.Wire = cfg.Secure.Wire
	}
	return o, f.authority(&o)
}

func (f explainFlags) authority(o *decode.Options) error {
	flag, path := "--ca", f.ca
	if path == "" {
		flag, path = "--mini-certificate", f.miniCertificate
	}
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	ca, err := authorityIn(text)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", flag, path, err)
	}
	o.CA, o.CAName = &ca, flag
	return nil
}

var errNoAuthority = errors.New("neither a ca_key nor a CA's modulus nor a mini-certificate")

// caModulusLen is the length of a CA's public half.
const caModulusLen = 128

// authorityIn reads the CA of whatever people have: the key file of a CA, its
// public line alone, or the parameter of a line.
func authorityIn(text []byte) (securecall.CA, error) {
	if k, err := securecall.ParseCAKey(text); err == nil {
		return k.CA(), nil
	}
	if _, ca, err := securecall.DecodeMiniCertificate(string(text)); err == nil {
		return ca, nil
	}
	if b, err := securecall.DecodeBody(text); err == nil && len(b) == caModulusLen {
		return decode.CAOf(b), nil
	}
	return securecall.CA{}, errNoAuthority
}

// key reads the two files of --decrypt.
func (f explainFlags) key() (*decrypt.Key, error) {
	if f.miniCertificate == "" || f.privateKey == "" {
		return nil, errors.New("--decrypt needs --mini-certificate and --private-key, those of the callee")
	}
	certificate, err := os.ReadFile(f.miniCertificate)
	if err != nil {
		return nil, fmt.Errorf("--mini-certificate: %w", err)
	}
	info, err := os.Stat(f.privateKey)
	if err != nil {
		return nil, fmt.Errorf("--private-key: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("--private-key: %s may be read by others; run: chmod 600", f.privateKey)
	}
	private, err := os.ReadFile(f.privateKey)
	if err != nil {
		return nil, fmt.Errorf("--private-key: %w", err)
	}
	return &decrypt.Key{
		MiniCertificate: strings.TrimSpace(string(certificate)), PrivateKey: strings.TrimSpace(string(private)),
		Zone: securecall.Zone(f.zone),
	}, nil
}

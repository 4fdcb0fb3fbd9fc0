package main

import (
	"cmp"
	"os"
	"path/filepath"

	"star18/cmd/internal/config"
)

// certUser is the configuration into which a new identity goes; nil: into none.
type certUser struct {
	path string
	text []byte
}

const certNoUse certFaultName = "not_used"

// certUser looks at the configuration before the first key is made.
func (a *app) certUser(o certOrder) (*certUser, error) {
	if !o.use {
		return nil, nil
	}
	u := &certUser{path: cmp.Or(a.flags.config, config.DefaultPath())}
	text, err := os.ReadFile(u.path)
	if err != nil {
		return nil, certRefuse("--use: "+u.path, certNoUse, "cannot be read: "+certReason(err), "write a configuration first: star18 config init")
	}
	u.text = text
	l, _ := config.Load(config.Options{Path: u.path})
	switch {
	case o.out == "-":
		return nil, certRefuse("--use", certArgument, "and --out - do not go together", "name the files, or leave --out out")
	case l == nil:
		return nil, certRefuse("--use: "+u.path, certNoUse, "cannot be understood", "see: star18 config check")
	case l.Settings.Line.User != o.userID:
		return nil, certRefuse("--user-id", certUserID, "is not line.user of "+u.path+", and others would refuse it", "issue it for "+l.Settings.Line.User+", or leave --use out")
	case l.Settings.Secure.MiniCertificate+string(l.Settings.Secure.PrivateKey) != "" && !o.force:
		return nil, certRefuse("--use: "+u.path, certExists, "has an identity already", "add --force to replace it there")
	}
	return u, nil
}

// set names the two files in the configuration.
func (u *certUser) set(files certPair) error {
	changes := []config.Change{
		{Key: "secure.mini_certificate"}, {Key: "secure.private_key"},
		{Key: "secure.mini_certificate_file", Value: u.name(files.certificate)},
		{Key: "secure.private_key_file", Value: u.name(files.key)},
	}
	text, err := config.Edit(u.text, changes)
	if err != nil {
		return certRefuse("--use: "+u.path, certNoUse, "cannot be changed: "+err.Error(), "write the two lines there yourself")
	}
	return certOutput{u.path, text}.replace()
}

// name is a file as the configuration has it: relative to it, or absolute.
func (u *certUser) name(file string) string {
	file, here := absolute(file), absolute(u.path)
	if filepath.Dir(file) == filepath.Dir(here) {
		return filepath.Base(file)
	}
	return file
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

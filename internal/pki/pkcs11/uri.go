// SPDX-License-Identifier: Apache-2.0

// Package pkcs11 keeps keys in a hardware security module, or anything else that speaks PKCS #11 v2.40: keys are made
// in the token, never leave it, and sign there.
//
// It needs cgo, for PKCS #11 is an interface of C libraries. Built without, Open says so.
package pkcs11

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Limits of the PIN's file.
const maxPIN = 256

// URI names a token as RFC 7512 does:
//
//	pkcs11:token=b4a?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/b4a/pin
//
// The token is named by its label or its serial number, the module by its absolute path. The PIN stands in a file, so
// that it is in no argument and no environment.
type URI struct {
	Token     string // label
	Serial    string
	Module    string // absolute path of the library
	PINSource string // absolute path of the file
}

// ParseURI reads a URI strictly: nothing that it does not know is left out silently. The fault is "pkcs11_uri_invalid".
func ParseURI(text string) (URI, error) {
	rest, ok := strings.CutPrefix(text, "pkcs11:")
	if !ok {
		return URI{}, uriInvalid("it does not start with pkcs11:")
	}
	path, query, _ := strings.Cut(rest, "?")
	var u URI
	for _, part := range []struct {
		text, separator string
		fields          map[string]*string
	}{
		{path, ";", map[string]*string{"token": &u.Token, "serial": &u.Serial}},
		{query, "&", map[string]*string{"module-path": &u.Module, "pin-source": &u.PINSource}},
	} {
		if err := parseAttributes(part.text, part.separator, part.fields); err != nil {
			return URI{}, err
		}
	}
	u.PINSource = strings.TrimPrefix(strings.TrimPrefix(u.PINSource, "file:"), "//")
	switch {
	case (u.Token == "") == (u.Serial == ""):
		return URI{}, uriInvalid("it names not exactly one of token and serial")
	case !filepath.IsAbs(u.Module):
		return URI{}, uriInvalid("module-path is not an absolute path")
	case !filepath.IsAbs(u.PINSource):
		return URI{}, uriInvalid("pin-source is not file: with an absolute path")
	}
	return u, nil
}

func parseAttributes(text, separator string, fields map[string]*string) error {
	if text == "" {
		return nil
	}
	for attribute := range strings.SplitSeq(text, separator) {
		name, value, _ := strings.Cut(attribute, "=")
		field, known := fields[name]
		if name == "pin-value" {
			return uriInvalid("it holds the PIN: write it into a file and name that as pin-source")
		}
		if !known {
			return uriInvalid("%.40q is not an attribute that it may have there", name)
		}
		decoded, err := url.PathUnescape(value)
		if err != nil || decoded == "" || strings.ContainsRune(decoded, 0) {
			return uriInvalid("the value of %s can't be read", name)
		}
		if *field != "" {
			return uriInvalid("%s is there twice", name)
		}
		*field = decoded
	}
	return nil
}

func uriInvalid(format string, args ...any) error {
	return fault.New(fault.Invalid, "pkcs11_uri_invalid", "the token's URI is not usable: "+format, args...).
		WithHint("pkcs11:token=LABEL?module-path=/PATH/OF/MODULE.so&pin-source=file:/PATH/OF/PIN")
}

// readPIN gives the PIN, the first line of its file. Faults: "pkcs11_pin_missing", "pkcs11_pin_permissions".
func readPIN(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxPIN {
		return "", fault.New(fault.Conflict, "pkcs11_pin_missing", "the token's PIN can't be read from %s", path).
			WithHint("write the PIN into that file, mode 0600").WithCause(err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fault.New(fault.Conflict, "pkcs11_pin_permissions", "the PIN file %s is open to others (mode %04o)",
			path, info.Mode().Perm()).WithHint("chmod 600 %s; if others may have read it, change the PIN", path)
	}
	data, err := os.ReadFile(path) //nolint:gosec // the operator's own path
	if err != nil {
		return "", fmt.Errorf("read PIN: %w", err)
	}
	pin, _, _ := strings.Cut(string(data), "\n")
	if pin = strings.TrimSuffix(pin, "\r"); pin == "" {
		return "", fault.New(fault.Conflict, "pkcs11_pin_missing", "the PIN file %s is empty", path).
			WithHint("write the PIN into that file, mode 0600")
	}
	return pin, nil
}

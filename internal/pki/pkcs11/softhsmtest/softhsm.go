// SPDX-License-Identifier: Apache-2.0

// Package softhsmtest gives tests tokens of SoftHSM, a PKCS #11 module in software.
package softhsmtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec" //nolint:depguard // a test helper: tokens are made by SoftHSM's own program
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
)

// PIN of all tokens.
const PIN = "4321-b4a"

// HSM is a SoftHSM with tokens that are not used yet. It reads its configuration once a process, when it is loaded, and
// knows the tokens that were there then: they are made in advance.
type HSM struct {
	Dir     string // of everything that it keeps
	Module  string
	missing error
	tokens  int
	next    atomic.Int64
}

// Main makes an HSM with a number of tokens and runs the tests. It is for TestMain, for the environment is the
// process's.
func Main(m *testing.M, tokens int, use func(*HSM)) int {
	dir, err := os.MkdirTemp("", "softhsm")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system's temporary folder is cleaned by others too
	h := &HSM{Dir: dir, tokens: tokens}
	h.missing = h.make()
	use(h)
	return m.Run()
}

func (h *HSM) make() error {
	for _, path := range []string{
		"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm.so", "/usr/lib64/pkcs11/libsofthsm2.so",
		"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so",
	} {
		if _, err := os.Stat(path); err == nil {
			h.Module = path
			break
		}
	}
	if h.Module == "" {
		return errors.New("there is no SoftHSM: install softhsm2")
	}
	conf := filepath.Join(h.Dir, "softhsm2.conf")
	text := "directories.tokendir = " + filepath.Join(h.Dir, "tokens") + "\nobjectstore.backend = file\nlog.level = ERROR\n"
	if err := os.MkdirAll(filepath.Join(h.Dir, "tokens"), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return err
	}
	if err := os.Setenv("SOFTHSM2_CONF", conf); err != nil {
		return err
	}
	for i := range h.tokens {
		//nolint:noctx,forbidigo,gosec // before any test there is no context; the arguments are constants and a number
		cmd := exec.Command("softhsm2-util", "--init-token", "--free", "--label", label(i), "--pin", PIN, "--so-pin", "so-"+PIN)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("make token: %w: %s", err, out)
		}
	}
	return nil
}

func label(i int) string { return "b4a " + strconv.Itoa(i) }

// Token gives the label of an empty token that nobody else gets. Without SoftHSM the test is skipped, or fails where
// integration tests are required.
func (h *HSM) Token(t *testing.T) string {
	t.Helper()
	if h.missing != nil {
		if os.Getenv("REQUIRE_INTEGRATION") == "1" {
			t.Fatal(h.missing)
		}
		t.Skip(h.missing)
	}
	i := int(h.next.Add(1)) - 1
	if i >= h.tokens {
		t.Fatal("there are no tokens left: ask Main for more")
	}
	return label(i)
}

// URI gives the URI of a token, with the PIN in a file.
func (h *HSM) URI(t *testing.T, token string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pin")
	if err := os.WriteFile(file, []byte(PIN+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return "pkcs11:token=b4a%20" + token[len("b4a "):] + "?module-path=" + h.Module + "&pin-source=file:" + file
}

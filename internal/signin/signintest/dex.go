// SPDX-License-Identifier: Apache-2.0

package signintest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/blockchain4all/blockchain4all/internal/logtest"
)

// What dex knows.
const (
	DexClient   = "b4a"
	DexSecret   = "the secret of b4a"
	DexEmail    = "ane@bizkaia.example"
	DexPassword = "a password at dex"
)

// Dex is a running dex.
type Dex struct {
	Issuer string
	log    *logtest.Buffer
}

// StartDex starts a dex with one person, who signs in with a password, and one client, whose only redirect URI is the
// given one. The test is skipped where dex is not built, and fails there under REQUIRE_INTEGRATION=1.
func StartDex(t *testing.T, redirect string) *Dex {
	t.Helper()
	program := dexProgram(t)
	hash, err := bcrypt.GenerateFromPassword([]byte(DexPassword), bcrypt.MinCost+6) // dex asks for a cost of 10
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // the port is free until another program is faster
		if d := startDex(t, program, redirect, string(hash)); d != nil {
			return d
		}
	}
	t.Fatal("dex did not start")
	return nil
}

func dexProgram(t *testing.T) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	script := filepath.Join(filepath.Dir(here), "..", "..", "..", "tools", "dex", "build.sh")
	out, err := exec.CommandContext(t.Context(), "sh", script, "--path").Output() //nolint:gosec // a script of this repository
	path := strings.TrimSpace(string(out))
	if err == nil {
		if _, err = os.Stat(path); err == nil {
			return path
		}
	}
	if os.Getenv("REQUIRE_INTEGRATION") == "1" {
		t.Fatalf("dex is not built: run tools/dex/build.sh (%v)", err)
	}
	t.Skip("dex is not built: run tools/dex/build.sh")
	return ""
}

// FreeAddress gives a loopback address that nobody listens on now.
func FreeAddress(t *testing.T) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // it was only to find a port
	return l.Addr().String()
}

func startDex(t *testing.T, program, redirect, hash string) *Dex {
	t.Helper()
	address := FreeAddress(t)
	d := &Dex{Issuer: "http://" + address + "/dex", log: &logtest.Buffer{}}
	file := filepath.Join(t.TempDir(), "dex.yaml")
	config := fmt.Sprintf(`issuer: %s
storage: {type: memory}
web: {http: %q}
oauth2: {skipApprovalScreen: true}
enablePasswordDB: true
staticClients:
- {id: %q, secret: %q, name: Blockchain4all, redirectURIs: [%q]}
staticPasswords:
- {email: %q, hash: %q, username: ane, userID: 08a8684b-db88-4b73-90a9-3cd1661f5466}
`, d.Issuer, address, DexClient, DexSecret, redirect, DexEmail, hash)
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, program, "serve", file) //nolint:gosec // the dex that the script built
	cmd.Stdout, cmd.Stderr = d.log, d.log
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }() // it is killed
	t.Cleanup(func() {
		cancel()
		<-ended
		if t.Failed() {
			t.Logf("dex:\n%s", d.log)
		}
	})
	if !answers(t, d.Issuer+"/.well-known/openid-configuration", ended) {
		t.Logf("dex ended:\n%s", d.log)
		return nil
	}
	return d
}

// answers waits until an address answers with 200, and returns false when the program ends before.
func answers(t *testing.T, address string, ended <-chan struct{}) bool {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	client := &http.Client{Timeout: 5 * time.Second}
	for {
		select {
		case <-ended:
			return false
		case <-deadline:
			t.Fatalf("nothing answers at %s", address)
		case <-tick.C:
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := client.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return true
			}
		}
	}
}

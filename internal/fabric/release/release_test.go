// SPDX-License-Identifier: Apache-2.0

package release_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fabric/release"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		manifest string // empty: none
		code     string
	}{
		"good":       {manifest: manifest("peer", "x")},
		"none":       {code: "fabric_not_built"},
		"no JSON":    {manifest: "}{", code: "fabric_manifest_invalid"},
		"empty":      {manifest: "{}", code: "fabric_manifest_invalid"},
		"bad digest": {manifest: `{"version":"v3.1.1","sha256":{"peer":"12"}}`, code: "fabric_manifest_invalid"},
		"path trick": {manifest: manifest("../peer", "x"), code: "fabric_manifest_invalid"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if tc.manifest != "" {
				write(t, filepath.Join(dir, "manifest.json"), tc.manifest)
			}
			r, err := release.Open(dir)
			if tc.code != "" {
				if err == nil || fault.Of(err).Code != tc.code {
					t.Fatalf("got %v, want fault %s", err, tc.code)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.Version() != "v3.1.1" {
				t.Errorf("version %q", r.Version())
			}
		})
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "manifest.json"), manifest("peer", "the peer"))
	r, err := release.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Verify("peer"); fault.Of(err).Code != "fabric_not_built" {
		t.Errorf("missing file: %v", err)
	}
	write(t, r.Path("peer"), "the peer")
	if err := r.Verify("peer"); err != nil {
		t.Errorf("right file: %v", err)
	}
	write(t, r.Path("peer"), "the pear")
	if err := r.Verify("peer"); fault.Of(err).Code != "fabric_binary_changed" {
		t.Errorf("changed file: %v", err)
	}
	if err := r.Verify("orderer"); fault.Of(err).Code != "fabric_not_built" {
		t.Errorf("unlisted command: %v", err)
	}
}

func TestDefaultDir(t *testing.T) {
	t.Setenv("B4A_CACHE", "/c")
	if got := filepath.Dir(release.DefaultDir()); got != "/c/fabric" {
		t.Errorf("with B4A_CACHE: %s", got)
	}
	t.Setenv("B4A_CACHE", "")
	t.Setenv("XDG_CACHE_HOME", "/x")
	if got := filepath.Dir(release.DefaultDir()); got != "/x/b4a/fabric" {
		t.Errorf("with XDG_CACHE_HOME: %s", got)
	}
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "/h")
	if got := filepath.Dir(release.DefaultDir()); got != "/h/.cache/b4a/fabric" {
		t.Errorf("with HOME: %s", got)
	}
	t.Setenv("HOME", "")
	if got := release.DefaultDir(); got != "" {
		t.Errorf("with nothing: %s", got)
	}
}

func manifest(name, content string) string {
	sum := sha256.Sum256([]byte(content))
	return fmt.Sprintf(`{"version":"v3.1.1","platform":"linux/amd64","sha256":{%q:%q}}`, name, hex.EncodeToString(sum[:]))
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

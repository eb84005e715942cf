// SPDX-License-Identifier: Apache-2.0

//go:build !cgo

package pkcs11_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki/pkcs11"
)

func TestOpenSaysHowToBuild(t *testing.T) {
	t.Parallel()
	pin := filepath.Join(t.TempDir(), "pin")
	if err := os.WriteFile(pin, []byte("1234\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := pkcs11.Open(uri("b4a", "/usr/lib/softhsm/libsofthsm2.so", pin))
	if f := fault.Of(err); f.Code != "pkcs11_not_built" || !strings.Contains(f.Hint, "CGO_ENABLED=1") {
		t.Errorf("%v", err)
	}
}

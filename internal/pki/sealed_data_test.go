// SPDX-License-Identifier: Apache-2.0

package pki_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

func TestSealedData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := pki.OpenSealedStore(filepath.Join(dir, "keys"), filepath.Join(dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := s.SealData([]byte("secret"), "member/1/totp")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("secret")) {
		t.Error("not sealed")
	}
	if plain, err := s.OpenData(sealed, "member/1/totp"); err != nil || string(plain) != "secret" {
		t.Errorf("%q: %v", plain, err)
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	for name, c := range map[string]struct {
		sealed []byte
		label  string
	}{
		"another label": {sealed, "member/2/totp"}, "changed": {flipped, "member/1/totp"}, "cut": {sealed[:10], "member/1/totp"}, "empty": {nil, "member/1/totp"},
	} {
		if _, err := s.OpenData(c.sealed, c.label); fault.Of(err).Code != "sealed_data_damaged" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

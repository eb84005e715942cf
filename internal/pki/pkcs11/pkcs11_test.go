// SPDX-License-Identifier: Apache-2.0

//go:build cgo

package pkcs11_test

import (
	"bytes"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	miekg "github.com/miekg/pkcs11"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
	"github.com/blockchain4all/blockchain4all/internal/pki/pkcs11"
	"github.com/blockchain4all/blockchain4all/internal/pki/pkcs11/softhsmtest"
)

var hsm *softhsmtest.HSM

func TestMain(m *testing.M) {
	os.Exit(softhsmtest.Main(m, 16, func(h *softhsmtest.HSM) { hsm = h }))
}

func open(t *testing.T) (store *pkcs11.Store, token string) {
	t.Helper()
	token = hsm.Token(t)
	store, err := pkcs11.Open(hsm.URI(t, token))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store, token
}

func TestIntegrationConformance(t *testing.T) {
	t.Parallel()
	hsm.Token(t) // skips at once where there is none
	keystoretest.Run(t, func(t *testing.T) pki.KeyStore {
		t.Helper()
		store, _ := open(t)
		return store
	})
}

// TestIntegrationKeyIsKeptInside asks the token itself for the key, as an administrator with the PIN could.
func TestIntegrationKeyIsKeptInside(t *testing.T) {
	t.Parallel()
	store, token := open(t)
	key, err := store.Generate(t.Context(), "org/bizkaia/ca")
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprintf("%v %+v %#v", key, key, key); strings.Trim(strings.ReplaceAll(s, "private key", ""), " ") != "" {
		t.Errorf("the key shows itself: %s", s)
	}
	module := miekg.New(hsm.Module) // initialised already by the store
	session := login(t, module, token)
	for name, attribute := range map[string]struct {
		kind uint
		want byte
	}{
		"sensitive": {miekg.CKA_SENSITIVE, 1}, "extractable": {miekg.CKA_EXTRACTABLE, 0}, "private": {miekg.CKA_PRIVATE, 1},
		"token": {miekg.CKA_TOKEN, 1}, "never extractable": {miekg.CKA_NEVER_EXTRACTABLE, 1},
		"always sensitive": {miekg.CKA_ALWAYS_SENSITIVE, 1},
	} {
		got, err := module.GetAttributeValue(session, find(t, module, session), []*miekg.Attribute{miekg.NewAttribute(attribute.kind, nil)})
		if err != nil || !bytes.Equal(got[0].Value, []byte{attribute.want}) {
			t.Errorf("%s is %v: %v", name, got, err)
		}
	}
	_, err = module.GetAttributeValue(session, find(t, module, session), []*miekg.Attribute{miekg.NewAttribute(miekg.CKA_VALUE, nil)})
	if !errors.Is(err, miekg.Error(miekg.CKR_ATTRIBUTE_SENSITIVE)) {
		t.Errorf("asking for the key's value gave %v", err)
	}
	if _, ok := any(store).(pki.Exporter); ok {
		t.Error("the store exports")
	}
}

func login(t *testing.T, module *miekg.Ctx, token string) miekg.SessionHandle {
	t.Helper()
	slots, err := module.GetSlotList(true)
	if err != nil {
		t.Fatal(err)
	}
	for _, slot := range slots {
		info, err := module.GetTokenInfo(slot)
		if err != nil {
			t.Fatal(err)
		}
		if info.Label != token {
			continue
		}
		session, err := module.OpenSession(slot, miekg.CKF_SERIAL_SESSION)
		if err != nil {
			t.Fatal(err)
		}
		return session // logged in with the store's sessions: the login is the process's
	}
	t.Fatalf("there is no token %q", token)
	return 0
}

func find(t *testing.T, module *miekg.Ctx, session miekg.SessionHandle) miekg.ObjectHandle {
	t.Helper()
	if err := module.FindObjectsInit(session, []*miekg.Attribute{
		miekg.NewAttribute(miekg.CKA_CLASS, miekg.CKO_PRIVATE_KEY), miekg.NewAttribute(miekg.CKA_LABEL, "org/bizkaia/ca"),
	}); err != nil {
		t.Fatal(err)
	}
	found, _, err := module.FindObjects(session, 2)
	if err := errors.Join(err, module.FindObjectsFinal(session)); err != nil || len(found) != 1 {
		t.Fatalf("%d private keys: %v", len(found), err)
	}
	return found[0]
}

// TestIntegrationKeysOutliveTheProgram opens the token again, in another process too.
func TestIntegrationKeysOutliveTheProgram(t *testing.T) {
	t.Parallel()
	token := hsm.Token(t)
	uri := hsm.URI(t, token)
	first, err := pkcs11.Open(uri)
	if err != nil {
		t.Fatal(err)
	}
	made, err := first.Generate(t.Context(), "org/bizkaia/ca")
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := pkcs11.Open(uri)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	loaded, err := again.Load(t.Context(), "org/bizkaia/ca")
	if err != nil || !made.Public().(*ecdsa.PublicKey).Equal(loaded.Public()) {
		t.Errorf("the key changed: %v", err)
	}
	out, err := exec.CommandContext(t.Context(), "softhsm2-util", "--show-slots").CombinedOutput()
	if err != nil || !strings.Contains(string(out), token) {
		t.Errorf("%v: %s", err, out)
	}
}

func TestIntegrationRefuses(t *testing.T) {
	t.Parallel()
	token := hsm.Token(t)
	pin := func(content string) string {
		path := filepath.Join(t.TempDir(), "pin")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct{ uri, code string }{
		"module":       {uri(token, "/nowhere/module.so", pin(softhsmtest.PIN)), "pkcs11_module_unusable"},
		"not a module": {uri(token, pin("text"), pin(softhsmtest.PIN)), "pkcs11_module_unusable"},
		"token":        {uri("nobody", hsm.Module, pin(softhsmtest.PIN)), "pkcs11_token_missing"},
		"wrong PIN":    {uri(token, hsm.Module, pin("wrong-pin")), "pkcs11_pin_wrong"},
	} {
		_, err := pkcs11.Open(c.uri)
		if f := fault.Of(err); f.Code != c.code || f.Hint == "" || strings.Contains(err.Error(), softhsmtest.PIN) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

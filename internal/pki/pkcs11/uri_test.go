// SPDX-License-Identifier: Apache-2.0

package pkcs11_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki/pkcs11"
)

func TestParseURI(t *testing.T) {
	t.Parallel()
	u, err := pkcs11.ParseURI("pkcs11:token=b4a%20keys?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/b4a/pin")
	want := pkcs11.URI{Token: "b4a keys", Module: "/usr/lib/softhsm/libsofthsm2.so", PINSource: "/etc/b4a/pin"}
	if err != nil || u != want {
		t.Errorf("%+v, %v", u, err)
	}
	u, err = pkcs11.ParseURI("pkcs11:serial=12ab?pin-source=file:///pin&module-path=/m.so")
	if err != nil || u != (pkcs11.URI{Serial: "12ab", Module: "/m.so", PINSource: "/pin"}) {
		t.Errorf("%+v, %v", u, err)
	}
	for name, bad := range map[string]string{
		"empty":           "",
		"another scheme":  "file:/x",
		"no token":        "pkcs11:?module-path=/m.so&pin-source=/pin",
		"token, serial":   "pkcs11:token=a;serial=b?module-path=/m.so&pin-source=/pin",
		"no module":       "pkcs11:token=a?pin-source=/pin",
		"no PIN":          "pkcs11:token=a?module-path=/m.so",
		"relative module": "pkcs11:token=a?module-path=m.so&pin-source=/pin",
		"relative PIN":    "pkcs11:token=a?module-path=/m.so&pin-source=file:pin",
		"command for PIN": "pkcs11:token=a?module-path=/m.so&pin-source=|cat",
		"PIN inside":      "pkcs11:token=a?module-path=/m.so&pin-value=1234",
		"twice":           "pkcs11:token=a;token=b?module-path=/m.so&pin-source=/pin",
		"unknown":         "pkcs11:token=a;colour=red?module-path=/m.so&pin-source=/pin",
		"wrong side":      "pkcs11:token=a;module-path=/m.so?pin-source=/pin",
		"escape":          "pkcs11:token=%zz?module-path=/m.so&pin-source=/pin",
		"zero byte":       "pkcs11:token=a%00?module-path=/m.so&pin-source=/pin",
	} {
		_, err := pkcs11.ParseURI(bad)
		if !errors.Is(err, &fault.Error{Code: "pkcs11_uri_invalid"}) || strings.Contains(err.Error(), "1234") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPINFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		code    string
	}{
		"empty":           {"\n", 0o600, "pkcs11_pin_missing"},
		"open to all":     {"1234\n", 0o604, "pkcs11_pin_permissions"},
		"open to a group": {"1234\n", 0o640, "pkcs11_pin_permissions"},
		"too long":        {strings.Repeat("1", 300), 0o600, "pkcs11_pin_missing"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		_, err := pkcs11.Open(uri("b4a", "/nowhere.so", path))
		if f := fault.Of(err); f.Code != c.code || f.Hint == "" || strings.Contains(err.Error(), "1234") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := pkcs11.Open(uri("b4a", "/nowhere.so", filepath.Join(dir, "absent")))
	if fault.Of(err).Code != "pkcs11_pin_missing" {
		t.Errorf("absent: %v", err)
	}
}

func FuzzParseURI(f *testing.F) {
	f.Add("pkcs11:token=b4a?module-path=/m.so&pin-source=file:/pin")
	f.Add("pkcs11:serial=%41?pin-source=/pin&module-path=/m.so")
	f.Fuzz(func(t *testing.T, text string) {
		u, err := pkcs11.ParseURI(text)
		if err == nil && (!filepath.IsAbs(u.Module) || !filepath.IsAbs(u.PINSource) || (u.Token == "") == (u.Serial == "")) {
			t.Errorf("%q gave %+v", text, u)
		}
	})
}

func uri(token, module, pin string) string {
	escape := strings.NewReplacer("%", "%25", "&", "%26", "?", "%3F", ";", "%3B", " ", "%20")
	return "pkcs11:token=" + escape.Replace(token) + "?module-path=" + escape.Replace(module) + "&pin-source=file:" + escape.Replace(pin)
}

// SPDX-License-Identifier: Apache-2.0

package lifecycle_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"

	"github.com/blockchain4all/blockchain4all/internal/fabric/lifecycle"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// unpack gives the files of a .tar.gz.
func unpack(t *testing.T, data []byte) map[string]string {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for r := tar.NewReader(zip); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(content)
	}
}

func TestPackage(t *testing.T) {
	t.Parallel()
	connection := lifecycle.Connection{Address: "127.70.1.2:27000"}
	data, id, err := lifecycle.Package("exams_1.0.0", connection)
	if err != nil {
		t.Fatal(err)
	}
	again, sameID, err := lifecycle.Package("exams_1.0.0", connection)
	if err != nil || !bytes.Equal(data, again) || id != sameID {
		t.Errorf("the same input gave another package: %s, %s: %v", id, sameID, err)
	}
	theirs, err := chaincode.PackageID(bytes.NewReader(data))
	if err != nil || theirs != id {
		t.Errorf("package ID %s, fabric-admin-sdk says %s: %v", id, theirs, err)
	}
	files := unpack(t, data)
	if want := `{"label":"exams_1.0.0","type":"ccaas"}`; files["metadata.json"] != want {
		t.Errorf("metadata.json: %s", files["metadata.json"])
	}
	want := map[string]string{"connection.json": `{"address":"127.70.1.2:27000","dial_timeout":"10s","tls_required":false}`}
	if diff := cmp.Diff(want, unpack(t, []byte(files["code.tar.gz"]))); diff != "" {
		t.Errorf("code.tar.gz (-want +got):\n%s", diff)
	}
	_, other, err := lifecycle.Package("exams_1.0.0", lifecycle.Connection{Address: "127.70.1.2:27001"})
	if err != nil || other == id {
		t.Errorf("another address gave the same package ID %s: %v", other, err)
	}
}

func TestPackageLabel(t *testing.T) {
	t.Parallel()
	for _, label := range []string{"", "../exams", "exams 1", "-exams", strings.Repeat("é", 3)} {
		if _, _, err := lifecycle.Package(label, lifecycle.Connection{Address: "a:1"}); fault.Of(err).Code != "package_label_invalid" {
			t.Errorf("label %q: %v", label, err)
		}
	}
}

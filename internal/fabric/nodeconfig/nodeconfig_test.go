// SPDX-License-Identifier: Apache-2.0

package nodeconfig_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"

	"github.com/blockchain4all/blockchain4all/internal/fabric/nodeconfig"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// input is what a golden archive's input.yaml holds: the one or the other.
type input struct {
	Peer    *nodeconfig.Peer
	Orderer *nodeconfig.Orderer
}

// TestGolden renders the input.yaml of each archive and compares with its output or its error.
func TestGolden(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range archives {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var in input
			d := yaml.NewDecoder(bytes.NewReader(archive.Files[0].Data))
			d.KnownFields(true)
			if err := d.Decode(&in); err != nil {
				t.Fatal(err)
			}
			name, got := renderInput(in)
			want := txtar.File{Name: name, Data: got}
			if *update {
				archive.Files = append(archive.Files[:1], want)
				if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(archive.Files[1:], []txtar.File{want}); diff != "" {
				t.Errorf("differs from the golden file (-want +got); -update rewrites it:\n%s", diff)
			}
		})
	}
}

func renderInput(in input) (name string, out []byte) {
	var err error
	if in.Peer != nil {
		name = nodeconfig.PeerFile
		out, err = in.Peer.Render()
	} else {
		name = nodeconfig.OrdererFile
		out, err = in.Orderer.Render()
	}
	if err != nil {
		return "error", []byte(err.Error() + "\n")
	}
	return name, out
}

// SPDX-License-Identifier: Apache-2.0

// Package release finds the Fabric commands that tools/fabric/build.sh built, and tells whether they are still the
// same bytes.
package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Version is the release of Hyperledger Fabric that the platform runs.
const Version = "v3.1.1"

const (
	manifestName = "manifest.json"
	manifestMax  = 64 << 10 // bytes
)

// Release is a folder of Fabric commands with the digests they had when they were built.
type Release struct {
	dir      string
	manifest manifest
}

type manifest struct {
	Version  string            `json:"version"`  // "v3.1.1"
	Platform string            `json:"platform"` // "linux/amd64"
	Sources  string            `json:"sources"`  // digest of what it was built from
	SHA256   map[string]string `json:"sha256"`   // command to hex
}

// DefaultDir is where tools/fabric/build.sh builds for this platform:
// ${B4A_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/b4a}/fabric/v3.1.1-<goos>-<goarch>. It is empty when the environment
// names neither a cache nor a home folder.
func DefaultDir() string {
	cache := os.Getenv("B4A_CACHE")
	if cache == "" {
		user := os.Getenv("XDG_CACHE_HOME")
		if user == "" {
			home := os.Getenv("HOME")
			if home == "" {
				return ""
			}
			user = filepath.Join(home, ".cache")
		}
		cache = filepath.Join(user, "b4a")
	}
	return filepath.Join(cache, "fabric", Version+"-"+runtime.GOOS+"-"+runtime.GOARCH)
}

// Open reads the manifest in dir. The fault fabric_not_built says that there is none, fabric_manifest_invalid that it
// can't be used.
func Open(dir string) (*Release, error) {
	data, err := readManifest(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notBuilt(err)
	} else if err != nil {
		return nil, fmt.Errorf("read fabric manifest: %w", err)
	}
	r := &Release{dir: dir}
	if err := json.Unmarshal(data, &r.manifest); err != nil {
		return nil, invalid("it is no JSON").WithCause(err)
	}
	if r.manifest.Version == "" || len(r.manifest.SHA256) == 0 {
		return nil, invalid("it names no version or no commands")
	}
	for name, sum := range r.manifest.SHA256 {
		if b, err := hex.DecodeString(sum); err != nil || len(b) != sha256.Size || filepath.Base(name) != name {
			return nil, invalid("its entry for " + name + " is no SHA-256 digest of a command")
		}
	}
	return r, nil
}

func readManifest(path string) (data []byte, err error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the folder
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, manifestMax))
}

// Version is the release that the manifest names, "v3.1.1".
func (r *Release) Version() string { return r.manifest.Version }

// Path gives the file of a command: configtxgen, configtxlator, orderer or peer.
func (r *Release) Path(name string) string { return filepath.Join(r.dir, name) }

// Verify reads the command's file and compares it with the manifest. A different one is the fault
// fabric_binary_changed, a missing one fabric_not_built.
func (r *Release) Verify(name string) (err error) {
	want, ok := r.manifest.SHA256[name]
	if !ok {
		return notBuilt(fmt.Errorf("manifest has no %s", name))
	}
	f, err := os.Open(r.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return notBuilt(err)
	} else if err != nil {
		return fmt.Errorf("open fabric's %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("read fabric's %s: %w", name, err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		return fault.New(fault.Internal, "fabric_binary_changed",
			"Fabric's %s is not the file that was built: it may have been damaged or replaced", name).
			WithHint("remove the folder %s and run make fabric", r.dir).
			WithCause(fmt.Errorf("%s has sha256 %s, the manifest says %s", r.Path(name), got, want))
	}
	return nil
}

func notBuilt(cause error) error {
	return fault.New(fault.Unavailable, "fabric_not_built", "Hyperledger Fabric %s is not built for this machine",
		Version).WithHint("run make fabric").WithCause(cause)
}

func invalid(why string) *fault.Error {
	return fault.New(fault.Internal, "fabric_manifest_invalid", "the list of Fabric's commands can't be used: %s", why).
		WithHint("run make fabric")
}

// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/client"
)

const (
	defaultListen = "127.0.0.1:8080"
	urlFile       = "url" // in the data directory: where the platform of that directory listens
	maxTokenFile  = 4096
)

// login is what `b4a login` remembers.
type login struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

func (a *app) home(variable, fallback string) string {
	if d := a.env.Getenv(variable); filepath.IsAbs(d) {
		return d
	}
	return filepath.Join(a.env.Getenv("HOME"), fallback)
}

// defaultDataDir is where `b4a up` keeps its data unless told otherwise.
func (a *app) defaultDataDir() string {
	if d := a.env.Getenv("B4A_DATA_DIR"); d != "" {
		return d
	}
	return filepath.Join(a.home("XDG_DATA_HOME", ".local/share"), "b4a")
}

func (a *app) loginFile() string {
	return filepath.Join(a.home("XDG_CONFIG_HOME", ".config"), "b4a", "config.json")
}

// client connects with, in this order: the flags, B4A_URL and B4A_TOKEN, the login file, the platform of the default
// data directory. A remembered token is sent only to the address it was remembered for.
func (a *app) client() (*client.Client, error) {
	l, err := a.settings()
	if err != nil {
		return nil, err
	}
	c, err := client.New(l.URL, l.Token,
		client.WithUserAgent("b4a/"+a.env.Version), client.WithReconnect(a.patience()))
	if err != nil {
		return nil, usage("b4a --url http://127.0.0.1:8080 …", "%s", err)
	}
	return c, nil
}

// patience is for how long a platform may be away before a command gives up (B4A_RECONNECT, seconds as "5s").
func (a *app) patience() time.Duration {
	d, err := time.ParseDuration(a.env.Getenv("B4A_RECONNECT"))
	if err != nil || d < 0 {
		return 0
	}
	return d
}

func (a *app) settings() (login, error) {
	saved, err := a.readLogin()
	if err != nil {
		return login{}, err
	}
	l := login{URL: first(a.url, a.env.Getenv("B4A_URL"))}
	token, err := a.givenToken()
	if err != nil {
		return login{}, err
	}
	local := a.localPlatform()
	if l.URL == "" {
		l.URL = first(saved.URL, local.URL, "http://"+defaultListen)
	}
	switch same := strings.TrimSuffix(l.URL, "/"); {
	case token != "":
		l.Token = token
	case same == saved.URL:
		l.Token = saved.Token
	case same == local.URL, local.URL == "" && loopback(same):
		l.Token = local.Token
	}
	return l, nil
}

// givenToken is the token of the --token flag or of B4A_TOKEN.
func (a *app) givenToken() (string, error) {
	if a.token == "" {
		return strings.TrimSpace(a.env.Getenv("B4A_TOKEN")), nil
	}
	if a.secret != "" { // the standard input can be read only once
		return a.secret, nil
	}
	var err error
	a.secret, err = a.readToken(a.token)
	return a.secret, err
}

// readToken reads a token from a file, or from the standard input for "-".
func (a *app) readToken(file string) (string, error) {
	in := a.env.Stdin
	if file != "-" {
		f, err := os.Open(file) //nolint:gosec // the user names the file
		if err != nil {
			return "", usage("give a file that holds the token, or - for standard input", "token: %s", err)
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxTokenFile))
	if err != nil {
		return "", fmt.Errorf("read token: %w", err)
	}
	token := strings.TrimSpace(string(b))
	if token == "" || strings.ContainsAny(token, " \t\r\n") {
		return "", usage("give a file that holds the token and nothing else", "token: %s holds none", file)
	}
	return token, nil
}

// localPlatform finds the platform of the default data directory, as far as the files there may be read.
func (a *app) localPlatform() login {
	dir := a.defaultDataDir()
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // in the user's own data directory
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(b))
	}
	return login{URL: read(urlFile), Token: read("operator-token")}
}

func (a *app) readLogin() (login, error) {
	var l login
	b, err := os.ReadFile(a.loginFile())
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return l, fmt.Errorf("read login: %w", err)
	}
	if err := json.Unmarshal(b, &l); err != nil {
		return l, hinted(fmt.Errorf("read login %s: %w", a.loginFile(), err), "b4a logout, then b4a login URL")
	}
	return l, nil
}

func (a *app) writeLogin(l login) error {
	b, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return fmt.Errorf("encode login: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(a.loginFile()), 0o700); err != nil {
		return fmt.Errorf("save login: %w", err)
	}
	return writeFile(a.loginFile(), append(b, '\n'), 0o600)
}

// writeFile replaces a file as a whole, durably.
func writeFile(path string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone when it was renamed
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// loopback tells whether an address is on this machine.
func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// first gives the first text that is not empty.
func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return strings.TrimSuffix(s, "/")
		}
	}
	return ""
}

// maxInput bounds what is read of a file that is sent whole, bytes.
const maxInput = 1 << 20

// readInput reads a file that the user names; "-" is the standard input.
func (a *app) readInput(name string) ([]byte, error) {
	in := a.env.Stdin
	if name != "-" {
		f, err := os.Open(name) //nolint:gosec // the user names the file
		if err != nil {
			return nil, fmt.Errorf("read input: %w", err)
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	if err == nil && len(data) > maxInput {
		err = fmt.Errorf("%s is over %d bytes", name, maxInput)
	}
	return data, err
}

// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"archive/zip"
	"context"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/blockchain4all/blockchain4all/internal/cli"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// TestMain lets scripts run b4a, which is this test binary under another name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"b4a": func() {
		stderr, until := io.Writer(os.Stderr), make(chan struct{})
		if text := os.Getenv("FAKE_UNTIL"); text != "" {
			stderr = &watcher{text: text, seen: until}
		} else {
			close(until)
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		code := cli.Main(ctx, cli.Env{
			Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: stderr, Getenv: os.Getenv,
			Now:     func() time.Time { return epoch.Add(time.Hour) },
			Version: "v0.0.0-test", FabricVersion: "v3.1.1", Serve: fakePlatform(until),
			OpenAPI: func() ([]byte, error) { return []byte(`{"openapi":"3.1.0"}`), nil },
		})
		stop()
		if file := os.Getenv("EXIT_FILE"); file != "" {
			if err := os.WriteFile(file, []byte(strconv.Itoa(code)), 0o600); err != nil {
				panic(err)
			}
		}
		os.Exit(code)
	}})
}

// watcher passes on what goes to the standard error output and tells when a text was among it.
type watcher struct {
	text string
	seen chan struct{}
	once sync.Once
}

func (w *watcher) Write(b []byte) (int, error) {
	if strings.Contains(string(b), w.text) {
		w.once.Do(func() { close(w.seen) })
	}
	return os.Stderr.Write(b)
}

// fakePlatform is ready at once at the address that the script put into FAKE_URL, and stops by itself when the command
// line has said what the script waits for (FAKE_UNTIL) and has written the address.
func fakePlatform(until <-chan struct{}) func(context.Context, cli.ServeConfig) error {
	return func(ctx context.Context, cfg cli.ServeConfig) error {
		if os.Getenv("FAKE_URL") == "" {
			return fault.New(fault.Conflict, "data_dir_in_use", "another b4a uses the data directory").
				WithHint("stop it first")
		}
		if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
			return err
		}
		err := os.WriteFile(filepath.Join(cfg.DataDir, "operator-token"), []byte(operatorToken), 0o600)
		if err != nil {
			return err
		}
		if cfg.Progress != nil {
			cfg.Progress("4 orderers and the operator's peer")
		}
		cfg.Log.InfoContext(ctx, "starting", "ordering", cfg.Ordering, "proxies", cfg.TrustedProxies)
		cfg.Ready(cli.ReadyInfo{URL: os.Getenv("FAKE_URL"), SignInURL: os.Getenv("FAKE_URL") + "/signin#code=once"})
		<-until
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for range tick.C { // the address is written after the welcome
			if _, err := os.Stat(filepath.Join(cfg.DataDir, "url")); err == nil {
				return nil
			}
		}
		return nil
	}
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"), UpdateScripts: os.Getenv("UPDATE") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exitcode": exitCode, "mode": fileMode, "unzip": unzip,
			"sent": sent, "hiccups": hiccups,
		},
		Setup: func(env *testscript.Env) error {
			f := newFake(t)
			env.Values[fakeKey{}] = f
			env.Setenv("B4A_URL", f.url)
			env.Setenv("B4A_TOKEN", operatorToken)
			env.Setenv("FAKE_URL", f.url)
			env.Setenv("EXIT_FILE", filepath.Join(env.WorkDir, ".exit"))
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			return nil
		},
	})
}

type fakeKey struct{}

func theFake(ts *testscript.TestScript) *fake {
	f, ok := ts.Value(fakeKey{}).(*fake)
	if !ok {
		ts.Fatalf("no fake platform")
	}
	return f
}

// sent checks how many transactions the fake platform has committed: sent N.
func sent(ts *testscript.TestScript, _ bool, args []string) {
	f := theFake(ts)
	f.mu.Lock()
	defer f.mu.Unlock()
	if got := strconv.Itoa(f.exams.sent); got != args[0] {
		ts.Fatalf("%s transactions were committed, want %s", got, args[0])
	}
}

// hiccups has the next N submissions answered as unavailable: hiccups N.
func hiccups(ts *testscript.TestScript, _ bool, args []string) {
	f := theFake(ts)
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	f.exams.hiccups = n
}

// exitCode checks the exit code of the command before, which failed: exitcode N.
func exitCode(ts *testscript.TestScript, _ bool, args []string) {
	if want, got := args[0], ts.ReadFile(ts.Getenv("EXIT_FILE")); got != want {
		ts.Fatalf("exit code %s, want %s", got, want)
	}
}

// fileMode checks a file's permissions: mode FILE 600.
func fileMode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[1] {
		ts.Fatalf("%s has mode %s, want %s", args[0], got, args[1])
	}
}

// unzip unpacks an archive's files into the working directory.
func unzip(ts *testscript.TestScript, _ bool, args []string) {
	r, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer func() { _ = r.Close() }()
	for _, f := range r.File {
		in, err := f.Open()
		ts.Check(err)
		b, err := io.ReadAll(in)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(filepath.Base(f.Name)), b, 0o600))
	}
}

// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
	"github.com/blockchain4all/blockchain4all/internal/cli/results"
)

// maxAttempts is how often a line is sent again because another transaction of the same block was in its way.
const maxAttempts = 3

// examImport sends a file of results to the contract exams.
type examImport struct {
	c           *client.Client
	ledger      string
	contract    string
	org         string
	application string
	parallel    int
	secret      []byte // from which salts are derived
	now         func() time.Time
	note        func(format string, args ...any)
}

func (e *examImport) call(function string, arguments ...string) api.Call {
	return api.Call{Organization: e.org, Application: e.application, Function: function, Arguments: arguments}
}

// evaluate asks the contract and decodes its JSON answer.
func (e *examImport) evaluate(ctx context.Context, out any, function string, arguments ...string) error {
	answer, err := e.c.Evaluate(ctx, e.ledger, e.contract, e.call(function, arguments...))
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(answer.Result), out); err != nil {
		return fmt.Errorf("answer of %s: %w", function, err)
	}
	return nil
}

// ready finds out whether the file's sessions take results; with prepare it makes those that are missing.
func (e *examImport) ready(ctx context.Context, file *results.File, prepare bool) error {
	var sessions []string
	for _, r := range file.Rows {
		if !slices.Contains(sessions, r.Session) {
			sessions = append(sessions, r.Session)
		}
	}
	if prepare {
		if err := e.takeRoles(ctx); err != nil {
			return err
		}
	}
	for _, id := range sessions {
		var session struct{ State string }
		err := e.evaluate(ctx, &session, "GetSession", id)
		p, isProblem := errors.AsType[*api.Problem](err)
		switch {
		case isProblem && contractCode(p) == "session_not_found" && prepare:
			if err := e.createSession(ctx, id, id, e.now().UTC().Format(time.DateOnly)); err != nil {
				return err
			}
		case isProblem && contractCode(p) == "session_not_found" && len(sessions) == 1:
			return problemOfAll(p, e.tx("CreateSession "+id+" TITLE YYYY-MM-DD")+", or --prepare")
		case isProblem && contractCode(p) == "session_not_found": // the lines of this session will be refused
		case err != nil:
			return err
		}
	}
	return nil
}

func (e *examImport) tx(call string) string {
	s := "b4a tx submit " + e.ledger + " " + e.contract + " " + call + " --org " + e.org
	if e.application != "" {
		s += " --application " + e.application
	}
	return s
}

func (e *examImport) createSession(ctx context.Context, id, title, date string) error {
	_, err := e.c.Submit(ctx, e.ledger, e.contract, e.call("CreateSession", id, title, date))
	if p, ok := errors.AsType[*api.Problem](err); ok && contractCode(p) == "session_exists" {
		return nil
	}
	if err == nil {
		e.note("Created the session %s.", id)
	}
	return err
}

// takeRoles has the organization's administrator register the caller as registrar and examiner, unless its certificate
// says so.
func (e *examImport) takeRoles(ctx context.Context) error {
	var caller struct {
		Member string
		Roles  []string
	}
	if err := e.evaluate(ctx, &caller, "WhoAmI"); err != nil {
		return err
	}
	for _, role := range []string{"registrar", "examiner"} {
		if slices.Contains(caller.Roles, role) {
			continue
		}
		call := e.call("RegisterRole", role, caller.Member)
		call.Application = ""
		if _, err := e.c.Submit(ctx, e.ledger, e.contract, call); err != nil {
			return fmt.Errorf("register %s as %s: %w", caller.Member, role, err)
		}
		e.note("Registered %s as %s.", e.org, role)
	}
	return nil
}

// run sends the file's rows.
func (e *examImport) run(
	ctx context.Context, name string, file *results.File, done func(importOutcome),
) (importReport, error) {
	rows := make([]importRow, len(file.Rows))
	salted := make(map[int]results.Row, len(file.Rows))
	for i, r := range file.Rows {
		r = r.WithSalt(e.secret)
		salted[r.Line] = r
		call := e.call("RecordResult", r.Arguments()...)
		call.Transient = map[string]string{"result": r.Private()}
		rows[i] = importRow{
			line: r.Line, name: strings.Join(r.Arguments(), " "), key: e.key(file.Digest, r.Line), call: call,
		}
	}
	im := &importer{
		c: e.c, ledger: e.ledger, contract: e.contract, parallel: e.parallel, now: e.now, done: done,
		settled: func(ctx context.Context, row importRow, p *api.Problem) (bool, error) {
			return e.settled(ctx, salted[row.line], p)
		},
	}
	return im.run(ctx, name, rows)
}

// key is the idempotency key of a line: the same for the same line of the same file, sent to the same place.
func (e *examImport) key(file [sha256.Size]byte, line int) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%x %q %q %q %q %d", file, e.ledger, e.contract, e.org, e.application, line) // can't fail
	return "import-" + hex.EncodeToString(h.Sum(nil)[:20])
}

// settled looks at a refusal: a result that exists with the commitment of the row is the row's own.
func (e *examImport) settled(ctx context.Context, row results.Row, p *api.Problem) (bool, error) {
	switch contractCode(p) {
	case "role_required":
		return false, problemOfAll(p, "use an application with the attribute b4a.role=examiner, or --prepare")
	case "result_exists":
	default:
		return false, nil
	}
	var result struct{ Commitment string }
	if err := e.evaluate(ctx, &result, "GetResult", row.Arguments()...); err != nil {
		return false, err
	}
	return result.Commitment == row.Commitment(), nil
}

// contractCode finds the code of a contract's refusal, "code: sentence", in the platform's answer; or the problem's own
// code when the contract did not speak.
func contractCode(p *api.Problem) string {
	if p.Code != "contract_error" {
		return p.Code
	}
	spoken := regexp.MustCompile(`(?:^|[^a-z0-9_])([a-z0-9]+(?:_[a-z0-9]+)+): `)
	texts := []string{p.Detail}
	for _, d := range p.Errors {
		texts = append(texts, d.Message)
	}
	for _, t := range texts {
		if m := spoken.FindStringSubmatch(t); m != nil {
			return m[1]
		}
	}
	return p.Code
}

// saltSecret is a secret of this user, made at first use, from which salts are derived for rows without one. It is nil
// when every row has its own.
func (a *app) saltSecret(rows []results.Row) ([]byte, error) {
	if !slices.ContainsFunc(rows, func(r results.Row) bool { return r.Salt == nil }) {
		return nil, nil
	}
	path := filepath.Join(filepath.Dir(a.loginFile()), "import-secret")
	text, err := os.ReadFile(path) //nolint:gosec // in the user's own configuration
	if err == nil {
		secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
		if err != nil || len(secret) < sha256.Size {
			return nil, fmt.Errorf("%s does not hold a secret", path)
		}
		return secret, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("secret for salts: %w", err)
	}
	secret := make([]byte, sha256.Size)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("secret for salts: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("secret for salts: %w", err)
	}
	return secret, writeFile(path, []byte(base64.StdEncoding.EncodeToString(secret)+"\n"), 0o600)
}

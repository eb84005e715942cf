// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Exit codes that scripts rely on.
const (
	exitDone = iota
	exitFailed
	exitUsage
	exitForbidden
	exitNotFound
)

// UsageError says that the command line itself was wrong.
type UsageError struct {
	Message string
	Hint    string
}

// Error gives the message.
func (e *UsageError) Error() string { return e.Message }

func usage(hint, format string, args ...any) error {
	return &UsageError{Message: fmt.Sprintf(format, args...), Hint: hint}
}

// hintedError is a failure that knows what to do.
type hintedError struct {
	err  error
	hint string
}

func (e *hintedError) Error() string { return e.err.Error() }
func (e *hintedError) Unwrap() error { return e.err }

func hinted(err error, hint string) error { return &hintedError{err: err, hint: hint} }

// silentError ends the program with an exit code, everything having been said.
type silentError int

func (silentError) Error() string { return "failed" }

// asUsage turns what cobra found wrong before a command was reached into a UsageError.
func asUsage(cmd *cobra.Command, err error) error {
	if _, ok := errors.AsType[*UsageError](err); ok {
		return err
	}
	message, _, _ := strings.Cut(err.Error(), "\n")
	if name, ok := strings.CutPrefix(message, `unknown command "`); ok {
		name, _, _ = strings.Cut(name, `"`)
		return unknownCommand(cmd, name)
	}
	return usage(cmd.CommandPath()+" --help", "%s: %s", cmd.CommandPath(), message)
}

// unknownCommand suggests the nearest command.
func unknownCommand(cmd *cobra.Command, name string) error {
	if cmd.SuggestionsMinimumDistance <= 0 {
		cmd.SuggestionsMinimumDistance = 2
	}
	hint := cmd.CommandPath() + " --help"
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		hint = cmd.CommandPath() + " " + strings.Join(near, ", or "+cmd.CommandPath()+" ")
	}
	return usage(hint, "%s: there is no command %q", cmd.CommandPath(), name)
}

// positional demands arguments by name. A last name that ends in "…" stands for any number of arguments.
func positional(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		many := len(names) > 0 && strings.HasSuffix(names[len(names)-1], "…")
		need := len(names)
		if many {
			need--
		}
		if len(args) < need {
			return usage(cmd.UseLine(), "%s: %s is missing", cmd.CommandPath(), names[len(args)])
		}
		if len(args) > need && !many {
			return usage(cmd.UseLine(), "%s: unexpected argument %q", cmd.CommandPath(), args[need])
		}
		return nil
	}
}

// report tells the user what went wrong and gives the exit code.
func (a *app) report(err error) int {
	if s, ok := errors.AsType[silentError](err); ok {
		return int(s)
	}
	message, hint := explain(err)
	lines := []string{"b4a: " + message}
	if p, ok := errors.AsType[*api.Problem](err); ok {
		for _, d := range p.Errors {
			lines = append(lines, "  "+strings.TrimPrefix(d.Location+": ", ": ")+d.Message)
		}
		if p.Status >= http.StatusInternalServerError && p.RequestID != "" {
			lines = append(lines, "  request "+p.RequestID)
		}
	}
	if hint != "" {
		lines = append(lines, "Try: "+hint)
	}
	_, _ = fmt.Fprintln(a.env.Stderr, strings.Join(lines, "\n")) // nobody is left to tell
	return exitCode(err)
}

// explain gives the sentence and the hint for an error.
func explain(err error) (message, hint string) {
	message = err.Error()
	if u, ok := errors.AsType[*UsageError](err); ok {
		return message, u.Hint
	}
	if h, ok := errors.AsType[*hintedError](err); ok {
		message, _ = explain(h.err)
		return message, h.hint
	}
	if o, ok := errors.AsType[*client.OperationError](err); ok {
		hint = "b4a operation retry " + o.Operation.ID
		if p := o.Operation.Problem; p != nil && p.Hint != "" {
			hint = p.Hint + "; then " + hint
		}
		return message, hint
	}
	if _, ok := errors.AsType[*client.UnreachableError](err); ok {
		return message, "b4a up starts a platform on this machine; B4A_URL or b4a login URL names another"
	}
	if p, ok := errors.AsType[*api.Problem](err); ok {
		message = strings.Replace(message, p.Error(), p.Detail, 1)
		hint = p.Hint
		if hint == "" && p.Status == http.StatusUnauthorized {
			hint = "b4a login URL"
		}
		return message, hint
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return message, f.Hint
	}
	if errors.Is(err, context.Canceled) {
		return "interrupted", ""
	}
	return message, ""
}

func exitCode(err error) int {
	if _, ok := errors.AsType[*UsageError](err); ok {
		return exitUsage
	}
	if _, ok := errors.AsType[*client.OperationError](err); ok {
		return exitFailed
	}
	if errors.Is(err, fault.Invalid) { // up and serve: a flag is wrong
		return exitUsage
	}
	if p, ok := errors.AsType[*api.Problem](err); ok {
		switch p.Status {
		case http.StatusUnauthorized, http.StatusForbidden:
			return exitForbidden
		case http.StatusNotFound:
			return exitNotFound
		}
	}
	return exitFailed
}

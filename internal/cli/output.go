// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// printJSON writes a value as the API does, indented.
func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.env.Stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

func (a *app) println(w io.Writer, lines ...string) error {
	for _, l := range lines {
		if _, err := io.WriteString(w, l+"\n"); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return nil
}

// note tells people something beside the result. Scripts that ask for JSON are not disturbed.
func (a *app) note(format string, args ...any) {
	if a.output == "table" {
		_, _ = fmt.Fprintf(a.env.Stderr, format+"\n", args...) // the result matters, not the note
	}
}

// printList writes a list in the chosen form. empty is said to people when there is nothing.
func printList[T any](a *app, items []T, name func(T) string, empty string, columns ...column[T]) error {
	switch a.output {
	case "json":
		return a.printJSON(items)
	case "name":
		for _, item := range items {
			if err := a.println(a.env.Stdout, name(item)); err != nil {
				return err
			}
		}
		return nil
	}
	if len(items) == 0 {
		a.note("%s", empty)
		return nil
	}
	return a.println(a.env.Stdout, renderTable(items, columns, width(a.env.Stdout))...)
}

// field is one line of a thing's description.
type field struct {
	label string
	value string
}

// printOne writes one thing in the chosen form. Fields without a value are left out.
func (a *app) printOne(v any, name string, fields []field) error {
	switch a.output {
	case "json":
		return a.printJSON(v)
	case "name":
		return a.println(a.env.Stdout, name)
	}
	return a.println(a.env.Stdout, renderFields(fields)...)
}

func (a *app) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// since tells how long ago something was, roughly.
func (a *app) since(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return span(a.env.Now().Sub(t))
}

func span(d time.Duration) string {
	switch {
	case d < 0:
		return "0s"
	case d < 2*time.Minute:
		return strconv.Itoa(int(d.Seconds())) + "s"
	case d < 2*time.Hour:
		return strconv.Itoa(int(d.Minutes())) + "m"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + "h"
	}
	return strconv.Itoa(int(d.Hours()/24)) + "d"
}

// size tells bytes in binary units.
func size(n int64) string {
	if n <= 0 {
		return ""
	}
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	f, i := float64(n), 0
	for f >= 1024 && i < len(units)-1 {
		f /= 1024
		i++
	}
	if i == 0 {
		return strconv.FormatInt(n, 10) + " B"
	}
	return strconv.FormatFloat(f, 'f', 1, 64) + " " + units[i]
}

func list(items []string) string { return strings.Join(items, ", ") }

func pairs(m map[string]string) string {
	out := make([]string, 0, len(m))
	for _, k := range sortedKeys(m) {
		out = append(out, k+"="+m[k])
	}
	return list(out)
}

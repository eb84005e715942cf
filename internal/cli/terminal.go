// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
)

// isTerminal tells whether people look at w.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width is the number of columns of the terminal at w, or 0 when it is none.
func width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return n
}

// fit cuts a line of progress so that it stays one line on a terminal of this width.
func fit(line string, columns int) string {
	if columns <= 0 {
		return line
	}
	return runewidth.Truncate(line, columns, "…")
}

// sure asks the person at the terminal; without one the flag must have said it.
func (a *app) sure(question string, yes bool) error {
	if yes {
		return nil
	}
	if !isTerminal(a.env.Stderr) {
		return usage("add --yes", "nobody can be asked: %s", question)
	}
	if _, err := fmt.Fprint(a.env.Stderr, question+" [y/N] "); err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	var answer string
	_, _ = fmt.Fscanln(a.env.Stdin, &answer) // nothing is no
	if !slices.Contains([]string{"y", "yes", "b", "bai", "s", "sí", "si"}, strings.ToLower(answer)) {
		return errors.New("nothing was done")
	}
	return nil
}

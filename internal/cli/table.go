// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// column is one column of a table of T.
type column[T any] struct {
	title string
	cell  func(T) string
	right bool // align right, for numbers
	spare bool // left out when the terminal is too narrow
}

const gap = "  "

// renderTable lays items out in aligned columns no wider than limit (0: no limit). When they don't fit, spare columns
// are left out from the right; when that is not enough each item becomes a paragraph. Nothing is ever cut.
func renderTable[T any](items []T, columns []column[T], limit int) []string {
	columns = slices.Clone(columns)
	for {
		rows, widths, total := layout(items, columns)
		if limit <= 0 || total <= limit {
			return align(rows, columns, widths)
		}
		last := -1
		for i, c := range columns {
			if c.spare {
				last = i
			}
		}
		if last < 0 {
			return paragraphs(rows)
		}
		columns = slices.Delete(columns, last, last+1)
	}
}

func layout[T any](items []T, columns []column[T]) (rows [][]string, widths []int, total int) {
	head := make([]string, len(columns))
	widths = make([]int, len(columns))
	for i, c := range columns {
		head[i] = c.title
	}
	rows = append(rows, head)
	for _, item := range items {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = printable(c.cell(item))
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	for _, w := range widths {
		total += w
	}
	return rows, widths, total + len(gap)*max(0, len(columns)-1)
}

func align[T any](rows [][]string, columns []column[T], widths []int) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		var b strings.Builder
		for j, cell := range row {
			pad := strings.Repeat(" ", widths[j]-runewidth.StringWidth(cell))
			if columns[j].right {
				b.WriteString(pad + cell + gap)
			} else {
				b.WriteString(cell + pad + gap)
			}
		}
		out[i] = strings.TrimRight(b.String(), " ")
	}
	return out
}

func paragraphs(rows [][]string) []string {
	var out []string
	for i, row := range rows[1:] {
		if i > 0 {
			out = append(out, "")
		}
		fields := make([]field, len(row))
		for j, cell := range row {
			fields[j] = field{rows[0][j], cell}
		}
		out = append(out, renderFields(fields)...)
	}
	return out
}

// renderFields lays out labels and values; a value of several lines is indented under its label.
func renderFields(fields []field) []string {
	wide := 0
	for _, f := range fields {
		if f.value != "" {
			wide = max(wide, runewidth.StringWidth(f.label))
		}
	}
	var out []string
	for _, f := range fields {
		if f.value == "" {
			continue
		}
		lines := strings.Split(strings.TrimRight(f.value, "\n"), "\n")
		label := f.label + strings.Repeat(" ", wide-runewidth.StringWidth(f.label))
		for i, l := range lines {
			if i > 0 {
				label = strings.Repeat(" ", wide)
			}
			out = append(out, strings.TrimRight(label+gap+printable(l), " "))
		}
	}
	return out
}

// printable keeps control characters of others' texts (a node's reason, a name) from driving the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

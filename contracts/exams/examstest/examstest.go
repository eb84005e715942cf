// SPDX-License-Identifier: Apache-2.0

// Package examstest makes synthetic exam results: the same bytes each time, of nobody.
package examstest

import (
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
)

// Session is the session of every synthetic result.
const Session = "ekaina-2026"

// Sizes of the synthetic results: every student has one in every subject.
const (
	Students = 125
	Rows     = 1000
)

// Header is the columns of a file of results.
func Header() []string { return []string{"session", "subject", "student_ref", "mark", "salt"} }

// Subjects are those of the synthetic results.
func Subjects() []string {
	return []string{
		"artea", "euskara", "fisika", "gaztelania", "historia", "ingelesa", "kimika", "matematika-ii",
	}
}

// source is seeded, so its salts are worthless as secrets: they are for synthetic results only.
func source() *rand.ChaCha8 {
	return rand.NewChaCha8([32]byte([]byte("blockchain4all synthetic results")))
}

// Results gives the synthetic results, without header.
func Results() [][]string {
	random := source()
	rows := make([][]string, 0, Rows)
	for range Students {
		ref := "s-" + hex.EncodeToString(randomBytes(random, 8))
		for _, subject := range Subjects() {
			rows = append(rows, []string{Session, subject, ref, mark(random), salt(random)})
		}
	}
	return rows
}

// mark is the sum of four even draws, in steps of 0.25: from 0 to 10, most of them in the middle.
func mark(random *rand.ChaCha8) string {
	sum := uint64(0)
	for range 4 {
		sum += random.Uint64() % 11
	}
	return strconv.FormatFloat(float64(sum)/4, 'f', -1, 64)
}

func salt(random *rand.ChaCha8) string {
	return base64.StdEncoding.EncodeToString(randomBytes(random, 16))
}

func randomBytes(random *rand.ChaCha8, n int) []byte {
	b := make([]byte, n)
	_, _ = random.Read(b) // never fails
	return b
}

// WriteResults writes the synthetic results as CSV.
func WriteResults(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write(Header()); err != nil {
		return fmt.Errorf("write header: %w", err)
	}
	if err := c.WriteAll(Results()); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

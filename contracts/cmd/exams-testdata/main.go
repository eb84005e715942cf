// SPDX-License-Identifier: Apache-2.0

// Command exams-testdata writes the synthetic exam results that the repository carries.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/blockchain4all/blockchain4all/contracts/exams/examstest"
)

func main() {
	out := flag.String("out", "exams/testdata", "directory to write to")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "exams-testdata:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	var problems []error
	for name, render := range examstest.Files() {
		var b bytes.Buffer
		if err := render(&b); err != nil {
			problems = append(problems, fmt.Errorf("render %s: %w", name, err))
			continue
		}
		//nolint:gosec // files of the repository, which everybody may read
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			problems = append(problems, fmt.Errorf("write file: %w", err))
		}
	}
	return errors.Join(problems...)
}

// SPDX-License-Identifier: Apache-2.0

package clinic_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// TestCatalogues wants every code in every language, with the same placeholders.
func TestCatalogues(t *testing.T) {
	t.Parallel()
	read := func(language string) map[string]clinic.Text {
		data, err := os.ReadFile(filepath.Join("texts", language+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var out map[string]clinic.Text
		d := json.NewDecoder(strings.NewReader(string(data)))
		d.DisallowUnknownFields()
		if err := d.Decode(&out); err != nil {
			t.Fatalf("%s: %v", language, err)
		}
		return out
	}
	english := read("en")
	codes := slices.Sorted(slices.Values(clinic.Codes()))
	for _, language := range clinic.Languages() {
		texts := read(language)
		if diff := cmp.Diff(codes, slices.Sorted(maps.Keys(texts))); diff != "" {
			t.Errorf("%s (-codes +catalogue):\n%s", language, diff)
		}
		for code, text := range texts {
			for part, pair := range map[string][2]string{
				"text": {english[code].Text, text.Text}, "remedy": {english[code].Remedy, text.Remedy},
			} {
				if (pair[0] == "") != (pair[1] == "") {
					t.Errorf("%s: %s of %s is there in one language only", language, part, code)
				}
				if language != "en" && pair[0] != "" && pair[0] == pair[1] {
					t.Errorf("%s: %s of %s is not translated", language, part, code)
				}
				if diff := cmp.Diff(placeholders(pair[0]), placeholders(pair[1])); diff != "" {
					t.Errorf("%s: placeholders in the %s of %s (-en +%s):\n%s", language, part, code, language, diff)
				}
			}
		}
	}
	if len(codes) != len(slices.Compact(codes)) {
		t.Error("a code is there twice")
	}
}

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// TestTextsAreFilled looks for placeholders that a finding leaves open.
func TestTextsAreFilled(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for name, c := range clinictest.Cases(t) {
		material := clinictest.Join(c.Identity, clinictest.Join(c.Intermediates...), clinictest.Join(c.Roots...),
			clinictest.Join(c.Lists...))
		for _, f := range examine(t, clinic.Identity, material).Findings {
			seen[f.Code] = true
			for _, language := range clinic.Languages() {
				texts, err := clinic.LoadTexts(language)
				if err != nil {
					t.Fatal(err)
				}
				text := texts.Of(f)
				if open := placeholder.FindString(text.Text + text.Remedy); open != "" || text.Text == "" {
					t.Errorf("%s, %s in %s: %s is open in %q", name, f.Code, language, open, text)
				}
			}
		}
	}
	if len(seen) < 25 {
		t.Errorf("only %d codes were seen", len(seen))
	}
}

func TestValuesAreNotPlaceholders(t *testing.T) {
	t.Parallel()
	texts, err := clinic.LoadTexts("en")
	if err != nil {
		t.Fatal(err)
	}
	got := texts.Of(clinic.Finding{Code: "chain_gap", Values: map[string]string{"subject": "{issuer}", "issuer": "{subject}"}})
	if got.Text != "The issuer of {issuer} is missing: {subject}." {
		t.Errorf("%q", got.Text)
	}
	if _, err := clinic.LoadTexts("../codes"); err == nil {
		t.Error("a language outside of the catalogues was loaded")
	}
}

// SPDX-License-Identifier: Apache-2.0

package clinic

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed texts/*.json
var catalogues embed.FS

// Languages gives the languages of the texts; the first is that of who asks for none.
func Languages() []string { return []string{"en", "es", "eu"} }

// Text is a finding in words.
type Text struct {
	Text   string `json:"text"`   // what is so, and what it means
	Remedy string `json:"remedy"` // what to do; may be empty
}

// Texts are the words of one language.
type Texts struct{ byCode map[string]Text }

// LoadTexts gives the texts of a language, one of Languages.
func LoadTexts(language string) (Texts, error) {
	data, err := catalogues.ReadFile("texts/" + language + ".json")
	if err != nil {
		return Texts{}, fmt.Errorf("texts of %s: %w", language, err)
	}
	t := Texts{}
	if err := json.Unmarshal(data, &t.byCode); err != nil {
		return Texts{}, fmt.Errorf("texts of %s: %w", language, err)
	}
	return t, nil
}

// Of puts a finding into words.
func (t Texts) Of(f Finding) Text {
	text := t.byCode[f.Code]
	pairs := make([]string, 0, 2*len(f.Values))
	for name, value := range f.Values {
		if value == "" {
			value = "-"
		}
		pairs = append(pairs, "{"+name+"}", value)
	}
	// One pass: a value that looks like a placeholder stays as it is.
	fill := strings.NewReplacer(pairs...)
	return Text{Text: fill.Replace(text.Text), Remedy: fill.Replace(text.Remedy)}
}

// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"slices"
	"strings"
	"testing"
)

// Render is render.
var Render = render

// Templates gives the names of a language's templates, each of which has a subject and a text.
func Templates(t *testing.T, locale string) []string {
	t.Helper()
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tm := range c.texts[locale].Templates() {
		if name, ok := strings.CutSuffix(tm.Name(), ".subject"); ok {
			if c.texts[locale].Lookup(name+".text") == nil {
				t.Errorf("%s has no text", name)
			}
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

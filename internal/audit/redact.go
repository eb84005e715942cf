// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Limits of before and after.
const (
	maxNote  = 4 << 10 // bytes of JSON
	maxDepth = 6
	maxExact = 1<<53 - 1
)

const redacted = "[redacted]"

// secretWords within a member's name, and secretEnds at its end, without regard to case, make its value a secret.
func secretWords() []string {
	return []string{
		"secret", "password", "passwd", "passphrase", "private", "token", "cookie", "authorization", "credential", "transient",
	}
}

func secretEnds() []string { return []string{"key", "code", "otp", "pin", "salt", "seed", "csr"} }

// Public encodes what the trail may tell of an object as JSON: secrets left out, numbers whole, keys ASCII, of bounded size.
// nil gives null.
func Public(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return quoted(fmt.Sprintf("can't be shown: %T", v))
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return quoted(fmt.Sprintf("can't be shown: %T", v))
	}
	out, err := json.Marshal(public(tree, 0))
	if err != nil || len(out) > maxNote {
		return json.RawMessage(fmt.Sprintf(`{"cut":true,"size":%d}`, len(out)))
	}
	return out
}

func quoted(s string) json.RawMessage { return json.RawMessage(strconv.QuoteToASCII(s)) }

// public gives what of a JSON value everybody may see.
func public(v any, depth int) any {
	if depth > maxDepth {
		return "…"
	}
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "PRIVATE KEY") || strings.Contains(v, "b4a_") {
			return redacted
		}
		return clip(v, maxNote)
	case json.Number:
		if n, err := v.Int64(); err == nil && n <= maxExact && n >= -maxExact {
			return v
		}
		return v.String()
	case []any:
		for i := range v {
			v[i] = public(v[i], depth+1)
		}
	case map[string]any:
		shown := make(map[string]any, len(v))
		for name, value := range v {
			if secret(name) {
				shown[ascii(name)] = redacted
				continue
			}
			shown[ascii(name)] = public(value, depth+1)
		}
		return shown
	}
	return v
}

func secret(name string) bool {
	name = strings.ToLower(name)
	for _, word := range secretWords() {
		if strings.Contains(name, word) {
			return true
		}
	}
	for _, end := range secretEnds() {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// ascii escapes a name as Go does, where it is not ASCII.
func ascii(name string) string {
	q := strconv.QuoteToASCII(name)
	return q[1 : len(q)-1]
}

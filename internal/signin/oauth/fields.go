// SPDX-License-Identifier: Apache-2.0

package oauth

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"

	"github.com/blockchain4all/blockchain4all/internal/signin"
)

// maxValue is the longest value of a field, bytes.
const maxValue = 320

// Identity takes a person's identity out of claims.
func Identity(claims map[string]any, f signin.Fields) signin.Identity {
	return signin.Identity{
		Subject: text(claims, f.Subject), Name: text(claims, f.Name),
		Email:         strings.ToLower(text(claims, f.Email)),
		EmailVerified: text(claims, f.EmailVerified) == "true", // some providers say "true", with quotes
		Identifier:    text(claims, f.Identifier),
	}
}

// text gives a claim's value as a string: strings, numbers and booleans; all else, and what is too long or not
// printable, is empty.
func text(claims map[string]any, field string) string {
	var s string
	switch v := at(claims, field).(type) {
	case string:
		s = strings.TrimSpace(v)
	case json.Number:
		s = v.String()
	case bool:
		s = strconv.FormatBool(v)
	}
	if len(s) > maxValue || strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
		return ""
	}
	return s
}

// at finds a field: by its name, or by a JSON pointer (RFC 6901), which starts with a slash.
func at(claims map[string]any, field string) any {
	if !strings.HasPrefix(field, "/") {
		return claims[field]
	}
	var v any = claims
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for token := range strings.SplitSeq(field[1:], "/") {
		token = unescape.Replace(token)
		switch within := v.(type) {
		case map[string]any:
			v = within[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(within) {
				return nil
			}
			v = within[i]
		default:
			return nil
		}
	}
	return v
}

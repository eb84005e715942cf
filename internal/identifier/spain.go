// SPDX-License-Identifier: Apache-2.0

package identifier

import "strings"

// Sources: Real Decreto 1553/2005 art. 11 and the Ministry of the Interior's note on the DNI's letter (modulus 23);
// Real Decreto 1065/2007 arts. 18 to 22 and Orden EHA/451/2008 (entities' key letters and control characters).
const (
	dniLetters    = "TRWAGMYFPDXBNJZSQVHLCKE"
	cifLetters    = "JABCDEFGHI"
	cifKinds      = "ABCDEFGHJNPQRSUVW"
	cifDigitOnly  = "ABEH"
	cifLetterOnly = "NPQRSW" // public bodies, congregations, foreign entities
)

func parseSpanish(s string) (Identifier, error) {
	if len(s) != 9 {
		return Identifier{}, wrong(BadLength, "a Spanish one has 9 characters, leading zeros included")
	}
	body, control := s[1:8], s[8]
	switch first := s[0]; {
	case digit(first):
		return person(NIF, s, s[:8], control)
	case strings.IndexByte("XYZ", first) >= 0:
		return person(NIE, s, string('0'+first-'X')+body, control)
	case strings.IndexByte("KLM", first) >= 0: // persons without DNI or NIE: the letter is the DNI's of the 7 digits
		return person(NIF, s, body, control)
	case strings.IndexByte(cifKinds, first) >= 0:
		return entity(s, first, body, control)
	}
	return Identifier{}, wrong(BadFormat, "no Spanish identifier begins like this")
}

func person(kind Kind, s, value string, control byte) (Identifier, error) {
	if !digits(value) || !letter(control) {
		return Identifier{}, wrong(BadFormat, "digits, then a letter, are expected")
	}
	if dniLetters[number(value)%23] != control {
		return Identifier{}, wrong(BadCheck, "the letter does not fit the digits")
	}
	return Identifier{Kind: kind, Canonical: s, Country: "ES"}, nil
}

func entity(s string, kind byte, body string, control byte) (Identifier, error) {
	if !digits(body) {
		return Identifier{}, wrong(BadFormat, "a letter, seven digits and a control character are expected")
	}
	sum := 0
	for i := range len(body) {
		d := int(body[i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	want := (10 - sum%10) % 10
	switch {
	case digit(control) && strings.IndexByte(cifLetterOnly, kind) >= 0:
		return Identifier{}, wrong(BadFormat, "the control character of this kind of entity is a letter")
	case letter(control) && strings.IndexByte(cifDigitOnly, kind) >= 0:
		return Identifier{}, wrong(BadFormat, "the control character of this kind of entity is a digit")
	case control != byte('0'+want) && control != cifLetters[want]:
		return Identifier{}, wrong(BadCheck, "the control character does not fit the digits")
	}
	return Identifier{Kind: CIF, Canonical: s, Country: "ES"}, nil
}

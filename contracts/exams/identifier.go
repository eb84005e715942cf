// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

// Shapes of what goes into public state. functions.json tells them to forms; a test keeps both alike.
const (
	shapeSession    = `^[a-z0-9][a-z0-9-]{2,63}$`
	shapeSubject    = `^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$`
	shapeStudentRef = `^[A-Za-z0-9_-]{6,64}$`
	shapeMark       = `^(10(\.0{1,3})?|[0-9](\.[0-9]{1,3})?)$`
)

const (
	maxTitle  = 200 // characters
	minReason = 3
	maxReason = 200
)

var (
	sessionShape    = regexp.MustCompile(shapeSession)
	subjectShape    = regexp.MustCompile(shapeSubject)
	studentRefShape = regexp.MustCompile(shapeStudentRef)
	markShape       = regexp.MustCompile(shapeMark)

	documentNumber = regexp.MustCompile(`^(?:DNI|NIE|NIF|ID)?` + identityNumber + `$`)
	plainNumber    = regexp.MustCompile(`^(?:DNI|NIF|TEL)?[0-9]{8,9}$`)
	personalText   = regexp.MustCompile(`(?i)\b(?:[0-9]{8}|[XYZ]-?[0-9]{7})-?[A-Z]\b|\b[0-9]{8,}\b|` +
		`\b[0-9]{2,3}(?:[ .][0-9]{2,3}){2,3}\b|\S@\S`)
)

func checkSessionID(id string) error {
	if !sessionShape.MatchString(id) {
		return refusal.New("session_id_invalid",
			"%q is not a session ID: 3 to 64 lower-case letters, digits and hyphens, not a hyphen first", id)
	}
	return nil
}

func checkSubject(subject string) error {
	if !subjectShape.MatchString(subject) {
		return refusal.New("subject_invalid",
			"%q is not a subject: 2 to 64 letters without accents, digits, dots, underscores and hyphens", subject)
	}
	return nil
}

// checkStudentRef refuses what is not a reference, and what looks like the number of an identity document or of a
// telephone: references are public for ever. The sentence does not repeat it, for refusals are logged.
func checkStudentRef(ref string) error {
	if !studentRefShape.MatchString(ref) {
		return refusal.New("student_ref_invalid",
			"a student reference has 6 to 64 letters without accents, digits, underscores and hyphens")
	}
	if looksPersonal(ref) {
		return refusal.New("student_ref_invalid",
			"the student reference looks like a DNI, NIE or telephone number; references are public, use a random one")
	}
	return nil
}

// identityNumber is a Spanish DNI (8 digits and a letter) or NIE (X, Y or Z, 7 digits and a letter), whatever its check
// letter: with a typing error it identifies nearly as well.
const identityNumber = `(?:[0-9]{8}|[XYZ][0-9]{7})[A-Z]`

func looksPersonal(ref string) bool {
	upper := strings.ToUpper(ref)
	joined := strings.NewReplacer("-", "", "_", "").Replace(upper)
	if documentNumber.MatchString(joined) || plainNumber.MatchString(joined) {
		return true
	}
	for part := range strings.FieldsFuncSeq(upper, func(r rune) bool { return r == '-' || r == '_' }) {
		if documentNumber.MatchString(part) {
			return true
		}
	}
	return false
}

// checkText refuses text for public state that is too short or long, has control characters, or holds what looks like
// an identity number, a telephone number or an e-mail address.
func checkText(code, what, text string, least, most int) error {
	n := utf8.RuneCountInString(text)
	if !utf8.ValidString(text) || n < least || n > most || strings.TrimSpace(text) != text ||
		strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return refusal.New(
			code, "%s has %d to %d printable characters on one line, without spaces around", what, least, most,
		)
	}
	if personalText.MatchString(text) {
		return refusal.New(
			code, "%s looks as if it held an identity or telephone number or an e-mail address; it is public", what,
		)
	}
	return nil
}

func checkDate(date string) error {
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return refusal.New("date_invalid", "%q is not a date: write YYYY-MM-DD", date)
	}
	return nil
}

// resultKey names a result.
type resultKey struct{ session, subject, studentRef string }

func (k resultKey) check() error {
	if err := checkSessionID(k.session); err != nil {
		return err
	}
	if err := checkSubject(k.subject); err != nil {
		return err
	}
	return checkStudentRef(k.studentRef)
}

func (k resultKey) parts() []string { return []string{k.session, k.subject, k.studentRef} }

// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/identifier"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Form is what an applicant fills in.
type Form struct {
	Kind       string
	LegalName  string
	Identifier string
	Contact    string
	Email      string
	Phone      string
	Purpose    string
	Tier       Tier
	Terms      string
	Locale     string
	Invitation string
	Website    string // a trap: people do not see this field, programs fill it in
}

// Sizes of texts, bytes.
const (
	maxName    = 120 // as organizations' names
	maxPurpose = 4000
	maxText    = 4000 // of questions, answers and reasons
)

var phoneShape = regexp.MustCompile(`^\+?[0-9 ().-]{5,30}$`)

// check validates a form and gives what it says, in canonical form. All that is wrong is told at once, by JSON path and
// code, in one fault.Invalid "access_request_invalid".
func (f Form) check(terms string) (Application, error) {
	none := fault.New(fault.Invalid, "access_request_invalid", "the request is not complete or not right").
		WithHint("correct what the errors name; nothing was kept")
	bad := none
	wrong := func(field, code, what string) { bad = bad.WithField("body."+field, code, what) }

	a := Application{
		Kind: f.Kind, LegalName: tidy(f.LegalName), Contact: tidy(f.Contact), Phone: tidy(f.Phone),
		Purpose: strings.TrimSpace(f.Purpose), Tier: f.Tier, Terms: f.Terms, Locale: f.Locale, Invitation: f.Invitation,
	}
	if !slices.Contains(org.Kinds(), f.Kind) {
		wrong("kind", "kind", "one of public-body, municipality, university, company, association, citizen")
	}
	if !printable(a.LegalName, maxName) {
		wrong("legalName", "text", "1 to 120 bytes")
	}
	if !printable(a.Contact, maxName) {
		wrong("contactName", "text", "1 to 120 bytes")
	}
	if !multiline(a.Purpose, maxPurpose) {
		wrong("purpose", "text", "1 to 4000 bytes")
	}
	if a.Phone != "" && !phoneShape.MatchString(a.Phone) {
		wrong("phone", "phone", "digits, spaces and a leading +")
	}
	if !slices.Contains(Tiers(), f.Tier) {
		wrong("tier", "tier", "sandbox, pilot or production")
	}
	if f.Terms != terms {
		wrong("terms", "terms", "the terms in force, version "+terms+", must be accepted")
	}
	if !slices.Contains(mail.Locales(), f.Locale) {
		wrong("locale", "locale", "eu, es or en")
	}
	var err error
	if a.Email, err = mail.Address(f.Email); err != nil {
		wrong("email", "email_invalid", "not a mail address")
	}
	if a.Identifier, err = identifier.Parse(f.Identifier); err != nil {
		d := fault.Of(err).Details[0]
		wrong("identifier", d.Code, d.Message)
	} else if what := unfit(f.Kind, a.Identifier); what != "" {
		wrong("identifier", "identifier_kind", what)
	}
	if bad != none {
		return Application{}, bad
	}
	return a, nil
}

// unfit tells why a kind of organization can't have a kind of identifier. Companies and associations may be a person's.
func unfit(kind string, id identifier.Identifier) string {
	switch kind {
	case "citizen":
		if !id.Person() {
			return "a citizen has a NIF or NIE"
		}
	case "public-body", "municipality", "university":
		if id.Person() {
			return "an entity has a CIF or a VAT number"
		}
	}
	return ""
}

// tidy puts a text on one line.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// printable tells whether a text of one line can be shown as it is.
func printable(s string, limit int) bool {
	return s != "" && len(s) <= limit && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '<' || r == '>'
	})
}

// multiline is printable, with line ends.
func multiline(s string, limit int) bool {
	return strings.TrimSpace(s) != "" && len(s) <= limit && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
	})
}

func checkText(field, text string) error {
	if multiline(text, maxText) {
		return nil
	}
	return fault.New(fault.Invalid, "text_invalid", "the text is empty, over %d bytes, or has characters that can't be shown", maxText).
		WithField("body."+field, "text", "1 to 4000 bytes")
}

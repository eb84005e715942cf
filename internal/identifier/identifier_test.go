// SPDX-License-Identifier: Apache-2.0

package identifier_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/identifier"
)

// All numbers here are synthetic: made by the algorithms, not taken from registers. Those of the member states agree
// with an independent implementation.
func TestValid(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]identifier.Identifier{
		"12345678Z":          {Kind: identifier.NIF, Canonical: "12345678Z", Country: "ES"},
		" 12.345.678-z ":     {Kind: identifier.NIF, Canonical: "12345678Z", Country: "ES"},
		"ES12345678Z":        {Kind: identifier.NIF, Canonical: "12345678Z", Country: "ES"},
		"00000000T":          {Kind: identifier.NIF, Canonical: "00000000T", Country: "ES"},
		"K0867756N":          {Kind: identifier.NIF, Canonical: "K0867756N", Country: "ES"},
		"X0000000T":          {Kind: identifier.NIE, Canonical: "X0000000T", Country: "ES"},
		"Y1234567X":          {Kind: identifier.NIE, Canonical: "Y1234567X", Country: "ES"},
		"Z1234567R":          {Kind: identifier.NIE, Canonical: "Z1234567R", Country: "ES"},
		"A58818501":          {Kind: identifier.CIF, Canonical: "A58818501", Country: "ES"},
		"B12345674":          {Kind: identifier.CIF, Canonical: "B12345674", Country: "ES"},
		"ES-P4800000D":       {Kind: identifier.CIF, Canonical: "P4800000D", Country: "ES"},
		"N4616991H":          {Kind: identifier.CIF, Canonical: "N4616991H", Country: "ES"},
		"G12345674":          {Kind: identifier.CIF, Canonical: "G12345674", Country: "ES"},
		"G1234567D":          {Kind: identifier.CIF, Canonical: "G1234567D", Country: "ES"},
		"BE 271.156.768":     {Kind: identifier.VAT, Canonical: "BE0271156768", Country: "BE"},
		"GR877317081":        {Kind: identifier.VAT, Canonical: "EL877317081", Country: "GR"},
		"IE9A54960H":         {Kind: identifier.VAT, Canonical: "IE9A54960H", Country: "IE"},
		"XIGD001":            {Kind: identifier.VAT, Canonical: "XIGD001", Country: "XI"},
		"FR 83 404 833 048 ": {Kind: identifier.VAT, Canonical: "FR83404833048", Country: "FR"},
	} {
		if got, err := identifier.Parse(text); err != nil || got != want {
			t.Errorf("%q: %+v, want %+v: %v", text, got, want, err)
		}
	}
}

// members are numbers of every member state and of Northern Ireland; those in promise find every error in one digit.
func members() map[string][]string {
	return map[string][]string{
		"AT": {"ATU00330766", "ATU72979262"}, "BE": {"BE0017185133", "BE0271156768"},
		"BG": {"BG4003902660", "BG6095136743"}, "CY": {"CY30216615N", "CY36603653F"},
		"CZ": {"CZ12345679", "CZ7103192745"}, "DE": {"DE705468644", "DE458165087"},
		"DK": {"DK61583025", "DK95768911"}, "EE": {"EE107676683", "EE100528754"},
		"EL": {"EL877317081", "EL664519181"}, "ES": {"ES74590381R", "ESN4616991H"},
		"FI": {"FI38937528", "FI66413481"}, "FR": {"FR0T720250711", "FRAN434850566"},
		"HR": {"HR84558195075", "HR07558609952"}, "HU": {"HU96445525", "HU80608053"},
		"IE": {"IE4115694VF", "IE9A54960H"}, "IT": {"IT10951410801", "IT08659660321"},
		"LT": {"LT601556511", "LT401797708619"}, "LU": {"LU62960721", "LU25179918"},
		"LV": {"LV64598466015", "LV55500825621"}, "MT": {"MT86032464", "MT33660231"},
		"NL": {"NL592912917B22", "NL161174620B25"}, "PL": {"PL0386609546", "PL2347580420"},
		"PT": {"PT798350245", "PT764851071"}, "RO": {"RO38048", "RO752"},
		"SE": {"SE456424276801", "SE222094084101"}, "SI": {"SI65162072", "SI79672337"},
		"SK": {"SK6982882181", "SK5638652899"}, "XI": {"XI914154488", "XI185070213"},
	}
}

func TestEveryMemberState(t *testing.T) {
	t.Parallel()
	if n := len(members()); n != 28 {
		t.Fatalf("%d prefixes, want the 27 member states' and XI", n)
	}
	for prefix, numbers := range members() {
		for _, n := range numbers {
			got, err := identifier.Parse(n)
			if err != nil || prefix != "ES" && got.Canonical != n {
				t.Errorf("%s: %+v: %v", n, got, err)
			}
			last := n[len(n)-1]
			broken := n[:len(n)-1] + string('0'+(last-'0'+1)%10)
			if last >= 'A' {
				broken = n[:len(n)-1] + string('A'+(last-'A'+1)%26)
			}
			if strings.HasPrefix(n, "NL") || strings.HasPrefix(n, "SE") || n == "IE4115694VF" {
				continue // the last digits only number a branch, or follow other rules
			}
			if _, err := identifier.Parse(broken); fault.Of(err).Code != "identifier_invalid" {
				t.Errorf("%s is taken for %s: %v", broken, n, err)
			}
		}
	}
}

func TestInvalid(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]string{
		"": identifier.Empty, " - ": identifier.Empty,
		"12345678A": identifier.BadCheck, "X0000000A": identifier.BadCheck, "A58818502": identifier.BadCheck,
		"K0867756A": identifier.BadCheck, "G1234567A": identifier.BadCheck,
		"1234567Z": identifier.BadLength, "ES": identifier.BadLength, strings.Repeat("1", 41): identifier.BadLength,
		"123456789": identifier.BadFormat, "A5881850J": identifier.BadFormat, "P48000004": identifier.BadFormat,
		"I12345674": identifier.BadFormat, "XA234567T": identifier.BadCountry, "BEXXXXXXXXXX": identifier.BadFormat,
		"GB999999973": identifier.BadCountry, "US123456789": identifier.BadCountry, "DE012345678": identifier.BadFormat,
		"DE705468645": identifier.BadCheck, "FR84404833048": identifier.BadCheck, "XIGD500": identifier.BadFormat,
		"NL592912917B00": identifier.BadCheck, "CY12345678X": identifier.BadCheck, "IT00000000018": identifier.BadCheck,
		"12345678\nZ": identifier.BadCharacter, "12345678Z\x00": identifier.BadCharacter, "１２３４５６７８Z": identifier.BadCharacter,
	} {
		_, err := identifier.Parse(text)
		f := fault.Of(err)
		if err == nil || f.Code != "identifier_invalid" || f.Kind != fault.Invalid || len(f.Details) != 1 || f.Details[0].Code != code {
			t.Errorf("%q: %+v, want %s", text, f, code)
		}
	}
}

// TestSingleErrors changes one digit of numbers whose algorithm finds every such error.
func TestSingleErrors(t *testing.T) {
	t.Parallel()
	promise := []string{
		"ATU00330766", "BE0271156768", "CY30216615N", "DE705468644", "DK61583025", "EE107676683", "FI38937528",
		"FR83404833048", "HR84558195075", "HU96445525", "IE4115694VF", "IT10951410801", "LU62960721", "MT86032464",
		"PL0386609546", "SE456424276801", "SI65162072", "SK6982882181", "12345678Z", "X0000000T", "B12345674", "P4800000D",
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom(promise).Draw(t, "number")
		i := rapid.IntRange(0, len(n)-1).Draw(t, "place")
		d := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		if n[i] < '0' || n[i] > '9' || n[i] == d || strings.HasPrefix(n, "SE") && i > 11 {
			t.Skip("not another digit, or the count of a Swedish group")
		}
		broken := n[:i] + string(d) + n[i+1:]
		if got, err := identifier.Parse(broken); err == nil {
			t.Errorf("%s is taken for %s: %+v", broken, n, got)
		}
	})
}

// TestEveryNIFHasOneLetter and so has every NIE; an entity's digits have one control digit.
func TestEveryNIFHasOneLetter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SampledFrom([]string{"", "X", "Y", "Z", "K", "B", "N", "DE"}).Draw(t, "base")
		size := 8 - len(base)
		controls := "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		if base == "DE" {
			size = 7
			base = "DE1"
		}
		if base == "B" || base == "DE1" {
			controls = "0123456789"
		}
		body := base + rapid.StringMatching(`[0-9]{8}`).Draw(t, "digits")[:size]
		valid := 0
		for _, c := range controls {
			if _, err := identifier.Parse(body + string(c)); err == nil {
				valid++
			}
		}
		if valid != 1 {
			t.Errorf("%s has %d control characters", body, valid)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, numbers := range members() {
		f.Add(numbers[0])
	}
	for _, s := range []string{"12345678Z", "B12345674", "XIHA500", "FR", "IE1+", "RO1", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := identifier.Parse(s)
		if err != nil {
			if fault.Of(err).Code != "identifier_invalid" {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		again, err := identifier.Parse(got.Canonical)
		if err != nil || again != got {
			t.Errorf("%q: %+v, then %+v: %v", s, got, again, err)
		}
	})
}

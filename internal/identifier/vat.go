// SPDX-License-Identifier: Apache-2.0

package identifier

import (
	"regexp"
	"strings"
)

// Sources. Structures: European Commission, VIES, "VAT number construction rules" (Directive 2006/112/EC art. 215).
// Check digits: the member states' own publications, gathered by the Commission as "VAT identification number
// algorithms" (TAXUD); each function names what it computes.

// scheme is how a country's numbers look, prefix left out, and what makes one right.
type scheme struct {
	country string
	shape   *regexp.Regexp
	valid   func(s string) bool
}

// schemes are the VAT numbers other than Spain's, by prefix.
//
//nolint:gochecknoglobals // a table of compiled patterns that never changes
var schemes = map[string]scheme{
	"AT": {"AT", shape(`U\d{8}`), austria},
	"BE": {"BE", shape(`[01]\d{9}|[1-9]\d{8}`), belgium},
	"BG": {"BG", shape(`\d{9,10}`), bulgaria},
	"CY": {"CY", shape(`\d{8}[A-Z]`), cyprus},
	"CZ": {"CZ", shape(`\d{8,10}`), czechia},
	"DE": {"DE", shape(`[1-9]\d{8}`), hybrid},
	"DK": {"DK", shape(`[1-9]\d{7}`), func(s string) bool { return weigh(s, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 }},
	"EE": {"EE", shape(`10\d{7}`), func(s string) bool { return weigh(s, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0 }},
	"EL": {"GR", shape(`\d{9}`), greece},
	"FI": {"FI", shape(`\d{8}`), func(s string) bool { return weigh(s, 7, 9, 10, 5, 8, 4, 2, 1)%11 == 0 }},
	"FR": {"FR", shape(`[0-9A-HJ-NP-Z]{2}\d{9}`), france},
	"HR": {"HR", shape(`\d{11}`), hybrid},
	"HU": {"HU", shape(`\d{8}`), func(s string) bool { return weigh(s, 9, 7, 3, 1, 9, 7, 3, 1)%10 == 0 }},
	"IE": {"IE", shape(`\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W]`), ireland},
	"IT": {"IT", shape(`\d{11}`), italy},
	"LT": {"LT", shape(`\d{7}1\d|\d{10}1\d`), lithuania},
	"LU": {"LU", shape(`\d{8}`), func(s string) bool { return number(s[:6])%89 == number(s[6:]) }},
	"LV": {"LV", shape(`\d{11}`), latvia},
	"MT": {"MT", shape(`[1-9]\d{7}`), func(s string) bool { return weigh(s, 3, 4, 6, 7, 8, 9, 10, 1)%37 == 0 }},
	"NL": {"NL", shape(`\d{9}B\d{2}`), netherlands},
	"PL": {"PL", shape(`\d{10}`), func(s string) bool { return weigh(s, 6, 5, 7, 2, 3, 4, 5, 6, 7, 10)%11 == 0 }},
	"PT": {"PT", shape(`[1-9]\d{8}`), portugal},
	"RO": {"RO", shape(`[1-9]\d{1,9}`), romania},
	"SE": {"SE", shape(`\d{12}`), func(s string) bool { return luhn(s[:10]) && s[10:] != "00" && s[10:] < "95" }},
	"SI": {"SI", shape(`[1-9]\d{7}`), slovenia},
	"SK": {"SK", shape(`[1-9]\d[2-47-9]\d{7}`), func(s string) bool { return number(s)%11 == 0 }},
	"XI": {"XI", shape(`\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2}`), northernIreland},
}

func shape(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) }

func parseVAT(prefix, s string) (Identifier, error) {
	if prefix == "GR" {
		prefix = "EL"
	}
	scheme, ok := schemes[prefix]
	if !ok {
		return Identifier{}, wrong(BadCountry, prefix+" is not a prefix of EU VAT numbers")
	}
	if !scheme.shape.MatchString(s) {
		return Identifier{}, wrong(BadFormat, "a VAT number that begins with "+prefix+" does not look like this")
	}
	if !scheme.valid(s) {
		return Identifier{}, wrong(BadCheck, "its check digits are not right")
	}
	if prefix == "BE" && len(s) == 9 { // written so before 2005
		s = "0" + s
	}
	return Identifier{Kind: VAT, Canonical: prefix + s, Country: scheme.country}, nil
}

// austria: Luhn-like over seven digits, then 96 minus the sum.
func austria(s string) bool {
	sum := 0
	for i := range 7 {
		d := int(s[i+1] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return (96-sum)%10 == int(s[8]-'0')
}

// belgium: 97 minus the rest of the first eight digits by 97.
func belgium(s string) bool {
	if len(s) == 9 {
		s = "0" + s
	}
	return 97-number(s[:8])%97 == number(s[8:])
}

// greece: powers of two, modulus 11.
func greece(s string) bool {
	return weigh(s, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == int(s[8]-'0')
}

// cyprus: digits on odd places are replaced; the sum by 26 gives the letter.
func cyprus(s string) bool {
	if s[:2] == "12" {
		return false
	}
	odd := [10]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21}
	sum := 0
	for i := range 8 {
		d := int(s[i] - '0')
		if i%2 == 0 {
			d = odd[d]
		}
		sum += d
	}
	return s[8] == byte('A'+sum%26)
}

// france: a key of two characters before the SIREN, which has a Luhn digit of its own unless it is Monaco's (000…).
func france(s string) bool {
	siren := s[2:]
	if siren[:3] != "000" && !luhn(siren) {
		return false
	}
	if digits(s[:2]) {
		return number(s[:2]) == (12+3*(number(siren)%97))%97
	}
	const alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	first, second := strings.IndexByte(alphabet, s[0]), strings.IndexByte(alphabet, s[1])
	check := first*34 + second - 100
	if digit(s[0]) {
		check = first*24 + second - 10
	}
	return (number(siren)+1+check/11)%11 == check%11
}

// ireland: weights 8 to 2 and 9 for a second letter, modulus 23; numbers of the old style are set in order first.
func ireland(s string) bool {
	const alphabet = "WABCDEFGHIJKLMNOPQRSTUV"
	value, check, second := s[:7], s[7], 0
	if !digit(s[1]) {
		value = "0" + s[2:7] + s[:1]
	}
	if len(s) == 9 {
		second = strings.IndexByte(alphabet, s[8])
	}
	return alphabet[(weigh(value, 8, 7, 6, 5, 4, 3, 2)+9*second)%23] == check
}

// italy: Luhn; digits 8 to 10 are the office.
func italy(s string) bool {
	office := number(s[7:10])
	known := office >= 1 && office <= 100 || office == 120 || office == 121 || office == 888 || office == 999
	return s[:7] != "0000000" && known && luhn(s)
}

// lithuania: weights 1 to 9 in turn, modulus 11; when that gives 10, weights that begin with 3.
func lithuania(s string) bool {
	last := len(s) - 1
	first, second := 0, 0
	for i := range last {
		d := int(s[i] - '0')
		first += (1 + i%9) * d
		second += (1 + (i+2)%9) * d
	}
	check := first % 11
	if check == 10 {
		check = second % 11 % 10
	}
	return check == int(s[last]-'0')
}

// netherlands: the eleven test of RSIN and BSN, or, since 2020, ISO/IEC 7064 MOD 97-10 over the whole number.
func netherlands(s string) bool {
	if s[9:] == "B00" {
		return false
	}
	if weigh(s, 9, 8, 7, 6, 5, 4, 3, 2)%11 == int(s[8]-'0') {
		return true
	}
	rest := 0
	for i := range len(s) + 2 {
		c := ("NL" + s)[i]
		if digit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}

// portugal: weights 9 to 2, modulus 11, 10 and 11 count as 0.
func portugal(s string) bool {
	return (11-weigh(s, 9, 8, 7, 6, 5, 4, 3, 2)%11)%11%10 == int(s[8]-'0')
}

// romania: weights 753217532 over the number filled with zeros, ten times the sum by 11.
func romania(s string) bool {
	s = strings.Repeat("0", 10-len(s)) + s
	return 10*weigh(s, 7, 5, 3, 2, 1, 7, 5, 3, 2)%11%10 == int(s[9]-'0')
}

// slovenia: weights 8 to 2, modulus 11; 10 counts as 0, 11 is not given.
func slovenia(s string) bool {
	check := 11 - weigh(s, 8, 7, 6, 5, 4, 3, 2)%11
	return check != 11 && check%10 == int(s[7]-'0')
}

// northernIreland: as in Great Britain, weights 8 to 2 and the last two digits, modulus 97, and since 2009 with 55.
// GD and HA are departments and health authorities.
func northernIreland(s string) bool {
	if letter(s[0]) {
		return true
	}
	rest := (weigh(s, 8, 7, 6, 5, 4, 3, 2) + number(s[7:9])) % 97
	return rest == 0 || s[:3] >= "100" && (rest == 42 || rest == 55)
}

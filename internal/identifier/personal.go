// SPDX-License-Identifier: Apache-2.0

package identifier

// VAT numbers of Bulgaria, Czechia and Latvia may be a person's own number, which holds a date of birth.

// bulgaria: nine digits of a legal entity, or ten of a person (EGN), a foreigner (PNF) or another.
func bulgaria(s string) bool {
	last := int(s[len(s)-1] - '0')
	if len(s) == 9 {
		check := weigh(s, 1, 2, 3, 4, 5, 6, 7, 8) % 11
		if check == 10 {
			check = weigh(s, 3, 4, 5, 6, 7, 8, 9, 10) % 11
		}
		return check%10 == last
	}
	egn := weigh(s, 2, 4, 8, 5, 10, 9, 7, 3, 6) % 11 % 10
	foreign := weigh(s, 21, 19, 17, 13, 11, 9, 7, 3, 1) % 10
	other := (11 - weigh(s, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11) % 11
	return egn == last && bulgarianBirth(s) || foreign == last || other == last
}

// bulgarianBirth: the month is 20 higher before 1900 and 40 higher after 1999.
func bulgarianBirth(s string) bool {
	return date(number(s[2:4])%20, number(s[4:6])) && number(s[2:4]) < 60
}

// czechia: eight digits of a legal entity, nine that begin with 6 (special), or a birth number.
func czechia(s string) bool {
	switch {
	case len(s) == 8:
		check := (11 - weigh(s, 8, 7, 6, 5, 4, 3, 2)%11) % 11
		if check == 0 {
			check = 1
		}
		return s[0] != '9' && check%10 == int(s[7]-'0')
	case len(s) == 9 && s[0] == '6':
		check := weigh(s[1:], 8, 7, 6, 5, 4, 3, 2) % 11
		return 8-(10-check+11)%11 == int(s[8]-'0')
	case !czechBirth(s):
		return false
	case len(s) == 9: // before 1954, without a check digit
		return number(s[:2]) < 54
	}
	return number(s[:9])%11%10 == int(s[9]-'0')
}

// czechBirth: the month is 50 higher for women, and 20 more when a day's numbers are used up.
func czechBirth(s string) bool { return date(number(s[2:4])%50%20, number(s[4:6])) }

// latvia: a legal entity's begins with 4 to 9; a person's with the day of birth, or, since 2017, with 32.
func latvia(s string) bool {
	if s[0] > '3' {
		return weigh(s, 9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)%11 == 3
	}
	if s[:2] != "32" && !date(number(s[2:4]), number(s[:2])) {
		return false
	}
	return (1+weigh(s, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9))%11%10 == int(s[10]-'0')
}

// date tells whether a month has such a day in some year.
func date(month, day int) bool {
	days := [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	return month >= 1 && month <= 12 && day >= 1 && day <= days[month]
}

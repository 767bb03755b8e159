package accounts

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
)

// MinPassword and MaxPassword bound a password, in characters.
const (
	MinPassword = 15
	MaxPassword = 128
)

// product is what this program calls itself.
const product = "action plan progress tracker"

//go:embed common.txt
var commonWords string

//go:embed commonlong.txt
var commonLong string

// CheckPassword refuses a new password, as Invalid in the field "password",
// that is shorter than 15 or longer than 128 characters, that many people
// use, or that is mainly made of the words in context, which lie close at
// hand here. Any characters will do and none are asked for.
//
// Lists of leaked passwords hold next to none of 15 characters, so the check
// makes them: few people's long password is anything but one or two common
// words, a row of keys, or a repetition of these, dressed with digits.
func CheckPassword(password string, context []string) error {
	n := len([]rune(password))
	switch {
	case n < MinPassword:
		return invalid("password", "password.short", "min", MinPassword, "n", n)
	case n > MaxPassword:
		return invalid("password", "password.long", "max", MaxPassword)
	case monotonous(password):
		return invalid("password", "password.sequence")
	}
	words := map[string]bool{}
	for _, w := range strings.Fields(commonWords) {
		words[w] = true
	}
	for _, letters := range readings(password) {
		if madeOfFew(letters, words) || slices.Contains(strings.Fields(commonLong), letters) {
			return invalid("password", "password.common")
		}
		if mainlyOf(letters, contextWords(context)) {
			return invalid("password", "password.context")
		}
	}
	return nil
}

// readings gives the letters of a password in small print, without anything
// else: once as they stand, once with the digits and signs that people put in
// the place of letters read as these.
func readings(password string) []string {
	plain := strings.ToLower(password)
	dressed := strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "@", "a", "$", "s", "!", "i").Replace(plain)
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return r
			}
			return -1
		}, s)
	}
	return []string{letters(plain), letters(strings.TrimRightFunc(dressed, unicode.IsPunct)), letters(trimDigits(plain))}
}

// trimDigits reads the digits within a password as letters, those at its ends
// as nothing.
func trimDigits(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '@' && r != '$' })
	return strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "@", "a", "$", "s", "!", "i").Replace(s)
}

// monotonous says whether a password repeats a short piece, has hardly any
// different characters, or consists mostly of rows of neighbours on the
// keyboard or in the alphabet.
func monotonous(password string) bool {
	runes := []rune(strings.ToLower(password))
	different := map[rune]bool{}
	for _, r := range runes {
		different[r] = true
	}
	if len(different) <= 3 {
		return true
	}
	for period := 1; period <= len(runes)/3; period++ {
		if repeats(runes, period) {
			return true
		}
	}
	return inRows(runes)*3 > len(runes)*2
}

func repeats(runes []rune, period int) bool {
	for i := period; i < len(runes); i++ {
		if runes[i] != runes[i-period] {
			return false
		}
	}
	return true
}

// rows are the orders in which keys are pressed without thinking.
const rows = "abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop qsdfghjklm wxcvbn " +
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol. 1q2w3e4r5t6y7u8i9o0p !@#$%^&*()"

// inRows counts the characters that stand in runs of four or more neighbours
// of a row, forwards or backwards.
func inRows(runes []rune) int {
	count := 0
	for i := 0; i < len(runes); {
		n := 0
		for end := i + 4; end <= len(runes); end++ {
			piece := runes[i:end]
			back := slices.Clone(piece)
			slices.Reverse(back)
			if !strings.Contains(rows, string(piece)) && !strings.Contains(rows, string(back)) || slices.Contains(piece, ' ') {
				break
			}
			n = end - i
		}
		count += n
		i += max(n, 1)
	}
	return count
}

// madeOfFew says whether letters can be cut into at most two different common
// words, each as often as one likes.
func madeOfFew(letters string, words map[string]bool) bool {
	if letters == "" {
		return false
	}
	const longest = 24
	var cut func(rest string, used []string) bool
	cut = func(rest string, used []string) bool {
		if rest == "" {
			return true
		}
		for n := min(len(rest), longest); n > 0; n-- {
			w := rest[:n]
			switch known := slices.Contains(used, w); {
			case !known && (len(used) == 2 || !words[w]):
			case known && cut(rest[n:], used):
				return true
			case !known && cut(rest[n:], append(slices.Clip(used), w)):
				return true
			}
		}
		return false
	}
	return cut(letters, nil)
}

// contextWords gives the pieces of names and addresses as a password would
// hold them: each whole, and each word of four letters or more.
func contextWords(context []string) []string {
	var words []string
	add := func(s string, least int) {
		if len(s) >= least && !slices.Contains(words, s) {
			words = append(words, s)
		}
	}
	for _, name := range append([]string{product}, context...) {
		parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
		add(strings.Join(parts, ""), 3)
		for _, p := range parts {
			add(p, 4)
		}
	}
	slices.SortFunc(words, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return words
}

// mainlyOf says whether more than half of the letters belong to the words,
// the longest first.
func mainlyOf(letters string, words []string) bool {
	left := letters
	for _, w := range words {
		left = strings.ReplaceAll(left, w, " ")
	}
	left = strings.ReplaceAll(left, " ", "")
	return letters != "" && len(left)*2 < len(letters)
}

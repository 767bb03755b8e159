package accounts

import (
	"strings"
	"testing"
	"time"
)

// here is what lies close at hand in the tests.
func here() []string {
	return []string{"Lesotho", "Kingdom of Lesotho", "MHA", "Ministry of Home Affairs", "Home Affairs", "MSD",
		"Ministry of Social Development", "Social Development", "lineo.mokete@health.example"}
}

func TestPasswordsThatAreAccepted(t *testing.T) {
	for name, p := range map[string]string{
		"fifteen characters":               "tulip-grain-moth",
		"words without digits or capitals": "aaaa bbbb cccc dddd",
		"four unrelated words":             secret,
		"random":                           "kV9$wq2L!zR7#tBx",
		"digits only, in no order":         "583920174663029",
		"64 characters":                    strings.Repeat("q7Zr-mw2", 2) + strings.Repeat("Lb4!vN0s", 6),
		"unicode":                          "Žluťoučký-kůň-úpěl",
		"signs counted as characters":      "日本語のとても長い合言葉です。はい",
		"one name in a longer phrase":      "lesotho-quilt-onion-lattice",
		"128 characters":                   strings.Repeat("q7Zr-mw2Lb4!vN0s", 7) + "abdhvq93kslx0294",
	} {
		if err := CheckPassword(p, here()); err != nil {
			t.Errorf("%s: %q is refused: %v", name, p, err)
		}
	}
}

func TestPasswordsThatAreRefused(t *testing.T) {
	for _, c := range []struct{ name, password, key string }{
		{"fourteen characters", "tulip-grain-mo", "password.short"},
		{"fourteen signs of many bytes", "日本語のとても長い合言葉で", "password.short"},
		{"empty", "", "password.short"},
		{"129 characters", strings.Repeat("q7Zr-mw2Lb4!vN0s", 8) + "x", "password.long"},
		{"one character", strings.Repeat("a", 20), "password.sequence"},
		{"a piece again and again", "xk3xk3xk3xk3xk3xk3", "password.sequence"},
		{"the alphabet", "abcdefghijklmnopqrst", "password.sequence"},
		{"digits in order", "123456789012345", "password.sequence"},
		{"digits backwards", "098765432109876", "password.sequence"},
		{"the keyboard's rows", "qwertyuiopasdfghjkl", "password.sequence"},
		{"the keyboard's columns", "1qaz2wsx3edc4rfv", "password.sequence"},
		{"keys in zigzag", "1q2w3e4r5t6y7u8i", "password.sequence"},
		{"a common word twice", "passwordpassword", "password.common"},
		{"a common word and a year", "Password20212021", "password.common"},
		{"two common words and signs", "Welcome!Dragon!!2021", "password.common"},
		{"letters dressed as digits", "P4ssw0rd-P4ssw0rd", "password.common"},
		{"a name and love", "ilovejennifer123", "password.common"},
		{"a famous example", "correct horse battery staple", "password.common"},
		{"a saying", "May the force be with you", "password.common"},
		{"the ministry's name", "MinistryOfHomeAffairs", "password.context"},
		{"the ministry and a year", "social-development-2021", "password.context"},
		{"country and product", "lesotho-quilt-tracker", "password.context"},
		{"one's own name", "lineo.mokete.2021", "password.context"},
		{"one's own address", "lineo.mokete@health.example", "password.context"},
	} {
		wantKey(t, c.name, CheckPassword(c.password, here()), "password="+c.key)
	}
}

// A hostile password must not take long to judge.
func TestThePasswordCheckIsQuick(t *testing.T) {
	began := time.Now()
	for _, p := range []string{strings.Repeat("a", 127) + "b", strings.Repeat("abc", 42), strings.Repeat("the", 42) + "q", strings.Repeat("ininin", 21)} {
		_ = CheckPassword(p, here()) //nolint:errcheck // only the time counts
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("four checks took %v", took)
	}
}

package issuer

import (
	"fmt"
	"slices"
	"strings"
)

// DefaultFactors counts as a second factor what RFC 8176 calls so and nothing
// else: "mfa" says that several factors were asked for. "otp", "hwk" and "sms"
// each name one way that may have been the only one.
const DefaultFactors = "mfa"

// Factors say which words of an issuer mean that a second factor was given.
type Factors struct {
	amr [][]string // each is enough; of each all words must stand there
	acr []string
}

// ParseFactors reads words with spaces or commas between them. A word is one
// of the claim amr, "pwd+otp" wants both, "acr:VALUE" is a value of the claim
// acr. "none" and "" honour nothing that the issuer says.
func ParseFactors(text string) (Factors, error) {
	var f Factors
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		if acr, ok := strings.CutPrefix(word, "acr:"); ok && acr != "" {
			f.acr = append(f.acr, acr)
			continue
		}
		all := strings.Split(word, "+")
		if slices.Contains(all, "") || strings.Contains(word, ":") {
			return f, fmt.Errorf("%q is no word for a second factor, such as mfa, pwd+otp or acr:VALUE", word)
		}
		if word != "none" {
			f.amr = append(f.amr, all)
		}
	}
	return f, nil
}

// given says whether what an ID token tells means a second factor.
func (f Factors) given(acr string, amr []string) bool {
	if acr != "" && slices.Contains(f.acr, acr) {
		return true
	}
	return slices.ContainsFunc(f.amr, func(all []string) bool {
		return !slices.ContainsFunc(all, func(word string) bool { return !slices.Contains(amr, word) })
	})
}

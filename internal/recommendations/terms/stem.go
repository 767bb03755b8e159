package terms

import "strings"

// endings are taken off a word, the first that fits, when at least four
// letters stay; what is put in their place follows. Nouns of persons keep
// theirs: an investigator is not an investigation.
var endings = []struct{ off, on string }{
	{"ification", "ify"}, {"isation", "iz"}, {"ization", "iz"}, {"ational", ""}, {"ations", ""}, {"ation", ""}, {"ating", ""}, {"ated", ""}, {"ate", ""},
	{"ictional", "ict"}, {"ional", ""}, {"ion", ""}, {"ising", "iz"}, {"izing", "iz"}, {"ised", "iz"}, {"ized", "iz"}, {"ise", "iz"}, {"ize", "iz"},
	{"ment", ""}, {"ably", ""}, {"ively", "iv"}, {"ingly", ""}, {"ally", ""}, {"ly", ""}, {"ying", "y"}, {"ied", "y"}, {"ing", ""}, {"ed", ""},
	{"ity", ""}, {"ies", "y"}, {"al", ""}, {"ive", "iv"}, {"e", ""},
}

// Stem takes the ending off an English word in lower case, so that the forms
// of one word become the same. It is not a word itself.
func Stem(word string) string {
	for _, own := range []string{"’s", "'s"} {
		word = strings.TrimSuffix(word, own)
	}
	switch {
	case len(word) <= 3:
		return word
	case strings.HasSuffix(word, "ies") && len(word) > 4:
		word = strings.TrimSuffix(word, "ies") + "y"
	case strings.HasSuffix(word, "sses"), strings.HasSuffix(word, "shes"), strings.HasSuffix(word, "ches"):
		word = strings.TrimSuffix(word, "es")
	case strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us") && !strings.HasSuffix(word, "is"):
		word = strings.TrimSuffix(word, "s")
	}
	word = strings.Replace(word, "our", "or", 1)
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(word, e.off); ok && len(rest) >= 4 || ok && e.off == "ing" && len(rest) == 3 {
			word = rest + e.on
			break
		}
	}
	if n := len(word); n > 4 && word[n-1] == word[n-2] && strings.IndexByte("bdgmnprt", word[n-1]) >= 0 {
		word = word[:n-1]
	}
	return word
}

package terms

import (
	"strconv"
	"strings"
	"testing"
)

func TestFormsOfAWordAreOneStem(t *testing.T) {
	for _, same := range [][]string{
		{"investigate", "investigation", "investigations", "investigating", "investigated"},
		{"prosecute", "prosecution", "prosecuting"},
		{"convict", "convictions", "convicting"},
		{"allocate", "allocation"},
		{"guideline", "guidelines"},
		{"identify", "identification", "identifying", "identified", "identifies"},
		{"jurisdiction", "jurisdictional"},
		{"agency", "agencies"},
		{"labour", "labor"},
		{"finalise", "finalized", "finalising"},
		{"refer", "referring"},
		{"train", "training", "trained"},
		{"government", "government's"},
	} {
		for _, word := range same[1:] {
			if Stem(word) != Stem(same[0]) {
				t.Errorf("%s is %q, %s is %q", same[0], Stem(same[0]), word, Stem(word))
			}
		}
	}
	for _, apart := range [][2]string{{"investigator", "investigation"}, {"prosecutor", "prosecution"}, {"police", "policy"}, {"sentence", "sentient"}} {
		if Stem(apart[0]) == Stem(apart[1]) {
			t.Errorf("%s and %s are one stem, %q", apart[0], apart[1], Stem(apart[0]))
		}
	}
}

func TestATextIsReadAsItsIdeas(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		"The, of; ( ) / . ":                    "",
		"Finance the shelters of survivors.":   "money:0.5:0 shelter:1:0 victim:0.5:0",
		"Amend the law; train magistrates.":    "change:0.3:0 law:0.5:0 train:0.4:1 judge:0.4:1",
		"Print leaflets and train teachers":    "print:1:0 leaflet:1:0 train:0.4:1 school:0.8:1",
		"Open a hotline (and fund it at once":  "open:1:0 hotline:1:0 money:0.25:0 once:0.5:0",
		"Write SOPs so that children are safe": "procedure:1:0 child:0.5:0 safe:0.5:0",
		"))) Standard operating procedures":    "procedure:1:0",
	} {
		var got []string
		for _, term := range Read(text) {
			got = append(got, term.Idea+":"+strconv.FormatFloat(term.Weight, 'g', 3, 64)+":"+string(rune('0'+term.Part)))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func TestWordsAreShownAsTheyStand(t *testing.T) {
	got := Read("Draft Standard Operating Procedures")
	if len(got) != 1 || got[0].Shown != "Standard Operating Procedures" {
		t.Errorf("shows %+v", got)
	}
}

// A phrase longer than longestPhrase would never be found.
func TestEveryPhraseCanBeFound(t *testing.T) {
	for phrase, idea := range vocabulary.phrases {
		if n := len(strings.Fields(phrase)); n > longestPhrase {
			t.Errorf("%q of %q has %d words", phrase, idea, n)
		}
	}
	for idea := range vocabulary.weights {
		if _, ok := sameIdea[idea]; !ok && Stem(idea) != idea {
			t.Errorf("the weight of %q is for no idea", idea)
		}
	}
}

func FuzzReadNeverFails(f *testing.F) {
	f.Add("Train (and; fund) 10 units.")
	f.Fuzz(func(t *testing.T, text string) {
		for _, term := range Read(text) {
			if term.Idea == "" || term.Shown == "" || term.Weight <= 0 || term.Weight > 1 || term.Part < 0 {
				t.Errorf("%q gives %+v", text, term)
			}
		}
	})
}

package pdf

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

func briefed(t testing.TB, b reports.Briefing) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteBriefing(&out, reportstest.Words(t), b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// savedBriefing writes the briefing to a file.
func savedBriefing(t *testing.T, b reports.Briefing) string {
	return reportstest.Saved(t, "briefing.pdf", briefed(t, b))
}

// pagesOf are the words of each page, with single spaces.
func pagesOf(t *testing.T, file string, how ...string) (pages []string) {
	t.Helper()
	for _, page := range strings.Split(tool(t, "pdftotext", append(how, file, "-")...), "\f") {
		if page = strings.Join(strings.Fields(page), " "); page != "" {
			pages = append(pages, page)
		}
	}
	return pages
}

func TestABriefingIsSoundAndTheSameTwice(t *testing.T) {
	b := reportstest.Briefing(12)
	tool(t, "qpdf", "--check", savedBriefing(t, b))
	if !bytes.Equal(briefed(t, b), briefed(t, b)) {
		t.Error("two runs wrote different bytes")
	}
}

// Each recommendation has a page of its own, in the order of the agenda, that
// holds what is written on it; the first two are the cover and the summary.
func TestABriefingHasAPageForEachRecommendation(t *testing.T) {
	b := reportstest.Briefing(8)
	b.Indicators, b.Register = nil, nil // their annexes have their own tests
	file := savedBriefing(t, b)
	pages := pagesOf(t, file, "-raw")
	if len(pages) != 2+8 {
		t.Fatalf("%d pages", len(pages))
	}
	for _, want := range []string{"Dialogue with the partners", "18 November 2021", "Internal edition. Not to be passed on.", "DEMONSTRATION, illustrative", "Conference hall", "Bring the signed minutes."} {
		if !strings.Contains(pages[0], want) {
			t.Errorf("the cover does not say %q", want)
		}
	}
	for n, i := range b.Items {
		page := pages[2+n]
		if !strings.Contains(pages[1], i.Ref) || i.Texts.Asks != "" && !strings.Contains(pages[1], i.Texts.Asks) {
			t.Errorf("the summary does not name %s and what is asked", i.Ref)
		}
		want := []string{"Agenda item " + strconv.Itoa(n+1) + " of 8 · " + i.Ref, i.Title, i.Text, i.Source}
		want = append(want, strings.Split(i.Texts.TalkingPoints, "\n")...)
		want = append(want, i.Texts.Asks, i.Texts.Notes)
		for _, c := range i.Commitments {
			want = append(want, c.Ref, c.Done, c.NoProgress)
		}
		for _, e := range i.Evidence {
			want = append(want, e.Title)
		}
		for _, text := range want {
			if !strings.Contains(page, strings.Join(strings.Fields(text), " ")) {
				t.Errorf("page %d does not say %q", n+3, text)
			}
		}
	}
	for n, page := range pages[1:] {
		if !strings.Contains(page, "Internal edition · DEMONSTRATION, illustrative") || !strings.Contains(page, strconv.Itoa(n+2)+" of 10") {
			t.Errorf("page %d does not say whom it is for, or its number", n+2)
		}
	}
}

// A reader, or a program that reads aloud, meets the parts in this order.
func TestABriefingIsReadInOrder(t *testing.T) {
	b := reportstest.Briefing(8)
	n := slices.IndexFunc(b.Items, func(i reports.BriefingItem) bool { return len(i.Evidence) > 0 && i.Texts.Notes != "" })
	i := b.Items[n]
	page := pagesOf(t, savedBriefing(t, b), "-raw")[2+n]
	last := -1
	for _, part := range []string{i.Title, i.Text, "Source:", "Talking points", "What we ask of the partner", "Where it stands", "1 Jul 2021", i.Commitments[0].Ref, "Evidence", i.Evidence[0].Title,
		"Internal notes", i.Texts.Notes} {
		at := strings.Index(page, part)
		if at < last || at < 0 {
			t.Errorf("%q stands at %d, after %d: %s", part, at, last, page)
		}
		last = max(last, at)
	}
}

// Long texts go on to another page, whose heading says of what; nothing is lost.
func TestAnItemWithLongTextsGoesOnToAnotherPage(t *testing.T) {
	b := reportstest.Briefing(3)
	b.Indicators, b.Register = nil, nil // their annexes have their own tests
	long := strings.Repeat("A long point that is said with many words and comes to an end only much later.\n", 60)
	b.Items[1].Texts = dialogues.Texts{TalkingPoints: long + "The last point.", Asks: long + "The last ask.", Notes: long + "The last note."}
	pages := pagesOf(t, savedBriefing(t, b))
	if len(pages) < 7 || len(pages) > 9 {
		t.Fatalf("%d pages", len(pages))
	}
	whole := strings.Join(pages, " ")
	for _, want := range []string{"The last point.", "The last ask.", "The last note.", "2. " + b.Items[1].Ref + ", continued"} {
		if !strings.Contains(whole, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if n := strings.Count(whole, "A long point"); n < 180 {
		t.Errorf("%d of 180 points are there", n)
	}
	if strings.Contains(pages[1], "The last ask.") || !strings.Contains(pages[1], "in full on its own page") || strings.Contains(pages[2], "Summary") {
		t.Error("the summary is not one page")
	}
}

// The marks of the summary lie on the page, however many commitments answer.
func TestManyAnswersStayOnThePage(t *testing.T) {
	b := reportstest.Briefing(2)
	for range 5 {
		b.Items[0].Commitments = append(b.Items[0].Commitments, b.Items[0].Commitments...)
	}
	file := savedBriefing(t, b)
	for _, m := range regexp.MustCompile(`xMax="([0-9.]+)" yMax="([0-9.]+)"`).FindAllStringSubmatch(tool(t, "pdftotext", "-bbox", file, "-"), -1) {
		x, _ := strconv.ParseFloat(m[1], 64)
		y, _ := strconv.ParseFloat(m[2], 64)
		if x > 595.3-40 || y > 841.9-20 {
			t.Errorf("a word ends at %.0f, %.0f", x, y)
		}
	}
	tool(t, "qpdf", "--check", file)
}

func TestABriefingOfNothingIsADocumentToo(t *testing.T) {
	b := reportstest.Briefing(0)
	b.Indicators, b.Register = nil, nil // their annexes have their own tests
	b.Since, b.SinceIs, b.SinceOf, b.Period, b.Dialogue.Note, b.Dialogue.Place = calendar.Date{}, "", "", "", "", ""
	file := savedBriefing(t, b)
	tool(t, "qpdf", "--check", file)
	if pages := pagesOf(t, file); len(pages) != 2 || !strings.Contains(pages[1], "Nothing stands on the agenda yet") || !strings.Contains(pages[0], "no earlier day") {
		t.Errorf("%q", pages)
	}
}

// What has no talking point yet, no answer, or a wording only has its page.
func TestAnItemOfWhichLittleIsKnownHasItsPage(t *testing.T) {
	b := reportstest.Briefing(2)
	b.Indicators, b.Register = nil, nil // their annexes have their own tests
	b.Since = calendar.Date{}
	b.Items[0].Texts, b.Items[0].Evidence, b.Items[0].Commitments = dialogues.Texts{}, nil, nil
	for n := range b.Items[0].Items {
		b.Items[0].Items[n].Answers = nil
	}
	b.Items[1].Unreleased, b.Items[1].Items, b.Items[1].Commitments, b.Items[1].Evidence = true, nil, nil, nil
	pages := pagesOf(t, savedBriefing(t, b))
	if len(pages) != 4 || strings.Count(pages[2], "None written yet.") != 2 || !strings.Contains(pages[2], "Unanswered") || !strings.Contains(pages[3], "is not released on 8 November 2021") {
		t.Errorf("%q", pages)
	}
}

func TestHostileTextsCrashNoBriefingAndLoseNoItem(t *testing.T) {
	for _, text := range hostile {
		b := reportstest.Briefing(3)
		reportstest.FillBriefing(&b, text)
		file := savedBriefing(t, b)
		tool(t, "qpdf", "--check", file)
		whole := strings.Join(pagesOf(t, file), " ")
		for _, i := range b.Items {
			if !strings.Contains(whole, "of 3 · "+i.Ref) {
				t.Errorf("with %.20q %s is missing", text, i.Ref)
			}
		}
	}
}

func FuzzAnyTextMakesABriefing(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b := reportstest.Briefing(2)
		reportstest.FillBriefing(&b, text)
		briefed(t, b)
	})
}

// What is counted stands on the page of the item that it counts something of,
// and in full in an annex.
func TestTheFiguresStandOnTheirItemAndInAnAnnex(t *testing.T) {
	b := reportstest.Briefing(4)
	pages := pagesOf(t, savedBriefing(t, b), "-raw")
	for n, i := range b.Items {
		if said := strings.Contains(pages[2+n], "2020-21: at least 4; 2021-22: 10 (up to 30 October 2021) (values differ); Target 2021-22: 8"); said != (len(i.Counted) > 0) {
			t.Errorf("item %d tells figures: %t", i.Number, said)
		}
	}
	annex := strings.Join(pages[6:], " ")
	for _, want := range []string{"INV Investigations of trafficking", "not collected", "not reported up to 31 March 2020", "11 by TIP 2022, restated", "Total: 13; Continued: not reported", "M 60 000.50", "Not begun < Drafted < In use"} {
		if !strings.Contains(annex, want) {
			t.Errorf("the annex does not say %q", want)
		}
	}
}

// Every text of an item has its title: what was said and agreed comes first,
// then the position, the questions after the talking points, the notes last.
// A commitment and a point of its own have their page too.
func TestEveryTextOfAnItemStandsUnderItsTitle(t *testing.T) {
	b := reportstest.Briefing(3)
	b.Indicators = nil
	b.Items[0].Texts = dialogues.Texts{Said: "We told it", Heard: "They heard it", Agreed: "Both will do it", Stance: "We hold to it", TalkingPoints: "We did it", Questions: "Why so late", Asks: "Would you", Notes: "Keep it back"}
	c := b.Items[1].Commitments[0]
	b.Items[1] = reports.BriefingItem{Number: 2, AgendaID: 2, Kind: dialogues.OfCommitment, Commitments: []reports.BriefedCommitment{c}}
	b.Items[1].Ref, b.Items[1].Title, b.Items[1].Items = c.Ref, c.Title, []reports.ItemStatus{{Answers: []reports.AnswerStatus{{Commitment: c.Ref}}}}
	b.Items[2] = reports.BriefingItem{Number: 3, AgendaID: 3, Kind: dialogues.OfPoint, Texts: dialogues.Texts{TalkingPoints: "The fourth of May"}}
	b.Items[2].Title = "Next year's calendar"
	all := strings.Join(pagesOf(t, savedBriefing(t, b)), " ")
	at := strings.Index(all, "Agenda item 1 of 3")
	for _, want := range []string{"Said by the government", "We told it", "Said by the partner", "They heard it", "Agreed", "Both will do it", "Position of the government", "We hold to it", "We did it",
		"Likely questions", "Why so late", "Internal notes", "Keep it back", "Agenda item 2 of 3", c.Ref, c.Lead, "Agenda item 3 of 3", "Next year's calendar", "The fourth of May"} {
		next := strings.Index(all[at:], want)
		if next < 0 {
			t.Fatalf("%q does not follow in %s", want, all[at:])
		}
		at += next
	}
}

// What was agreed and what became of it, on what texts rest, what is fixed
// beforehand, the tiers and what is late stand in the document.
func TestABriefingTellsWhatWasAgreedAndWhatIsLate(t *testing.T) {
	b := reportstest.Followed()
	all := strings.Join(pagesOf(t, savedBriefing(t, b)), " ")
	for _, want := range append(reportstest.FollowedSays, "Fixed beforehand", "Rests on", "Agreed before", "What needs attention", "Recommendation · "+b.Dialogue.Title, "Answered in part") {
		if !strings.Contains(all, want) {
			t.Errorf("nothing says %q", want)
		}
	}
}

// The register names every paper once; a pack without talking points has no
// panel for them, and a record says whether it is cleared, and by whom.
func TestAPackHasItsPartsAndAnnexes(t *testing.T) {
	b := reportstest.Briefing(4)
	b.Indicators = nil // their annex has its own test
	pages := pagesOf(t, savedBriefing(t, b), "-raw")
	register := pages[slices.IndexFunc(pages, func(p string) bool { return strings.Contains(p, "Register of evidence") })]
	for _, e := range b.Register {
		if strings.Count(register, e.Title) != 1 {
			t.Errorf("the register does not name %q once", e.Title)
		}
	}
	b.Pack, b.Parts, b.Audience, b.Partner, b.Register = dialogues.OfRecord, []dialogues.Part{dialogues.PartAsks}, plan.Partner, reports.PartnerStatus{Code: "USE", Name: "The Embassy"}, nil
	for n := range b.Items {
		b.Items[n].Texts = dialogues.Texts{Said: "Words of ours", Heard: "Words of theirs", Asks: "A thing to ask"}
	}
	whole := strings.Join(pagesOf(t, savedBriefing(t, b), "-raw"), " ")
	for _, want := range []string{"Partner edition: The Embassy", "Not cleared yet by The Embassy", "Words of ours", "Words of theirs", "A thing to ask", "Record of the dialogue"} {
		if !strings.Contains(whole, want) {
			t.Errorf("the record does not say %q", want)
		}
	}
	for _, no := range []string{"Talking points", "None written yet", "Not to be passed on", "Register of evidence"} {
		if strings.Contains(whole, no) {
			t.Errorf("the record says %q", no)
		}
	}
	b.Cleared = []reports.ClearedStatus{{Post: "Coordinator", On: b.D}, {Institution: "The Embassy", Post: "Political officer", On: b.D}}
	if cover := pagesOf(t, savedBriefing(t, b), "-raw")[0]; !strings.Contains(cover, "Government: Coordinator, 8 November 2021; The Embassy: Political officer, 8 November 2021") {
		t.Errorf("the cover does not say who cleared it: %s", cover)
	}
}

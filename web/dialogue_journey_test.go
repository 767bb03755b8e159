package web

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// What the coordinator of the journey says and asks.
const (
	spokenPoint = "The bill has a place on the drafting list."
	spokenAsk   = "A word of support for the bill by 10 December."
)

// A coordinator plans a dialogue, chooses what is spoken of, orders it, writes
// on it and takes the briefing along; a ministry reads it, a partner finds
// nothing. The same holds where scripts are switched off.
func TestADialogueIsPreparedAndItsBriefingDownloaded(t *testing.T) {
	for name, prepare := range map[string]func(*tab) *tab{
		"with scripts":    func(b *tab) *tab { return b },
		"without scripts": (*tab).withoutScripts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := demoHouse(t, testDay)
			passwords := h.passwords()
			origin := h.serve()
			b := prepare(newTab(t, origin, desk))
			b.signIn("coordinator.two@tracker.example", passwords)

			b.plansADialogue()
			b.choosesAndOrders()
			b.writesOnTheFirst()
			b.takesTheBriefing(spokenPoint, spokenAsk)

			phoned := prepare(newTab(t, origin, phone))
			phoned.signIn("focal.msd@tracker.example", passwords)
			phoned.open("/dialogues").thumbs().follow("Winter talk").says("main", spokenPoint, spokenAsk).thumbs()
			partner := prepare(newTab(t, origin, desk))
			partner.signIn("partner.use@tracker.example", passwords)
			partner.leads(404, "opening a dialogue", chromedp.Navigate(origin+"/dialogues/2"))
		})
	}
}

func (b *tab) plansADialogue() {
	b.t.Helper()
	b.press("Dialogues").says("#planned", "Dialogue with the U.S. Ambassador").press("Plan a dialogue")
	b.fill("title", "Winter talk").pressFor(422, "Plan a dialogue").says("#held_on-error", "Enter the day of the dialogue")
	b.fill("held_on", "9 12 2021").fill("place", "Maseru").press("Plan a dialogue")
	b.says(".flash", "The dialogue was planned").says(".head", "Thursday 9 December 2021", "in 31 days", "Maseru").says("#agenda", "Nothing stands on the agenda yet")
}

// tick ticks the box whose label begins with these words.
func (b *tab) tick(words string) *tab {
	b.t.Helper()
	b.do(chromedp.Click(fmt.Sprintf(`//label[starts-with(normalize-space(), %q)]`, words), chromedp.NodeVisible))
	return b
}

func (b *tab) choosesAndOrders() {
	b.t.Helper()
	b.click("#agenda header a").says("main", "TIP report 2021 (the newest edition)", "4 commitments answer it, 1 overdue")
	b.tick("TIP 2021/2 ").tick("TIP 2021/4 ").tick("TIP 2018/6 ").press("Put on the agenda").says(".flash", "3 recommendations were put on the agenda.")
	b.click(`#agenda li:nth-child(2) button[title^="Move TIP 2021/4 up"]`).says("#agenda li:first-child", "TIP 2021/4").says("#agenda li:last-child", "TIP 2018/6")
	b.says(".figs", "Recommendations 3", "Overdue 1")
}

func (b *tab) writesOnTheFirst() {
	b.t.Helper()
	b.click(".cols__main section:first-child header a").says("main", "Maximum penalty", "Stalled", "no bill has been drafted")
	b.fill("talking_points", spokenPoint).fill("asks", spokenAsk).fill("notes", "Ask first.").press("Save").says(".flash", "What is to be said on TIP 2021/4 was saved.")
	b.says(".cols__main section:first-child", spokenPoint, spokenAsk, "Ask first.", "Last written by: Deputy coordinator").says("#asks", spokenAsk)
}

// takesTheBriefing downloads both files; what other programs read in them
// tells what was written, and where it stands.
func (b *tab) takesTheBriefing(texts ...string) {
	b.t.Helper()
	file := b.download(`a[href$="/briefing.pdf"]`)
	pdf := spaced(output(b.t, "pdftotext", "-raw", file, "-"))
	workbook := b.download(`a[href$="/briefing.xlsx"]`)
	cells := spaced(output(b.t, python(), "-c", everyCell, workbook))
	for _, want := range append(texts, "Winter talk", "Maximum penalty in magistrates' courts", "Stalled", "Internal edition", "DEMONSTRATION") {
		if !strings.Contains(pdf, want) || !strings.Contains(cells, want) {
			b.t.Errorf("%q is in the PDF: %v, in the workbook: %v", want, strings.Contains(pdf, want), strings.Contains(cells, want))
		}
	}
	if name := filepath.Base(file); name != "lesotho-briefing-2021-12-09-DEMONSTRATION.pdf" {
		b.t.Errorf("the file is called %s", name)
	}
}

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
// on it while another one does, and takes the briefing along; a ministry reads
// it, a partner finds nothing. It is held, what was said is noted, what was
// agreed becomes a commitment, and the partner logs on what it undertook.
// Scripts are switched off: no page has one.
func TestADialogueIsPreparedHeldAndFollowedUp(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	passwords := h.passwords()
	origin := h.serve()
	b := newTab(t, origin, desk).withoutScripts()
	b.signIn("coordinator.two@tracker.example", passwords)

	b.plansADialogue()
	b.choosesAndOrders()
	other := newTab(t, origin, desk).withoutScripts()
	other.signIn("coordinator.one@tracker.example", passwords)
	b.writesWhileAnotherDoes(other)
	b.fixesAndTakesThePartnersPack()
	b.takesTheBriefing(spokenPoint, spokenAsk)

	phoned := newTab(t, origin, phone).withoutScripts()
	phoned.signIn("focal.msd@tracker.example", passwords)
	phoned.open("/dialogues").thumbs().follow("Winter talk").says("main", spokenPoint, spokenAsk).thumbs()
	partner := newTab(t, origin, desk).withoutScripts()
	partner.signIn("partner.use@tracker.example", passwords)
	partner.leads(404, "opening a dialogue", chromedp.Navigate(origin+"/dialogues/2"))
	b.holdsAndAgrees()
	partner.open("/").says("main", "What you undertook", "A word of support").press("A word of support").says("main", "Recorded")
	partner.fill("text", "The word was given.").press("Log it").says(".flash", "It was logged").says("main", "The word was given.")
	b.open("/undertakings").says("main", "waits for an answer", "The word was given.").follow("A word of support")
	b.tick("It is done").press("Save").says("main", "Done")
	b.publishesTheRecord(other, partner)
}

func (b *tab) plansADialogue() {
	b.t.Helper()
	b.press("Dialogues").says("#planned", "Dialogue with the U.S. Ambassador").press("Plan a dialogue")
	b.fill("title", "Winter talk").pressFor(422, "Plan a dialogue").says("#held_on-error", "Enter the day of the dialogue")
	b.fill("held_on", "8 11 2021").fill("place", "Maseru").tick("In person and online").option("partner", "United States").fill("our_side", "Minister of Home Affairs, chair").press("Plan a dialogue")
	b.says(".flash", "The dialogue was planned").says(".head", "Monday 8 November 2021", "today", "Maseru").says("main", "Minister of Home Affairs, chair").says("#agenda", "Nothing stands on the agenda yet")
}

// tick ticks the box whose label begins with these words.
func (b *tab) tick(words string) *tab {
	b.t.Helper()
	b.do(chromedp.Click(fmt.Sprintf(`//label[starts-with(normalize-space(), %q)]`, words), chromedp.NodeVisible))
	return b
}

func (b *tab) choosesAndOrders() {
	b.t.Helper()
	b.click("#agenda header a").says("main", "Suggested by the rules", "commitment overdue", "TIP report 2018 (an older edition)")
	b.tick("TIP 2021/2 ").tick("TIP 2021/4 ").tick("TIP 2018/6 ").press("Put on the agenda").says(".flash", "3 items were put on the agenda.")
	b.says("#agenda li:last-child", "TIP 2018/6").click(`#agenda li:nth-child(3) button[title^="Move TIP 2018/6"]`).says("#agenda li:nth-child(2)", "TIP 2018/6")
	b.says(".figs", "Recommendations 3", "Overdue 1")
}

// onItem clicks the link of a recommendation's item whose address ends so.
func (b *tab) onItem(ref, ending string) *tab {
	b.t.Helper()
	xpath := fmt.Sprintf(`//section[starts-with(@id, "item-")][.//a[normalize-space()=%q]]//a[contains(@href, %q)]`, ref, ending)
	return b.leads(200, "following "+ending+" of "+ref, chromedp.Click(xpath, chromedp.NodeVisible))
}

// writesWhileAnotherDoes writes on an item that another coordinator has open:
// other texts pass, the same one is shown beside what stands there.
func (b *tab) writesWhileAnotherDoes(other *tab) {
	b.t.Helper()
	other.open("/dialogues/2").onItem("TIP 2021/4", "/change").says("main", "Maximum penalty")
	b.onItem("TIP 2021/4", "/change").says("main", "Maximum penalty", "Stalled", "no bill has been drafted")
	b.fill("talking_points", spokenPoint).fill("asks", spokenAsk).fill("notes", "Ask first.").press("Save").says(".flash", "What is written on TIP 2021/4 was saved.")
	other.fill("questions", "When?").press("Save").says(".flash", "What is written on TIP 2021/4 was saved.").says("main", "When?", spokenPoint)
	other.onItem("TIP 2021/4", "/change").fill("asks", "Patience.")
	b.onItem("TIP 2021/4", "/change").fill("notes", "Ask twice.").press("Save")
	other.press("Save").says("main", "Patience.", "Ask twice.").onItem("TIP 2021/4", "/change").fill("asks", spokenAsk)
	b.onItem("TIP 2021/4", "/change").fill("asks", "Nothing.").press("Save")
	other.pressFor(409, "Save").says("#clashes + p + table", "Nothing.", spokenAsk).press("Save")
	other.says("main", spokenPoint, spokenAsk, "Ask twice.", "Last written by: Coordinator").says("#asks", spokenAsk)
	b.open("/dialogues/2")
}

// holdsAndAgrees marks the dialogue as prepared and held, notes what was said,
// and records what was agreed on both sides.
func (b *tab) holdsAndAgrees() {
	b.t.Helper()
	b.open("/dialogues/2").press("Mark as prepared").press("Mark as prepared").says(".head", "Prepared")
	b.press("Mark as held").press("Mark as held").says(".head", "Held")
	b.onItem("TIP 2021/4", "/record").fill("said", "It is on the list.").fill("agreed", "A draft by March.").press("Save").says("main", "It is on the list.", "A draft by March.")
	b.onItem("TIP 2021/4", "/agree").says("main", "A draft by March.").fill("title", "Draft the bill").pressFor(422, "Make it a commitment").says("#lead-error", "Choose who leads it")
	b.option("lead", "MLJ")
	b.fill("due_on", "1 3 2022").press("Make it a commitment").says(".flash", "DIA-1 is a commitment now.").follow("DIA-1 Draft the bill").says("main", "Draft the bill", "agreed in “Winter talk”")
	b.open("/dialogues/2").onItem("TIP 2021/4", "/undertake")
	b.option("institution", "USE")
	b.fill("text", "A word of support").press("Save").says(".flash", "The undertaking was recorded.")
}

// fixesAndTakesThePartnersPack fixes an indicator, chooses what the partner
// reads, and takes its pack: it tells what is asked and no talking point.
func (b *tab) fixesAndTakesThePartnersPack() {
	b.t.Helper()
	b.onItem("TIP 2021/4", "/indicators").tick("INV ").press("Save").says(".flash", "The indicators are fixed.").says("main", "Fixed beforehand")
	b.press("Packs and record").says("#partner", "It goes to United States Embassy Maseru alone")
	b.leads(200, "choosing parts", chromedp.Click(`//section[@id="partner"]//label[starts-with(normalize-space(), "Position of the government")]`), chromedp.Click(`//section[@id="partner"]//button`, chromedp.NodeVisible))
	b.says(".flash", "Partner’s pack: the choice was saved.")
	pack := spaced(output(b.t, "pdftotext", "-raw", b.download(`#partner a[href$="/pdf"]`), "-"))
	for text, told := range map[string]bool{spokenAsk: true, "Partner edition: United States Embassy Maseru": true, spokenPoint: false, "Ask twice.": false, "When?": false} {
		if strings.Contains(pack, text) != told {
			b.t.Errorf("the partner's pack tells %q: %v", text, !told)
		}
	}
	b.open("/dialogues/2")
}

// publishesTheRecord publishes the record to the partner, which asks for a
// change, clears the next one and rates in it; the cleared form replaces it.
func (b *tab) publishesTheRecord(other, partner *tab) {
	b.t.Helper()
	again := func(button, number string) {
		b.t.Helper()
		b.open("/dialogues/2/packs").press("Prepare the record for the partner").says(".flash", "Now a second person has to look at it").says("main", "It is on the list.", "Draft the bill", "A word of support")
		other.open("/publications").follow("Record of “Winter talk”").press("Publish").says(".flash", "Published as "+number)
		partner.open("/publications").says("main", "waits for your clearance").follow(number).press("Clear the record").pressFor(422, "Send").says("#verdict-error", "Say whether it stands")
		partner.tick(button)
	}
	again("Ask for a change", "LS-2021-0001")
	partner.fill("remark", "The draft is promised for February.").press("Send").says(".flash", "What is to be changed was sent.")
	b.open("/dialogues/2/packs").says("main", "the partner asks for a change", "The draft is promised for February.")
	b.open("/dialogues/2").onItem("TIP 2021/4", "/record").fill("agreed", "A draft by February.").press("Save")
	again("It stands: clear it", "LS-2021-0002")
	partner.press("Send").says(".flash", "The record is cleared.").press("Your ratings").says("main", "Maximum penalty")
	partner.leads(200, "rating", chromedp.Click(`//main//a[contains(@href, "/ratings/r")]`, chromedp.NodeVisible)).tick("Partially").fill("reason", "It is on the list.").press("Give this rating").says("main", "Partially")
	b.open("/dialogues/2/packs").says("main", "cleared by the partner", "recalled").follow("LS-2021-0002").press("Prepare the cleared record").says("main", "Government: Coordinator, 8 November 2021; United States Embassy Maseru: Partner")
	other.open("/publications").follow("Record of “Winter talk”").press("Publish").says("main", "Both sides cleared it")
	partner.open("/publications").follow("LS-2021-0003").says("main", "Both sides cleared it").press("Read").says("main", "A draft by February.", "United States Embassy Maseru: Partner", "Draft the bill")
}

// option takes the option of a select whose words begin so.
func (b *tab) option(id, words string) *tab {
	b.t.Helper()
	return b.choose(id, ask[string](b, fmt.Sprintf(`[...document.querySelectorAll("#%s option")].find(o => o.text.startsWith(%q)).value`, id, words)))
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
	if name := filepath.Base(file); name != "lesotho-briefing-2021-11-08-DEMONSTRATION.pdf" {
		b.t.Errorf("the file is called %s", name)
	}
}

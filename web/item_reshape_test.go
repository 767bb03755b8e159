package web

import "testing"

// A bundled item is split on a phone or at a desk into what its wording
// suggests, and its answers are linked anew; every page of that is accessible.
func TestAnItemIsSplitAndItsAnswersLinkedAnewInABrowser(t *testing.T) {
	asCoordinator(t, func(b *tab, look func()) {
		b.open("/recommendations?q=SOPs&edition=TIP+2021").follow("TIP 2021/2").follow("Split a").says("h1", "Split item TIP 2021/2a")
		look()
		b.paste("items.0.text", "").paste("items.1.text", "").paste("items.2.text", "").pressFor(422, "Split").says("#items\\.0\\.text-error", "Say at least two items")
		look()
		b.paste("items.0.text", "Complete the procedures").paste("items.1.text", "Use them in every district").press("Split").says(".flash", "was split into 2").says("main", "These commitments answer items that are asked no longer")
		look()
		b.tick("e. Use them in every district").paste("reason", "").pressFor(422, "Link anew").says("#reason-error", "Give the reason")
		look()
		b.follow("TIP 2021/2").says(".note--risk", "hangs on an item").says("#items", "Complete the procedures from a").follow("Merge items").says("h1", "Merge items into one")
		look()
	})
}

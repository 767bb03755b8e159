package wording

import (
	"strconv"
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/i18n"
	"tracker/internal/plan"
	"tracker/internal/reports"
)

// BriefingTitle names a briefing by its dialogue and day.
func BriefingTitle(t *i18n.T, b reports.Briefing) string {
	key := map[dialogues.Pack]string{dialogues.Internal: "briefing.title.on", dialogues.ForPartner: "packs.title.on", dialogues.OfRecord: "record.title.on"}[b.Pack]
	return t.Msg(key, "title", b.Dialogue.Title, "date", b.Dialogue.HeldOn)
}

// PackName is what a pack of a dialogue is called.
func PackName(t *i18n.T, pack dialogues.Pack) string { return t.Msg("packs." + string(pack)) }

// Clearance says of a record whether both sides cleared it, and by which posts.
func Clearance(t *i18n.T, b reports.Briefing) string {
	if len(b.Cleared) == 0 {
		return t.Msg("record.not_cleared", "partner", b.Partner.Name)
	}
	var list []string
	for _, c := range b.Cleared {
		side := c.Institution
		if side == "" {
			side = t.Msg("record.government")
		}
		list = append(list, t.Msg("record.cleared_by", "side", side, "post", c.Post, "date", c.On))
	}
	return strings.Join(list, "; ")
}

// BriefingSince says with which day a briefing compares, and why with that.
func BriefingSince(t *i18n.T, b reports.Briefing) string {
	if !b.Compared() {
		return t.Msg("briefing.since.none")
	}
	if b.SinceIs == reports.SinceDialogue && b.SinceOf == "" {
		return t.Msg("briefing.since.with", "date", b.Since)
	}
	return t.Msg("briefing.since."+string(b.SinceIs), "date", b.Since, "of", b.SinceOf)
}

// BriefingFacts are the lines of a briefing's cover, without those that say
// nothing.
func BriefingFacts(t *i18n.T, b reports.Briefing) []Fact {
	readers := t.Msg("report.audience."+string(b.Audience)) + ". " + t.Msg("briefing.internal")
	if b.Audience != plan.Internal {
		readers = t.Msg("report.audience."+string(b.Audience)) + ": " + b.Partner.Name
	}
	all := []Fact{{t.Msg("report.fact.audience"), readers, true}}
	add := func(key, value string) {
		if value != "" {
			all = append(all, Fact{Name: t.Msg(key), Value: value})
		}
	}
	if p := b.Publication; p != nil {
		add("report.fact.publication", t.Msg("report.publication", "number", p.Number, "date", p.PublishedOn, "post", p.PublishedBy))
	}
	if b.Pack == dialogues.OfRecord {
		add("record.fact.clearance", Clearance(t, b))
	}
	add("briefing.fact.day", t.WeekdayDate(b.Dialogue.HeldOn))
	add("briefing.fact.place", b.Dialogue.Place)
	if b.Dialogue.Format != "" {
		add("dialogues.field.format", t.Msg("dialogues.format."+b.Dialogue.Format))
	}
	add("dialogues.field.our_side", Offices(b.Dialogue.OurSide))
	add("dialogues.field.their_side", Offices(b.Dialogue.TheirSide))
	add("recommended.edition", b.Edition())
	add("report.fact.as_of", t.Date(b.D))
	add("briefing.fact.since", BriefingSince(t, b))
	add("report.fact.known_at", t.Instant(b.K))
	add("report.fact.period", b.Period)
	add("briefing.fact.tiers", TierCourse(t, b.Tiers))
	add("report.fact.covers", t.Msg("briefing.covers", "recommendations", b.Figures.Recommendations, "commitments", b.Figures.Commitments))
	add("briefing.fact.note", b.Dialogue.Note)
	if p := b.Publication; p != nil {
		add("report.fact.fingerprint", p.SHA256)
		add("report.fact.audit_head", t.Msg("report.audit_head", "entry", p.AuditSeq, "head", p.AuditHead))
	}
	return all
}

// Cited names an update that a text rests on, and says where it does not hold
// any more.
func Cited(t *i18n.T, c reports.Citation) string {
	words := c.Ref + ", " + t.ShortDate(c.AsOf)
	if c.Flagged() {
		words += " (" + t.Msg("agenda.cited."+c.State) + ")"
	}
	return words
}

// TierCourse is the course of a country through the tiers, years of one tier put
// together.
func TierCourse(t *i18n.T, list []reports.TierStatus) string {
	var parts []string
	for n := 0; n < len(list); {
		last := n
		for last+1 < len(list) && list[last+1].Tier == list[n].Tier && list[last+1].Year == list[last].Year+1 {
			last++
		}
		years := strconv.Itoa(list[n].Year)
		if last > n {
			years += "–" + strconv.Itoa(list[last].Year)
		}
		parts = append(parts, years+" "+list[n].Tier)
		n = last + 1
	}
	return strings.Join(parts, ", ")
}

// Offices are those who sit at a table, in one line.
func Offices(lines string) string {
	var list []string
	for _, one := range strings.Split(lines, "\n") {
		if one = strings.TrimSpace(one); one != "" {
			list = append(list, one)
		}
	}
	return strings.Join(list, "; ")
}

// BriefingFigures are the four numbers that a briefing begins with.
func BriefingFigures(t *i18n.T, b reports.Briefing) [4]Figure {
	f := b.Figures
	changed, overdue := t.Msg("briefing.fig.not_compared"), t.Msg("briefing.fig.overdue.note", "n", f.Commitments)
	if b.Compared() {
		changed = t.Msg("briefing.fig.changed.note", "n", f.Recommendations, "date", b.Since)
	}
	if f.LongestDays > 0 {
		overdue = t.Msg("report.of.overdue", "of", overdue, "n", f.LongestDays)
	}
	asking := ""
	if b.Has(dialogues.PartAsks) {
		asking = t.Msg("briefing.fig.recommendations.note", "n", f.Asking)
	}
	return [4]Figure{
		{t.Msg("briefing.fig.recommendations"), f.Recommendations, true, asking},
		{t.Msg("briefing.fig.answered"), f.Answered, true, t.Msg("briefing.fig.answered.note", "part", f.InPart, "none", f.NoAnswers)},
		{t.Msg("briefing.fig.changed"), f.Changed, b.Compared(), changed},
		{t.Msg("briefing.fig.overdue"), f.Overdue, true, overdue},
	}
}

// UpdateMarks are the words about how an update came that are put after it.
func UpdateMarks(t *i18n.T, u reports.UpdateStatus) (words []string) {
	mark := func(is bool, word string) {
		if is {
			words = append(words, word)
		}
	}
	mark(u.Late, t.Msg("report.mark.late"))
	mark(u.Addendum, t.Msg("review.addendum"))
	mark(u.Correction, t.Msg("review.correction"))
	return words
}

// AgreedIn names the dialogue in which something was agreed.
func AgreedIn(t *i18n.T, title string, on calendar.Date) string {
	if title == "" {
		return t.Date(on)
	}
	return title + ", " + t.ShortDate(on)
}

// Undertaking says in words how an undertaking stands: its state, and what was
// said of it last.
func Undertaking(t *i18n.T, u dialogues.UndertakingTold) string {
	words := t.Msg("undertakings.state." + u.State)
	if said := UndertakingSaid(t, u); said != "" {
		words += ". " + said
	}
	return words
}

// UndertakingSaid is what was said of an undertaking, the newest last.
func UndertakingSaid(t *i18n.T, u dialogues.UndertakingTold) string {
	var list []string
	for _, s := range u.Steps {
		if s.Text != "" {
			list = append(list, t.Msg("undertakings.step."+s.Kind)+": "+s.Text)
		}
	}
	return strings.Join(list, "\n")
}

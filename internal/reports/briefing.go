package reports

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// Briefing is what is told of a dialogue: one computed value, already cut to
// its pack, which page, PDF and workbook only write down. Where things stand is
// taken from the rows of a status report of D and K with Since as its
// since-date, for the audience of the pack, narrowed to the commitments behind
// the agenda, so that its numbers are those of every other page. Its JSON form
// is what a publication of it freezes.
type Briefing struct {
	Publication *Stamp `json:"-"` // once published; not part of what is frozen

	Format string `json:"format"`
	About
	Pack     dialogues.Pack     `json:"pack"`
	Parts    []dialogues.Part   `json:"parts"` // that were chosen for the pack
	Audience Audience           `json:"audience"`
	Partner  PartnerStatus      `json:"partner,omitzero"` // with whom the dialogue is held
	Cleared  []ClearedStatus    `json:"cleared"`          // of a record: by whom
	D        calendar.Date      `json:"as_of"`            // today, or the day of a dialogue that was held
	K        time.Time          `json:"known_at"`
	Since    calendar.Date      `json:"since"` // what changed is told from here; zero: it is not told
	SinceIs  SinceKind          `json:"since_is"`
	SinceOf  string             `json:"since_of"` // title of the dialogue or label of the period that Since is of; the title within government only
	Period   string             `json:"period"`   // label of the period that holds D, empty when none does
	Dialogue dialogues.Dialogue `json:"dialogue"`
	Figures  BriefingFigures    `json:"figures"`
	Items    []BriefingItem     `json:"agenda"`   // in the order of the agenda
	Coverage []CoverageStatus   `json:"coverage"` // who answers the agenda; of every institution with a part in its commitments
	Rules    Rules              `json:"rules"`

	Tiers     []TierStatus      `json:"tiers"`     // in which the country was placed, the earliest first
	Attention []AttentionStatus `json:"attention"` // what is overdue, stale or not reported behind the agenda
	Register  []EvidenceStatus  `json:"register"`  // every paper of the agenda once

	Earlier             []AgreedStatus              `json:"agreed_before"` // in the dialogues before, the newest first; outside government, in those with the partner
	EarlierUndertakings []dialogues.UndertakingTold `json:"undertaken_before"`

	Indicators []IndicatorStatus `json:"indicators"` // the TIP Report's statistics, and what counts something of the agenda

	Recommended []RecommendedStatus `json:"recommended"` // in the room, by number

	period progress.Period
	asked  calendar.Date // the day on which it is asked for
}

// SinceKind says where a briefing's since-date comes from.
type SinceKind string

// The kinds, in the order in which they are asked: the day chosen for the
// dialogue, the day of the dialogue before it, the start of the period.
const (
	SinceChosen   SinceKind = "chosen"
	SinceDialogue SinceKind = "dialogue"
	SincePeriod   SinceKind = "period"
)

// BriefingFigures are the numbers of the summary.
type BriefingFigures struct {
	Items           int `json:"items"` // on the agenda
	Recommendations int `json:"recommendations"`
	Answered        int `json:"answered"` // by their items; with the two that follow it sums up to Recommendations
	InPart          int `json:"answered_in_part"`
	NoAnswers       int `json:"unanswered"`
	Changed         int `json:"changed"`     // with a commitment of another delivery status than on Since, or new
	Commitments     int `json:"commitments"` // behind the agenda, each counted once
	Completed       int `json:"completed"`
	Overdue         int `json:"overdue"`
	LongestDays     int `json:"longest_days"`
	Asking          int `json:"asking"` // recommendations on which something is asked of the partner
}

// BriefingItem is an agenda item.
type BriefingItem struct {
	Number               int                         `json:"place"` // on the agenda, from 1
	AgendaID             int64                       `json:"-"`
	Kind                 dialogues.Kind              `json:"kind"`
	RecommendationID     int64                       `json:"-"` // 0 for what is none
	Position             int                         `json:"-"` // by which the agenda is ordered
	RecommendationStatus `json:"asked"`              // of a commitment and of a point of its own only reference and title
	Unreleased           bool                        `json:"unreleased"` // its edition came to be released after D; only the wording is told
	Texts                dialogues.Texts             `json:"texts"`
	EditedBy             string                      `json:"-"` // the post
	EditedAt             time.Time                   `json:"-"`
	Commitments          []BriefedCommitment         `json:"commitments"` // that answer it, each once, in the order of the items
	Evidence             []EvidenceStatus            `json:"evidence"`    // behind their last words, and handed in since
	Changed              bool                        `json:"changed"`
	Fixed                []IndicatorStatus           `json:"fixed"`   // for it, before the dialogue
	Counted              []IndicatorStatus           `json:"counted"` // what is linked to it, or to what answers it
	Rated                RatingStatus                `json:"-"`       // the recommendation in the period of D; without reference where none holds D; within government only
	Citations            []Citation                  `json:"-"`       // of its texts; within government only
	Agreed               []AgreedStatus              `json:"agreed"`  // under it
	Undertakings         []dialogues.UndertakingTold `json:"undertakings"`
	Recommended          []RecommendedStatus         `json:"recommended"`
}

// BriefedCommitment is a commitment that answers an agenda item, as it stands
// and as it stood on Since.
type BriefedCommitment struct {
	CommitmentStatus
	New     bool            `json:"new"` // not in the plan on Since
	Was     progress.Status `json:"was"`
	Moved   bool            `json:"moved"`   // its delivery status is another one than on Since
	Updates []UpdateStatus  `json:"updates"` // approved, of days since, newest first; the last word among them
}

// Name is the item's reference with its title, or the title alone of a point
// of its own.
func (i BriefingItem) Name() string { return strings.TrimSpace(i.Ref + " " + i.Title) }

// Answered says how far the recommendation's items are answered; empty for
// what is no recommendation.
func (i BriefingItem) Answered() string {
	if i.Kind != dialogues.OfRecommendation {
		return ""
	}
	switch i.Unanswered() {
	case len(i.Items):
		return AnsweredNone
	case 0:
		return AnsweredWhole
	}
	return AnsweredPart
}

// Compared says whether the briefing tells what changed.
func (b Briefing) Compared() bool { return !b.Since.IsZero() }

// Briefing computes the briefing of a dialogue, for those who read dialogues:
// the internal pack with all its parts. Of a dialogue that is planned it tells
// where things stand on q.D, of one that was held where they stood on its day.
func (s *Store) Briefing(ctx context.Context, about About, q Query, id int64) (b Briefing, err error) {
	if !dialogues.MayRead(q.Actor) {
		return b, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		b, err = briefing(tx, about, q, id, dialogues.Internal, s.kept.load)
		return err
	})
	return b, err
}

// briefing computes a pack with all that it may have.
func briefing(tx *gorm.DB, about About, q Query, id int64, pack dialogues.Pack, load loader) (b Briefing, err error) {
	b = Briefing{Format: BriefingFormat, About: about, Rules: q.Rules, Pack: pack, Parts: dialogues.Offered[pack], Audience: plan.Internal}
	if b.Dialogue, err = dialogues.ByID(tx, q.Country, id); err != nil {
		return b, err
	}
	if err := b.address(tx); err != nil {
		return b, err
	}
	agenda, err := dialogues.Agenda(tx, id)
	if err != nil {
		return b, err
	}
	b.asked = q.D
	if q.Now = false; b.Dialogue.Past() && b.Dialogue.HeldOn.Before(q.D) {
		q.D = b.Dialogue.HeldOn
	}
	if err := q.know(tx, about.Zone); err != nil {
		return b, err
	}
	b.D, b.K = q.D, q.K
	if err := b.span(tx); err != nil {
		return b, err
	}
	t, err := b.standing(tx, q, agenda, load)
	if err != nil {
		return b, err
	}
	if err := b.fill(tx, t, agenda); err != nil {
		return b, err
	}
	if err := b.rate(t); err != nil {
		return b, err
	}
	if err := b.agree(tx, q, t); err != nil {
		return b, err
	}
	if err := b.recommend(tx, t); err != nil {
		return b, err
	}
	b.cut()
	b.count(t)
	return b, nil
}

// span finds the day that the briefing compares with, and the period.
func (b *Briefing) span(tx *gorm.DB) error {
	periods, err := progress.Periods(tx, b.Country)
	if err != nil {
		return err
	}
	last, found, err := b.lastBefore(tx)
	if err != nil {
		return err
	}
	period, within := progress.PeriodOn(periods, b.D)
	b.Period, b.period = period.Label, period
	switch {
	case !b.Dialogue.SinceOn.IsZero() && b.Dialogue.SinceOn.Before(b.D):
		b.Since, b.SinceIs = b.Dialogue.SinceOn, SinceChosen
	case found && last.HeldOn.Before(b.D):
		b.Since, b.SinceIs, b.SinceOf = last.HeldOn, SinceDialogue, last.Title
	case within && period.StartsOn.Before(b.D):
		b.Since, b.SinceIs, b.SinceOf = period.StartsOn, SincePeriod, period.Label
	}
	return nil
}

// standing tells of the commitments behind the agenda as a status report does.
func (b *Briefing) standing(tx *gorm.DB, q Query, agenda []dialogues.AgendaItem, load loader) (*telling, error) {
	sections := []Section{SectionChanges, SectionAttention, SectionRecommendations, SectionCommitments, SectionIndicators, SectionUpdates, SectionEvidence}
	if !b.Compared() {
		sections = sections[1:] // nothing changed since a day that there is not
	}
	ledger, err := load(tx, q)
	if err != nil {
		return nil, err
	}
	t := &telling{Status: &Status{About: b.About, Audience: b.Audience, D: q.D, K: q.K, Since: b.Since, Rules: q.Rules, Sections: sections}, tx: tx, load: load, all: ledger}
	if b.outside() {
		shares, err := plan.RevisionsInForce(tx, q.D, q.K)
		if err != nil {
			return nil, err
		}
		t.all = ledger.only(func(line *Line) bool { return t.leaves(shares[line.ID].Share) })
	}
	t.chosen = t.all.only(func(line *Line) bool {
		if on(agenda, dialogues.OfCommitment, line.ID) {
			return true
		}
		return slices.ContainsFunc(line.Answers, func(item int64) bool {
			row, _ := ledger.Item(item)
			return on(agenda, dialogues.OfRecommendation, row.RecommendationID)
		})
	})
	t.only = []int64{0} // which no commitment has
	for _, line := range t.chosen.Lines {
		t.only = append(t.only, line.ID)
	}
	if t.revisions, err = plan.RevisionsInForce(tx, q.D, q.K, t.only...); err != nil {
		return nil, err
	}
	return t, t.tell()
}

// on says whether a recommendation or a commitment stands on an agenda.
func on(agenda []dialogues.AgendaItem, kind dialogues.Kind, id int64) bool {
	return slices.ContainsFunc(agenda, func(i dialogues.AgendaItem) bool { return i.Is(kind, id) })
}

// fill puts the agenda together from the rows of the report.
func (b *Briefing) fill(tx *gorm.DB, t *telling, agenda []dialogues.AgendaItem) error {
	told := map[string]RecommendationStatus{}
	for _, r := range t.Recommendations {
		told[r.Ref] = r
	}
	refs := map[int64]string{}
	for _, a := range t.all.Asked() {
		refs[a.RecommendationID] = a.RecommendationRef()
	}
	lines := map[int64]string{}
	for _, line := range t.chosen.Lines {
		lines[line.ID] = line.Ref
	}
	rows := t.briefed()
	var asked []RecommendationStatus
	for n, i := range agenda {
		item := BriefingItem{Number: n + 1, AgendaID: i.ID, Kind: i.Kind(), Position: i.Position, Texts: i.Texts, EditedAt: instant(i.EditedAt).UTC(), EditedBy: i.EditedBy}
		item.Title = i.Title
		switch item.Kind {
		case dialogues.OfRecommendation:
			ref, released := refs[*i.RecommendationID]
			if item.RecommendationStatus = told[ref]; !released {
				var err error
				if item.RecommendationStatus, err = wording(tx, b.Country, *i.RecommendationID); err != nil {
					return err
				}
				item.Unreleased = true
			}
			item.RecommendationID = *i.RecommendationID
			item.answered(rows)
			asked = append(asked, item.RecommendationStatus)
		case dialogues.OfCommitment:
			if row, there := rows[lines[*i.CommitmentID]]; there {
				item.Ref, item.Title = row.Ref, row.Title
				item.takes(row)
				item.Items = []ItemStatus{{Answers: []AnswerStatus{{Commitment: row.Ref, Title: row.Title, Lead: row.Lead, Status: row.Status, AsOf: row.AsOf}}}}
				break
			}
			item.Unreleased = true // it is not in the plan of that day
			if err := tx.Raw("SELECT ref, title FROM commitments WHERE id = ?", *i.CommitmentID).Row().Scan(&item.Ref, &item.Title); err != nil {
				return err
			}
		}
		b.Items = append(b.Items, item)
	}
	b.Coverage = t.coverage(asked)
	b.Attention = slices.DeleteFunc(t.Attention, func(a AttentionStatus) bool { return a.Kind == AttentionSilent || a.Kind == AttentionUnanswered })
	var err error
	if b.Tiers, err = tiers(tx, b.Country, b.D); err != nil {
		return err
	}
	fixed, err := dialogues.Fixed(tx, b.Dialogue.ID)
	if err != nil {
		return err
	}
	b.countedFor(t.Indicators, fixed)
	return b.cite(tx, agenda)
}

// countedFor hands each item the indicators that are fixed for it, and the
// others that count something of it.
func (b *Briefing) countedFor(all []IndicatorStatus, fixed []dialogues.FixedTold) {
	told := map[string]bool{}
	for _, f := range fixed {
		at := slices.IndexFunc(all, func(one IndicatorStatus) bool { return one.Ref == f.Ref })
		for n := range b.Items {
			if i := &b.Items[n]; i.AgendaID == f.AgendaItemID && at >= 0 {
				i.Fixed, told[f.Ref] = append(i.Fixed, all[at]), true
			}
		}
	}
	for _, one := range all {
		linked := told[one.Ref] || one.Statistic != ""
		for n := range b.Items {
			i := &b.Items[n]
			if slices.ContainsFunc(i.Fixed, func(f IndicatorStatus) bool { return f.Ref == one.Ref }) {
				continue
			}
			if i.countedBy(one) {
				i.Counted, linked = append(i.Counted, one), true
			}
		}
		if linked {
			b.Indicators = append(b.Indicators, one)
		}
	}
}

// countedBy says whether an indicator is linked to an item of the
// recommendation, or to a commitment that answers it.
func (i BriefingItem) countedBy(one IndicatorStatus) bool {
	return slices.ContainsFunc(i.Items, func(item ItemStatus) bool { return slices.Contains(one.Items, item.Ref) }) ||
		slices.ContainsFunc(i.Commitments, func(c BriefedCommitment) bool { return slices.Contains(one.Commitments, c.Ref) })
}

// rate tells how the three see each recommendation of the agenda in the period,
// and what the facts suggest.
func (b *Briefing) rate(t *telling) error {
	if b.period.ID == 0 || len(b.Items) == 0 || b.outside() {
		return nil
	}
	rows, err := t.chosen.rated(t.tx, b.period, b.D)
	if err != nil {
		return err
	}
	place := map[string]int{}
	for n, i := range b.Items {
		if i.Kind == dialogues.OfRecommendation && !i.Unreleased {
			place[i.Ref] = n
		}
	}
	rows = slices.DeleteFunc(rows, func(r RatingRow) bool {
		_, there := place[r.Ref]
		return r.Subject != RatedRecommendation || !there
	})
	list, err := t.ratings(rows)
	for _, r := range list {
		b.Items[place[r.Ref]].Rated = r
	}
	return err
}

// wording is a recommendation whose edition is not released by the day: its
// words only.
func wording(tx *gorm.DB, country string, id int64) (RecommendationStatus, error) {
	r, err := recommendations.ByID(tx, country, id, calendar.Of(9999, time.December, 31))
	return RecommendationStatus{Ref: r.Ref(), Edition: r.EditionRef(), Tier: r.Tier, ReleasedOn: r.ReleasedOn, Completeness: r.Completeness,
		Number: r.Number, Title: r.Title, Text: r.Text, Basis: r.Basis, Cut: r.Cut, Source: r.Source, Theme: r.Theme}, err
}

// briefed are the commitments of the report with how they stood on Since, and
// their papers, by reference.
func (t *telling) briefed() map[string]*briefedRow {
	rows := map[string]*briefedRow{}
	for _, c := range t.Commitments {
		rows[c.Ref] = &briefedRow{BriefedCommitment: BriefedCommitment{CommitmentStatus: c, Was: c.Status}}
	}
	for _, c := range t.Changes {
		row := rows[c.Ref]
		row.New, row.Was = c.New, c.Was
		row.Moved = !c.New && c.Was != c.Is
	}
	for _, u := range slices.Backward(t.Updates) {
		if row := rows[u.Commitment]; t.since(u.AsOf) {
			row.Updates = append(row.Updates, u)
		}
	}
	for _, e := range t.Status.Evidence {
		if row := rows[e.Commitment]; t.since(e.AsOf) || e.AsOf == row.AsOf && e.Institution == row.Lead {
			row.papers = append(row.papers, e)
		}
	}
	return rows
}

// briefedRow is a commitment with its papers.
type briefedRow struct {
	BriefedCommitment
	papers []EvidenceStatus
}

// answered takes over what answers the item's recommendation.
func (i *BriefingItem) answered(rows map[string]*briefedRow) {
	for _, item := range i.Items {
		for _, a := range item.Answers {
			row := rows[a.Commitment]
			if slices.ContainsFunc(i.Commitments, func(c BriefedCommitment) bool { return c.Ref == a.Commitment }) {
				continue
			}
			i.takes(row)
		}
	}
}

// takes takes a commitment over, with its papers.
func (i *BriefingItem) takes(row *briefedRow) {
	i.Commitments = append(i.Commitments, row.BriefedCommitment)
	i.Evidence = append(i.Evidence, row.papers...)
	i.Changed = i.Changed || row.New || row.Moved
}

// count counts what the summary says.
func (b *Briefing) count(t *telling) {
	f := &b.Figures
	f.Items, f.Commitments, f.Completed = len(b.Items), t.Figures.Commitments, t.Figures.Completed
	f.Overdue, f.LongestDays = t.Figures.Overdue, t.Figures.LongestDays
	for _, i := range b.Items {
		if i.Kind == dialogues.OfRecommendation {
			f.Recommendations++
		}
		switch i.Answered() {
		case AnsweredWhole:
			f.Answered++
		case AnsweredPart:
			f.InPart++
		case AnsweredNone:
			f.NoAnswers++
		}
		if i.Changed {
			f.Changed++
		}
		if i.Texts.Asks != "" {
			f.Asking++
		}
	}
}

// FileName names the file of the briefing, by the dialogue's day. ext is
// without its dot.
func (b Briefing) FileName(ext string) string {
	name := map[dialogues.Pack]string{dialogues.Internal: "briefing", dialogues.ForPartner: "dialogue", dialogues.OfRecord: "record"}[b.Pack]
	return b.fileName("", name, b.Dialogue.HeldOn, "", ext)
}

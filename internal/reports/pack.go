package reports

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// BriefingFormat names the form of a briefing's JSON; it changes with it.
const BriefingFormat = "tracker-dialogue-1"

// PartnerStatus is the institution with which a dialogue is held.
type PartnerStatus struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// ClearedStatus is the post of one side that cleared a record.
type ClearedStatus struct {
	Institution string        `json:"institution"` // empty for the government
	Post        string        `json:"post"`
	On          calendar.Date `json:"on"`
}

// Has says whether a part stands in the briefing.
func (b Briefing) Has(part dialogues.Part) bool { return slices.Contains(b.Parts, part) }

// outside says whether the briefing may leave government.
func (b Briefing) outside() bool { return b.Audience != plan.Internal }

// Pack computes one of a dialogue's packs with the parts that were chosen for
// it, for those who read dialogues. The partner's and the record tell what
// partners may read, and are Invalid where the dialogue names no partner; there
// is a record from the dialogue's day on.
func (s *Store) Pack(ctx context.Context, about About, q Query, id int64, pack dialogues.Pack) (Briefing, error) {
	return buildPack(ctx, s.db, about, q, id, pack, s.kept.load)
}

// BuildPack computes a pack as it is to be published.
func BuildPack(ctx context.Context, d *db.DB, about About, q Query, id int64, pack dialogues.Pack) (Briefing, error) {
	return buildPack(ctx, d, about, q, id, pack, Load)
}

func buildPack(ctx context.Context, d *db.DB, about About, q Query, id int64, pack dialogues.Pack, load loader) (b Briefing, err error) {
	if !dialogues.MayRead(q.Actor) || !slices.Contains(dialogues.Packs, pack) {
		return b, problem.Missing()
	}
	err = d.Read(ctx, func(tx *gorm.DB) error {
		if b, err = briefing(tx, about, q, id, pack, load); err != nil {
			return err
		}
		if pack == dialogues.OfRecord && b.Dialogue.HeldOn.After(q.D) {
			return problem.New(problem.Invalid, "dialogues.error.not_yet", "date", b.Dialogue.HeldOn)
		}
		parts, err := dialogues.PartsOf(tx, id, pack)
		b.choose(parts)
		return err
	})
	return b, err
}

// address finds for whom the pack is.
func (b *Briefing) address(tx *gorm.DB) error {
	if id := b.Dialogue.PartnerID; id != nil {
		if err := tx.Raw("SELECT code, name FROM institutions WHERE id = ?", *id).Row().Scan(&b.Partner.Code, &b.Partner.Name); err != nil {
			return err
		}
	}
	if b.Pack == dialogues.Internal {
		return nil
	}
	if b.Audience = plan.Partner; b.Partner.Code == "" {
		return problem.New(problem.Invalid, "packs.error.partner")
	}
	return nil
}

// lastBefore is the dialogue before this one: outside government the last one
// with the same partner, without its title.
func (b *Briefing) lastBefore(tx *gorm.DB) (last dialogues.Dialogue, found bool, err error) {
	if !b.outside() {
		return dialogues.LastBefore(tx, b.Country, b.Dialogue.HeldOn)
	}
	last, found, err = dialogues.LastWith(tx, b.Country, *b.Dialogue.PartnerID, b.Dialogue.HeldOn)
	last.Title = ""
	return last, found, err
}

// partOf are the parts to which texts belong; what was said and agreed belongs
// to none.
var partOf = map[dialogues.Field]dialogues.Part{dialogues.Stance: dialogues.PartStance, dialogues.TalkingPoints: dialogues.PartTalking,
	dialogues.Questions: dialogues.PartQuestions, dialogues.Asks: dialogues.PartAsks, dialogues.Notes: dialogues.PartNotes}

// cut leaves of a pack that goes outside what may leave: of the dialogue its
// day and who meets; of the agenda what is released by now, or shared; of the texts
// those that the pack may have.
func (b *Briefing) cut() {
	if !b.outside() {
		return
	}
	d := b.Dialogue
	b.Dialogue = dialogues.Dialogue{ID: d.ID, Title: d.Title, HeldOn: d.HeldOn, Place: d.Place, Format: d.Format, OurSide: d.OurSide, TheirSide: d.TheirSide, State: d.State, PartnerID: d.PartnerID}
	b.Items = slices.DeleteFunc(b.Items, func(i BriefingItem) bool {
		return i.Unreleased && (i.Kind != dialogues.OfRecommendation || i.ReleasedOn.After(b.asked))
	})
	if b.Pack != dialogues.OfRecord {
		b.Recommended = nil
	}
	for n := range b.Items {
		i := &b.Items[n]
		i.Number, i.EditedBy, i.EditedAt, i.Citations, i.Rated = n+1, "", time.Time{}, nil, RatingStatus{}
		i.keep(b.Parts)
		if b.Pack != dialogues.OfRecord {
			for _, f := range dialogues.Record {
				*i.Texts.At(f) = ""
			}
			i.Agreed, i.Undertakings, i.Recommended = nil, nil, nil
		}
	}
}

// keep leaves the texts of some parts.
func (i *BriefingItem) keep(parts []dialogues.Part) {
	for f, part := range partOf {
		if !slices.Contains(parts, part) {
			*i.Texts.At(f) = ""
		}
	}
}

// choose leaves the parts that were chosen. The counts stay: they are of the
// whole agenda.
func (b *Briefing) choose(parts []dialogues.Part) {
	b.Parts = parts
	for n := range b.Items {
		i := &b.Items[n]
		b.register(i.Evidence)
		i.keep(parts)
		if !b.Has(dialogues.PartRatings) {
			i.Rated = RatingStatus{}
		}
		if !b.Has(dialogues.PartIndicators) {
			i.Fixed, i.Counted = nil, nil
		}
		if !b.Has(dialogues.PartEvidence) {
			i.Evidence = nil
		}
		if !b.Has(dialogues.PartTalking) && !b.Has(dialogues.PartStance) && !b.Has(dialogues.PartQuestions) {
			i.Citations = nil
		}
	}
	for part, clear := range map[dialogues.Part]func(){
		dialogues.PartStatistics: func() { b.Indicators = nil },
		dialogues.PartRegister:   func() { b.Register = nil },
		dialogues.PartCoverage:   func() { b.Coverage = nil },
		dialogues.PartAttention:  func() { b.Attention = nil },
		dialogues.PartEarlier:    func() { b.Earlier, b.EarlierUndertakings = nil, nil },
		dialogues.PartAsks:       func() { b.Figures.Asking = 0 },
	} {
		if !b.Has(part) {
			clear()
		}
	}
}

// register takes papers over that are not in it yet.
func (b *Briefing) register(papers []EvidenceStatus) {
	for _, e := range papers {
		if !slices.ContainsFunc(b.Register, func(r EvidenceStatus) bool { return r.Ref == e.Ref }) {
			b.Register = append(b.Register, e)
		}
	}
}

// with leaves of a list what belongs to the dialogue's partner, where the pack
// goes outside: what others agreed and undertook is theirs. The titles of other
// dialogues stay inside.
func (b *Briefing) with(agreed []dialogues.AgreedTold, undertaken []dialogues.UndertakingTold) ([]dialogues.AgreedTold, []dialogues.UndertakingTold) {
	if !b.outside() {
		return agreed, undertaken
	}
	partner := *b.Dialogue.PartnerID
	agreed = slices.DeleteFunc(agreed, func(a dialogues.AgreedTold) bool { return a.PartnerID != partner })
	undertaken = slices.DeleteFunc(undertaken, func(u dialogues.UndertakingTold) bool { return u.InstitutionID != partner })
	for n := range agreed {
		agreed[n].Dialogue = ""
	}
	for n := range undertaken {
		undertaken[n].Dialogue = ""
	}
	return agreed, undertaken
}

// CanonicalBriefing is the form of a briefing that a publication freezes, as
// Canonical is of a report.
func CanonicalBriefing(b Briefing) ([]byte, error) {
	tidy(&b)
	return canonical(b)
}

// RestoreBriefing gives back the briefing of a canonical form, to be told in a
// zone.
func RestoreBriefing(value []byte, zone *time.Location) (b Briefing, err error) {
	err = restore(value, &b, &b.Format, BriefingFormat)
	b.Zone = zone
	return b, err
}

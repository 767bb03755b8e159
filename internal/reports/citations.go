package reports

import (
	"regexp"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/progress"
)

// The states of a citation: the update counts, was corrected since, is
// disputed, or is not there.
const (
	CitationHolds     = "holds"
	CitationCorrected = "corrected"
	CitationDisputed  = "disputed"
	CitationMissing   = "missing"
)

// Citation is an update on which a text of an agenda item rests, written as
// "[NSF 3.1.1, 31 August 2021]": a commitment and the day of which its lead
// said something.
type Citation struct {
	Ref      string // of the commitment
	AsOf     calendar.Date
	UpdateID int64 // 0 where it is not there
	State    string

	at time.Time // when the text was written that cites it
}

// Flagged says whether a reader has to know that it does not hold any more.
func (c Citation) Flagged() bool { return c.State != CitationHolds }

var citation = regexp.MustCompile(`\[([A-Z0-9]+(?:[ .-][A-Z0-9]+)*), (\d{1,2} [A-Z][a-z]+ \d{4})\]`)

// cited finds what the texts that prepare an item cite, each once: for the
// earliest text that does.
func cited(i dialogues.AgendaItem) (list []Citation) {
	for _, f := range dialogues.Before {
		for _, m := range citation.FindAllStringSubmatch(*i.Texts.At(f), -1) {
			on, err := time.Parse("2 January 2006", m[2])
			if err != nil {
				if on, err = time.Parse("2 Jan 2006", m[2]); err != nil {
					continue
				}
			}
			one := Citation{Ref: m[1], AsOf: calendar.From(on), State: CitationMissing, at: i.WrittenAt[f]}
			at := slices.IndexFunc(list, func(c Citation) bool { return c.Ref == one.Ref && c.AsOf == one.AsOf })
			if at < 0 {
				list = append(list, one)
			} else if one.at.Before(list[at].at) {
				list[at].at = one.at
			}
		}
	}
	return list
}

// cite finds the updates that the items cite, and whether they still hold: one
// that was corrected after the text was written does not, nor does one whose
// claim is disputed.
func (b *Briefing) cite(tx *gorm.DB, agenda []dialogues.AgendaItem) error {
	var refs []string
	for n := range b.Items {
		b.Items[n].Citations = cited(agenda[n])
		for _, c := range b.Items[n].Citations {
			refs = append(refs, c.Ref)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	var rows []citable
	err := tx.Raw(`SELECT u.id, c.ref, u.as_of, k.approved_at AS corrected_at, COALESCE((SELECT v.verdict FROM verifications v WHERE v.update_id = u.id ORDER BY v.id DESC LIMIT 1), '') AS verdict
		FROM updates u JOIN commitments c ON c.id = u.commitment_id LEFT JOIN updates k ON k.corrects_id = u.id AND k.state = 'approved'
		WHERE c.country = ? AND c.ref IN ? AND u.state = 'approved' AND u.kind = 'update' ORDER BY u.id`, b.Country, refs).Scan(&rows).Error
	for n := range b.Items {
		for k := range b.Items[n].Citations {
			b.Items[n].Citations[k].hold(rows)
		}
	}
	return err
}

// citable is an approved update that can be cited.
type citable struct {
	ID          int64
	Ref         string
	AsOf        calendar.Date
	CorrectedAt *time.Time
	Verdict     string
}

// hold says how the citation stands; it leads to the newest update of its day.
func (c *Citation) hold(rows []citable) {
	for _, r := range rows {
		if r.Ref != c.Ref || r.AsOf != c.AsOf {
			continue
		}
		c.UpdateID = r.ID
		switch {
		case r.CorrectedAt != nil && r.CorrectedAt.After(c.at):
			c.State = CitationCorrected
		case r.CorrectedAt == nil && r.Verdict == string(progress.Disputed):
			c.State = CitationDisputed
		case c.State == CitationMissing:
			c.State = CitationHolds
		}
	}
}

package large

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// promise is a commitment with what is to happen to it.
type promise struct {
	id      int64
	ref     string
	origin  plan.Origin
	terms   plan.Terms
	end     progress.Status // of the last update
	days    []calendar.Date // as of which something is said
	leads   []tenure
	version int64
	seq     int
}

// tenure is a lead from a day on.
type tenure struct {
	from calendar.Date
	by   accounts.Actor
}

// leadOn is who leads on a day.
func (p *promise) leadOn(d calendar.Date) accounts.Actor {
	lead := p.leads[0].by
	for _, t := range p.leads {
		if !t.from.After(d) {
			lead = t.by
		}
	}
	return lead
}

// promise makes every commitment: how often it is reported on first, then its days and terms, and the events of the plan.
func (c *country) promise() {
	for i := range c.size.Commitments {
		p := &promise{seq: i, version: 1}
		c.dates(p)
		c.terms(p)
		c.promises = append(c.promises, p)
		added := c.at(later(begin, p.terms.StartsOn.AddDays(-c.rnd.IntN(20))))
		c.happens(added, func(clock calendar.Clock) error { return c.add(clock, p) })
		c.answer(p, added)
		c.revise(p, added)
	}
}

// dates chooses the days that updates are true on: about ten for each commitment, from 4 to 16, so that all of them together
// are as many as asked for; the last one is of these weeks for most, long ago for what is closed or silent.
func (c *country) dates(p *promise) {
	share := func(i int) int { return i * c.size.Updates / c.size.Commitments }
	n := share(p.seq+1) - share(p.seq)
	sway := min(n-2, p.seq/2%7)
	if p.seq%2 == 0 {
		sway = -sway
	}
	n += sway
	p.end = one(c, []progress.Status{progress.Completed, progress.Completed, progress.Completed, progress.InProgress, progress.InProgress, progress.InProgress,
		progress.InProgress, progress.InProgress, progress.NotStarted, progress.Stalled})
	if c.chance(4) {
		p.end = progress.Cancelled
	}
	last := c.today.AddDays(-c.rnd.IntN(120))
	if p.end.Closed() || c.chance(20) {
		last = c.today.AddDays(-120 - c.rnd.IntN(700))
	}
	gap := 35 + c.rnd.IntN(40)
	first := last.AddDays(-(n - 1) * gap)
	if earliest := begin.AddDays(10 + c.rnd.IntN(50)); first.Before(earliest) {
		first, gap = earliest, max(1, last.Sub(earliest)/n)
	}
	for j := range n {
		p.days = append(p.days, first.AddDays(j*gap+c.rnd.IntN(gap/2+1)))
		if c.today.Before(p.days[j]) {
			p.days[j] = c.today
		}
	}
}

func (c *country) terms(p *promise) {
	lead := one(c, c.leads)
	if p.seq%40 == 3 {
		lead = c.actors[FocalPoint]
	}
	t := &p.terms
	p.origin, p.ref = plan.FromFramework, fmt.Sprintf("MIN %d", p.seq)
	switch p.seq % 12 {
	case 9:
		p.origin = plan.FromMinistry
	case 10:
		p.origin, p.ref = plan.FromActionPlan, fmt.Sprintf("AP-%d", p.seq)
	default:
		node := one(c, c.outcomes)
		p.ref, t.NodeID, t.Themes = fmt.Sprintf("NAP %s.%d", node.number, p.seq), &node.id, []string{node.theme}
	}
	t.Title, t.Text = one(c, works), c.sentences(1, 2)
	t.StartsOn = later(begin, p.days[0].AddDays(-c.rnd.IntN(90)))
	t.DueOn = t.StartsOn.AddDays(200 + c.rnd.IntN(1500))
	if c.chance(40) {
		t.DueOn = later(p.days[len(p.days)-1], t.StartsOn).AddDays(c.rnd.IntN(120))
	}
	t.LeadID, t.Share, t.MeansOfVerification = lead.InstitutionID, one(c, plan.Audiences), "Signed minutes, register of the "+one(c, fields)+" office"
	p.leads = []tenure{{begin, lead}}
	for range c.rnd.IntN(4) {
		if id := one(c, c.leads).InstitutionID; id != lead.InstitutionID && !slices.Contains(t.Supporting, id) {
			t.Supporting = append(t.Supporting, id)
		}
	}
	for k := range 2 + c.rnd.IntN(3) {
		t.Milestones = append(t.Milestones, plan.Milestone{Title: one(c, works), DueOn: t.StartsOn.AddDays(60 * (k + 1))})
	}
	for y := range c.rnd.IntN(3) {
		t.Budget = append(t.Budget, plan.BudgetLine{Year: t.StartsOn.Year() + y, AmountCents: int64(1+c.rnd.IntN(90)) * 1_000_000, Currency: "LSL", Funder: "Government"})
	}
	t.Indicia, t.SDG = []int{1 + c.rnd.IntN(recommendations.Indicia)}, []string{"16.2"}
}

func (c *country) add(clock calendar.Clock, p *promise) error {
	com, err := plan.Add(c.tx, clock, c.coordinators[0], plan.CommitmentNew{Country: Country, Ref: p.ref, Origin: p.origin, Terms: p.terms})
	p.id = com.ID
	return err
}

// answer links most commitments to an item or two that were asked when they were added, or later.
func (c *country) answer(p *promise, added time.Time) {
	for range c.rnd.IntN(3) {
		item := one(c, c.items)
		at := c.after(added, 1, 20)
		if released := item.releasedOn.AddDays(1 + c.rnd.IntN(60)); at.Before(released.Time()) {
			at = c.at(released)
		}
		reason, extent := one(c, doings), one(c, plan.Extents)
		c.happens(at, func(clock calendar.Clock) error {
			var there int64
			if err := c.tx.Raw("SELECT count(*) FROM answers WHERE commitment_id = ? AND item_id = ?", p.id, item.id).Scan(&there).Error; err != nil || there > 0 {
				return err
			}
			a, err := plan.Link(c.tx, clock, c.coordinators[0], plan.AnswerNew{Ref: p.ref, ItemID: item.id, Extent: extent, Reason: reason})
			if err == nil && p.seq%25 == 7 {
				err = plan.End(c.tx, clockAt(Now.Add(-time.Hour)), c.coordinators[1], plan.AnswerEnd{ID: a.ID, Reason: "Another commitment answers it."})
			}
			return err
		})
	}
}

// revise moves the due date of a third of the commitments, and the lead of a few.
func (c *country) revise(p *promise, added time.Time) {
	at := c.after(added, 100, 900)
	lead, moves := one(c, c.leads), c.chance(3)
	if moved := lead.InstitutionID != p.terms.LeadID && !slices.Contains(p.terms.Supporting, lead.InstitutionID); !moved {
		moves = false
	}
	if at.After(Now.Add(-24*time.Hour)) || !moves && !c.chance(35) {
		return
	}
	if moves {
		p.leads = append(p.leads, tenure{calendar.From(at.In(Now.Location())), lead})
	}
	days := 30 + c.rnd.IntN(300)
	c.happens(at, func(clock calendar.Clock) error {
		p.terms.DueOn = p.terms.DueOn.AddDays(days)
		if moves {
			p.terms.LeadID = lead.InstitutionID
		}
		err := plan.Revise(c.tx, clock, c.coordinators[0], plan.CommitmentChange{Ref: p.ref, Version: p.version, Reason: one(c, excuses), Terms: p.terms})
		p.version++
		return err
	})
}

func later(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// supporters are the institutions that support a commitment, as their focal points.
func (c *country) supporters(p *promise) []accounts.Actor {
	var list []accounts.Actor
	for _, a := range c.leads {
		if slices.Contains(p.terms.Supporting, a.InstitutionID) {
			list = append(list, a)
		}
	}
	return list
}

// insert adds rows in batches.
func insert[E any](tx *gorm.DB, rows []E) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(&rows, 500).Error
}

package reports

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

var day = plantest.Day

// driver works on a small plan as people do, at random: it logs, reviews,
// corrects, changes the plan and closes deadlines while the clock goes on.
type driver struct {
	steps int // after which what is kept was held against the database
	*plantest.House
	store   *Store // the same all along, with what it keeps
	watched *Store // another, of which the ledgers are compared after each step
	seen    map[Query]*Ledger
	t       *testing.T
	rnd     *rand.Rand
	now     time.Time
	keys    int
	done    map[string]int // steps that were taken, by name

	audiences map[Audience]int // reports that were told, by audience
}

// drive begins on 20 April 2021 on a new plan with the deadlines of 2021-22.
func drive(t *testing.T, d *db.DB, seed uint64) *driver {
	t.Helper()
	r := &driver{House: plantest.New(t, d), store: New(d), watched: New(d), seen: map[Query]*Ledger{}, t: t, rnd: rand.New(rand.NewPCG(seed, 1)), now: plantest.At("2021-04-20").Now(), done: map[string]int{}, audiences: map[Audience]int{}}
	quarter := func(title, from, to, due string) progress.Deadline {
		return progress.Deadline{Title: title, Purpose: progress.Reporting, CoversFrom: day(from), CoversTo: day(to), DueOn: day(due)}
	}
	r.Do(t, func(tx *gorm.DB) error {
		_, err := progress.AddPeriod(tx, plantest.At("2021-04-01"), r.Actors["one"], progress.Period{Country: plantest.Country, Label: "2021-22",
			StartsOn: day("2021-04-01"), EndsOn: day("2022-03-31"), Deadlines: []progress.Deadline{
				quarter("First", "2021-04-01", "2021-06-30", "2021-07-22"), quarter("Second", "2021-07-01", "2021-09-30", "2021-10-22"),
				quarter("Third", "2021-10-01", "2021-12-31", "2022-01-21"), quarter("Fourth", "2022-01-01", "2022-03-31", "2022-04-22"),
				{Title: "Request", Purpose: progress.Request, DueOn: day("2021-12-01")}}})
		return err
	})
	return r
}

func (r *driver) clock() calendar.Clock { return calendar.FixedClock(r.now.In(plantest.Zone)) }

// pick is one of a list, the zero value of an empty one.
func pick[T any](r *driver, list []T) (one T) {
	if len(list) > 0 {
		one = list[r.rnd.IntN(len(list))]
	}
	return one
}

// back is a day up to so many days before today.
func (r *driver) back(days int) calendar.Date { return r.clock().Today().AddDays(-r.rnd.IntN(days)) }

func (r *driver) key() string { r.keys++; return fmt.Sprintf("random-history-%d", r.keys) }

// actor is the person of one of the names.
func (r *driver) actor(names ...string) accounts.Actor { return r.Actors[pick(r, names)] }

// writer is somebody who may write for an institution, a coordinator on its
// behalf among them.
func (r *driver) writer(institutionID int64) accounts.Actor {
	names := []string{"one"}
	for _, name := range []string{"mha", "mha2", "home", "msd", "moh", "bds"} {
		if r.Actors[name].InstitutionID == institutionID {
			names = append(names, name, name)
		}
	}
	return r.actor(names...)
}

// side is somebody on the writing side of an update.
func (r *driver) side(u progress.Update) accounts.Actor {
	if u.OnBehalf {
		return r.actor("one", "two")
	}
	return r.writer(u.InstitutionID)
}

// step moves the clock and does one thing that somebody might do. What the
// rules refuse changes nothing; any other error fails the test.
func (r *driver) step() string {
	r.t.Helper()
	r.now = r.now.Add(time.Second + time.Duration(r.rnd.Int64N(int64(80*time.Hour))))
	steps := []struct {
		name   string
		weight int
		run    func() error
	}{{"log", 22, r.log}, {"save", 8, r.save}, {"submit", 14, r.submit}, {"return", 8, r.giveBack}, {"approve", 24, r.approve}, {"correct", 8, r.correct},
		{"discard", 5, r.discard}, {"revise", 6, r.revise}, {"transfer", 5, r.transfer}, {"add", 4, r.add}, {"link", 6, r.link}, {"end", 5, r.end}, {"close", 6, r.close},
		{"release", 12, r.release}, {"withdraw", 3, r.withdraw}, {"request", 14, r.request}, {"kin", 8, r.kin}, {"split", 3, r.split}, {"relink", 5, r.relink}, {"remark", 10, r.remark},
		{"define", 4, r.define}, {"measure", 11, r.measure}, {"decide", 10, r.decide}, {"choose", 5, r.choose}, {"verify", 7, r.verify}, {"rate", 7, r.rate}}
	total := 0
	for _, s := range steps {
		total += s.weight
	}
	at := r.rnd.IntN(total)
	for _, s := range steps {
		if at -= s.weight; at >= 0 {
			continue
		}
		err := s.run()
		if kind := problem.KindOf(err); err != nil && (kind == problem.Internal || kind == problem.Unavailable) {
			r.t.Fatalf("%s: %v", s.name, err)
		}
		if err == nil {
			r.done[s.name]++
			return s.name
		}
		return s.name + ", refused: " + err.Error()
	}
	return ""
}

// missing names the steps that were not taken often enough for the history to
// show anything of them.
func (r *driver) missing() (names []string) {
	for name, least := range map[string]int{"log": 20, "save": 3, "submit": 3, "return": 2, "approve": 20, "correct": 3, "discard": 1,
		"revise": 3, "transfer": 1, "add": 1, "link": 2, "end": 1, "close": 2, "release": 8, "withdraw": 2, "request": 12, "kin": 6, "split": 2, "relink": 1, "remark": 3, "told outside": 20,
		"define": 3, "measure": 6, "decide": 5, "choose": 2, "verify": 3, "rate": 4, "figures inside": 20, "figures outside": 10, "money inside": 10} {
		if r.done[name] < least {
			names = append(names, name)
		}
	}
	return names
}

// updates reads the updates in some states.
func (r *driver) updates(states ...progress.State) (list []progress.Update) {
	r.Read(r.t, func(tx *gorm.DB) error { return tx.Where("state IN ?", states).Order("id").Find(&list).Error })
	return list
}

func (r *driver) commitments() (list []plan.Commitment) {
	r.Read(r.t, func(tx *gorm.DB) error { return tx.Order("id").Find(&list).Error })
	return list
}

// text says something that is mostly fit to be handed in.
func (r *driver) text() progress.Text {
	t := progress.Text{AsOf: r.back(150), Status: pick(r, progress.Statuses), NextStep: pick(r, []string{"", "Go on"}), Milestone: pick(r, []int{0, 0, 1, 2})}
	if r.rnd.IntN(4) == 0 {
		t.NoProgress, t.Blocker = "No vote", pick(r, progress.Blockers)
	} else {
		t.Done = fmt.Sprintf("Did %d", r.rnd.IntN(1000))
	}
	if n := int64(r.rnd.IntN(5)); n > 2 {
		t.Money = []progress.Money{{Year: 2021, Currency: pick(r, []string{"LSL", "USD"}), Funder: "Treasury", ReleasedCents: &n}}
	}
	if r.rnd.IntN(3) > 0 {
		t.SharedSummary = "In short: " + t.Done + t.NoProgress
	}
	for i := range r.rnd.IntN(3) {
		t.Evidence = append(t.Evidence, progress.Evidence{Title: fmt.Sprint("Paper ", i), URL: "https://papers.example/", Kind: pick(r, progress.EvidenceKinds), Share: pick(r, progress.Audiences)})
	}
	return t
}

func (r *driver) log() error {
	c := pick(r, r.commitments())
	who := r.writer(c.LeadID)
	if r.rnd.IntN(4) == 0 {
		who = r.actor("msd", "bds", "moh")
	}
	_, err := progress.New(r.DB, r.clock()).Log(r.t.Context(), who, r.key(), progress.NewUpdate{CommitmentID: c.ID, Text: r.text()}, 0, 0, r.rnd.IntN(4) > 0)
	return err
}

func (r *driver) save() error {
	u := pick(r, r.updates(progress.Draft, progress.Returned))
	_, err := progress.New(r.DB, r.clock()).Log(r.t.Context(), r.side(u), r.key(), progress.NewUpdate{Text: r.text()}, u.ID, u.Version, r.rnd.IntN(3) == 0)
	return err
}

func (r *driver) submit() error {
	u := pick(r, r.updates(progress.Draft, progress.Returned))
	return r.DB.Write(r.t.Context(), func(tx *gorm.DB) error {
		_, err := progress.Submit(tx, r.clock(), r.side(u), u.ID, u.Version)
		return err
	})
}

func (r *driver) reviewer(u progress.Update) accounts.Actor {
	if u.OnBehalf {
		return r.writer(u.InstitutionID)
	}
	return r.actor("one", "two", "two", "home")
}

func (r *driver) giveBack() error {
	u := pick(r, r.updates(progress.Submitted))
	return progress.New(r.DB, r.clock()).Return(r.t.Context(), r.reviewer(u), r.key(), u.ID, u.Version, "Say how many", "Nine of ten")
}

func (r *driver) approve() error {
	u := pick(r, r.updates(progress.Submitted))
	return progress.New(r.DB, r.clock()).Approve(r.t.Context(), r.reviewer(u), r.key(), u.ID, u.Version)
}

// release and withdraw are for a summary whichever: of what may not leave, or
// left already, they are refused.
func (r *driver) release() error {
	u := pick(r, r.updates(progress.Approved))
	return progress.New(r.DB, r.clock()).ReleaseSummary(r.t.Context(), r.actor("one", "two", "home"), r.key(), u.ID, u.Version)
}

func (r *driver) withdraw() error {
	var out []progress.Update
	r.Read(r.t, func(tx *gorm.DB) error {
		return tx.Where("id IN (SELECT update_id FROM summary_releases WHERE withdrawn_at IS NULL)").Order("id").Find(&out).Error
	})
	u := pick(r, out)
	return progress.New(r.DB, r.clock()).WithdrawSummary(r.t.Context(), r.actor("one", "two"), r.key(), u.ID, u.Version)
}

func (r *driver) correct() error {
	u := pick(r, r.updates(progress.Approved))
	text := r.text()
	if r.rnd.IntN(2) == 0 {
		text.AsOf = calendar.Date{}
	}
	n := progress.NewUpdate{CommitmentID: u.CommitmentID, InstitutionID: u.InstitutionID, CorrectsID: u.ID, Text: text}
	_, err := progress.New(r.DB, r.clock()).Log(r.t.Context(), r.writer(u.InstitutionID), r.key(), n, 0, 0, true)
	return err
}

func (r *driver) discard() error {
	u := pick(r, r.updates(progress.Draft))
	_, err := progress.New(r.DB, r.clock()).Discard(r.t.Context(), r.side(u), r.key(), u.ID, u.Version)
	return err
}

func (r *driver) revise() error {
	c := pick(r, r.commitments())
	var rev plan.Revision
	r.Read(r.t, func(tx *gorm.DB) (err error) { rev, err = plan.CurrentRevision(tx, c.ID); return err })
	terms := rev.Terms
	switch r.rnd.IntN(5) {
	case 0:
		terms.DueOn = r.back(300).AddDays(150)
	case 1:
		terms.StartsOn = r.back(200)
	case 2:
		terms.Supporting = slices.DeleteFunc([]int64{r.Institutions[pick(r, []string{"MSD", "MOH", "BDS", "MHA"})]}, func(id int64) bool { return id == terms.LeadID })
	case 3:
		terms.Title = fmt.Sprint("Title ", r.rnd.IntN(1000))
	case 4:
		terms.LeadID = r.Institutions[pick(r, []string{"MSD", "MOH", "MHA"})]
		terms.Supporting = nil
	}
	return plan.New(r.DB, r.clock()).Revise(r.t.Context(), r.actor("one", "two", "mha"), r.key(),
		plan.CommitmentChange{Ref: c.Ref, Version: c.Version, EffectiveOn: r.back(60), Reason: "Because", Terms: terms})
}

func (r *driver) transfer() error {
	c := pick(r, r.commitments())
	_, err := plan.New(r.DB, r.clock()).MakeTransfers(r.t.Context(), r.actor("one", "two"), r.key(), plan.TransferNew{FromID: c.LeadID,
		ToID: r.Institutions[pick(r, []string{"MSD", "MOH", "MHA"})], EffectiveOn: r.back(60), Reason: "By law", Refs: []string{c.Ref}})
	return err
}

func (r *driver) add() error {
	starts := r.back(100)
	_, err := plan.New(r.DB, r.clock()).Add(r.t.Context(), r.actor("one", "two"), r.key(), plan.CommitmentNew{Country: plantest.Country, Ref: fmt.Sprint("MIN-", r.keys),
		Origin: plan.FromMinistry, Terms: plan.Terms{Title: "Added", Text: "Added", LeadID: r.Institutions[pick(r, []string{"MSD", "MOH", "MHA"})], StartsOn: pick(r, []calendar.Date{{}, starts}),
			DueOn: starts.AddDays(200), Share: plan.Internal}})
	return err
}

func (r *driver) link() error {
	items := r.asked()
	if r.rnd.IntN(4) == 0 { // one that may be retired, or not released yet
		items = []recommendations.Item{{ID: r.Items[pick(r, []string{"TIP 2021/1a", "TIP 2021/1b", "TIP 2021/2a", "TIP 2022/1a"})]}}
	}
	return plan.New(r.DB, r.clock()).Link(r.t.Context(), r.actor("one", "two"), r.key(), plan.AnswerNew{Ref: pick(r, r.commitments()).Ref, ItemID: pick(r, items).ID,
		Extent: pick(r, plan.Extents), Reason: "It answers it", LinkedOn: r.back(40)})
}

// kin says how a recommendation of 2022 continues one of 2021, or takes it back.
func (r *driver) kin() (err error) {
	var years [2][]int64
	var was recommendations.Kin
	r.Read(r.t, func(tx *gorm.DB) error {
		for i, year := range []int{2021, 2022} {
			if err := tx.Raw("SELECT r.id FROM recommendations r JOIN editions e ON e.id = r.edition_id WHERE e.year = ? ORDER BY r.id", year).Scan(&years[i]).Error; err != nil {
				return err
			}
		}
		return nil
	})
	said := recommendations.KinSaid{OlderID: pick(r, years[0]), NewerID: pick(r, years[1]), Kin: pick(r, append([]recommendations.Kin{""}, recommendations.Kins...))}
	r.Read(r.t, func(tx *gorm.DB) (err error) {
		was, err = recommendations.KinOf(tx, said.OlderID, said.NewerID)
		return err
	})
	said.Was = was
	changed, err := recommendations.New(r.DB, r.clock()).SayKin(r.t.Context(), r.actor("one", "two"), r.key(), plantest.Country, []recommendations.KinSaid{said})
	if err == nil && changed == 0 {
		return problem.New(problem.Invalid, "lineage.error.kin") // nothing new was said
	}
	return err
}

// remark says how the government responded to a recommendation or what became
// of it, says that anew or takes it back.
func (r *driver) remark() error {
	kind := pick(r, recommendations.RemarkKinds)
	in := recommendations.RemarkSaid{RecommendationID: pick(r, r.asked()).RecommendationID, Kind: kind, Word: pick(r, []string{"accepted", "noted", "noted", ""}), Statement: "So it was said", GivenOn: r.back(20)}
	if kind == recommendations.Outcome {
		in.Word = pick(r, append(slices.Clone(recommendations.Outcomes), ""))
	}
	r.Read(r.t, func(tx *gorm.DB) error {
		return tx.Raw("SELECT id FROM remarks WHERE recommendation_id = ? AND kind = ? AND ended_at IS NULL", in.RecommendationID, kind).Scan(&in.Was).Error
	})
	return recommendations.New(r.DB, r.clock()).SayRemark(r.t.Context(), r.actor("one", "two"), r.key(), plantest.Country, in)
}

// asked are the items that are asked now.
func (r *driver) asked() (items []recommendations.Item) {
	r.Read(r.t, func(tx *gorm.DB) error {
		return tx.Raw("SELECT i.* FROM items i JOIN recommendations r ON r.id = i.recommendation_id JOIN editions e ON e.id = r.edition_id WHERE e.country = ? AND e.released_on <= ? AND i.retired_on IS NULL ORDER BY i.id",
			plantest.Country, r.clock().Today()).Scan(&items).Error
	})
	return items
}

// split makes two of an item that is asked, or one of two.
func (r *driver) split() error {
	items := r.asked()
	one := pick(r, items)
	in := recommendations.Reshaping{RecommendationID: one.RecommendationID, From: []recommendations.ItemVersion{{ID: one.ID, Version: one.Version}},
		To: []recommendations.ItemNew{{Text: "One part"}, {Text: "The other part"}}}
	for _, other := range items {
		if other.RecommendationID == one.RecommendationID && other.ID != one.ID && r.rnd.IntN(2) == 0 {
			in.From, in.To = append(in.From, recommendations.ItemVersion{ID: other.ID, Version: other.Version}), []recommendations.ItemNew{{Text: "Both"}}
			break
		}
	}
	return recommendations.New(r.DB, r.clock()).Reshape(r.t.Context(), r.actor("one", "two"), r.key(), in)
}

// relink moves an answer of an item that was split or merged to what it became.
func (r *driver) relink() error {
	var loose []plan.Answer
	var origins []recommendations.Origin
	var rec int64
	r.Read(r.t, func(tx *gorm.DB) error {
		if err := tx.Raw("SELECT a.* FROM answers a JOIN items i ON i.id = a.item_id WHERE i.retired_on IS NOT NULL AND a.ended_at IS NULL ORDER BY a.id").Scan(&loose).Error; err != nil || len(loose) == 0 {
			return err
		}
		loose = []plan.Answer{pick(r, loose)}
		if err := tx.Raw("SELECT recommendation_id FROM items WHERE id = ?", loose[0].ItemID).Scan(&rec).Error; err != nil {
			return err
		}
		return tx.Raw("SELECT o.item_id, o.origin_id FROM item_origins o JOIN items i ON i.id = o.item_id WHERE o.origin_id = ? AND i.retired_on IS NULL ORDER BY o.item_id", loose[0].ItemID).Scan(&origins).Error
	})
	if len(origins) == 0 {
		return problem.New(problem.Invalid, "asked.error.relink_item")
	}
	in := plan.Relinking{AnswerID: loose[0].ID}
	for _, o := range origins {
		in.ItemIDs = append(in.ItemIDs, o.ItemID)
	}
	_, err := plan.New(r.DB, r.clock()).Relink(r.t.Context(), r.actor("one", "two"), r.key(), rec, "It was split", []plan.Relinking{in})
	return err
}

func (r *driver) end() error {
	var list []plan.Answer
	r.Read(r.t, func(tx *gorm.DB) error { return tx.Where("ended_at IS NULL").Order("id").Find(&list).Error })
	return plan.New(r.DB, r.clock()).End(r.t.Context(), r.actor("one", "two"), r.key(), plan.AnswerEnd{ID: pick(r, list).ID, Reason: "No more", EndedOn: r.back(40)})
}

func (r *driver) close() error {
	var list []progress.Deadline
	r.Read(r.t, func(tx *gorm.DB) error {
		return tx.Where("due_on < ?", r.clock().Today()).Order("id").Find(&list).Error
	})
	d := pick(r, list)
	return progress.New(r.DB, r.clock()).CloseDeadline(r.t.Context(), r.actor("one", "two"), r.key(), d.ID, d.Version, d.Open())
}

package publications

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/i18n"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// press is a small plan on 8 November 2021 and the people who publish of it.
type press struct {
	*plantest.House
	*Store
	t    *testing.T
	keys int
}

func newPress(t *testing.T, d *db.DB) *press {
	t.Helper()
	return &press{House: plantest.New(t, d), Store: newStore(t, d), t: t}
}

// newStore is a store whose clock goes on from 8 November 2021.
func newStore(t *testing.T, d *db.DB) *Store {
	t.Helper()
	messages, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	clock := calendar.NewClock(plantest.Zone, time.Until(plantest.At("2021-11-08").Now()))
	return New(d, clock, i18n.New(messages, plantest.Zone))
}

func eachPress(t *testing.T, f func(p *press)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newPress(t, d)) })
}

func (p *press) key() string { p.keys++; return fmt.Sprintf("a form's key %08d", p.keys) }

var about = reports.About{Country: plantest.Country, CountryName: "Lesotho", Owner: "Committee", Product: "Tracker", Zone: plantest.Zone}

func (p *press) preparation(who string, audience reports.Audience, readers ...string) Preparation {
	return Preparation{Readers: readers, Status: reports.StatusQuery{Audience: audience,
		Query: reports.Query{Actor: p.Actors[who], Country: plantest.Country, D: p.clock.Today(), Rules: reports.DefaultRules}}}
}

func (p *press) prepare(who string, audience reports.Audience, readers ...string) int64 {
	p.t.Helper()
	id, err := p.Prepare(p.t.Context(), p.Actors[who], p.key(), about, p.preparation(who, audience, readers...))
	p.must(err)
	return id
}

func (p *press) publish(who string, id int64) string {
	p.t.Helper()
	label, err := p.Publish(p.t.Context(), p.Actors[who], p.key(), id, 1)
	p.must(err)
	return label
}

// out prepares and publishes by the usual people.
func (p *press) out(audience reports.Audience, readers ...string) string {
	p.t.Helper()
	return p.publish("sign", p.prepare("one", audience, readers...))
}

func (p *press) read(who, label string) (Told, error) {
	return p.Published(p.t.Context(), p.Actors[who], plantest.Country, label)
}

func (p *press) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// did logs an approved update with a summary, and releases that.
func (p *press) did(ref, summary string) progress.Update {
	p.t.Helper()
	var u progress.Update
	p.Do(p.t, func(tx *gorm.DB) (err error) {
		u, err = progress.Start(tx, p.clock, p.Actors["mha"], progress.NewUpdate{CommitmentID: p.Commitments[ref],
			Text: progress.Text{AsOf: plantest.Day("2021-10-31"), Status: progress.InProgress, Done: "Inside " + summary, SharedSummary: summary}})
		if err == nil {
			u, err = progress.Submit(tx, p.clock, p.Actors["mha"], u.ID, u.Version)
		}
		if err == nil {
			u, err = progress.ApproveAndRelease(tx, p.clock, p.Actors["two"], u.ID, u.Version)
		}
		return err
	})
	return u
}

// said is the key of a problem with its fields, empty for none.
func said(err error) string {
	if err == nil {
		return ""
	}
	p, ok := err.(*problem.Error)
	if !ok {
		return err.Error()
	}
	text := p.Key
	for _, f := range p.FieldNames() {
		text += " " + f + ": " + p.Fields[f].Key
	}
	return text
}

// What one person prepared a second one signs; then it has its number, its
// files and its entry in the trail, and all of them tell the frozen value.
func TestASecondPersonPublishes(t *testing.T) {
	eachPress(t, func(p *press) {
		p.did("NSF 1.1.1", "The committee met.")
		id := p.prepare("one", plan.Partner, "USE")
		for _, c := range []struct {
			who     string
			version int64
			want    string
		}{{"one", 1, "publications.error.four_eyes"}, {"mha", 1, "problem.not_found"}, {"use", 1, "problem.not_found"}, {"auditor", 1, "publications.error.not_a_signer"},
			{"admin", 1, "problem.not_found"}, {"sign", 2, "problem.conflict"}} {
			if _, err := p.Publish(p.t.Context(), p.Actors[c.who], p.key(), id, c.version); said(err) != c.want {
				p.t.Errorf("%s publishes: %q, want %q", c.who, said(err), c.want)
			}
		}
		p.did("AP-1", "Told after it was prepared.")
		key := p.key()
		for range 2 { // the form is sent twice
			label, err := p.Publish(p.t.Context(), p.Actors["sign"], key, id, 1)
			if err != nil || label != "LS-2021-0001" {
				p.t.Fatalf("published as %q, %v", label, err)
			}
		}
		told, err := p.read("use", "LS-2021-0001")
		p.must(err)
		if told.State != Published || told.SignedAs != "Post of sign" || told.PreparedBy != "Post of one" || len(told.Files) != 5 || told.AuditHead == "" {
			p.t.Errorf("published as %+v", told)
		}
		if sum := sha256.Sum256([]byte(p.value(told.ID))); hex.EncodeToString(sum[:]) != told.SHA256 {
			p.t.Error("the fingerprint is not the frozen value's")
		}
		p.sameInAllForms(told)
		if n := p.Count(p.t, "SELECT count(*) FROM audit_entries WHERE seq = ? AND hash = ?", told.AuditSeq, told.AuditHead); n != 1 {
			p.t.Error("the head that is printed is none of the trail's")
		}
		if r, err := audit.Verify(p.t.Context(), p.DB); err != nil || !r.OK() {
			p.t.Errorf("the trail: %+v, %v", r, err)
		}
		if _, err := p.Publish(p.t.Context(), p.Actors["two"], p.key(), id, 2); said(err) != "publications.error.not_prepared" {
			p.t.Errorf("published twice: %q", said(err))
		}
	})
}

func (p *press) value(id int64) (value string) {
	p.t.Helper()
	p.Read(p.t, func(tx *gorm.DB) error {
		return tx.Raw("SELECT value FROM publications WHERE id = ?", id).Scan(&value).Error
	})
	return value
}

// sameInAllForms takes every file, and finds in its JSON form the frozen value
// letter by letter.
func (p *press) sameInAllForms(told Told) {
	p.t.Helper()
	for _, f := range told.Files {
		taken, err := p.Take(p.t.Context(), p.Actors["use"], plantest.Country, told.Label, f.Format)
		p.must(err)
		sum := sha256.Sum256(taken.Body)
		if hex.EncodeToString(sum[:]) != f.SHA256 || int64(len(taken.Body)) != f.Size || (f.Pages > 0) != (f.Format == "pdf") {
			p.t.Errorf("%s of %d bytes and %d pages is not what is said of it", f.Name, len(taken.Body), f.Pages)
		}
		if !slices.Contains(numbers(taken.Body), told.Label) {
			p.t.Errorf("%s does not bear its number", f.Name)
		}
		if f.Format != "json" {
			continue
		}
		var envelope struct {
			Publication map[string]any
			Report      json.RawMessage
		}
		p.must(json.Unmarshal(taken.Body, &envelope))
		if string(envelope.Report)+"\n" != p.value(told.ID) || strings.Contains(string(taken.Body), "after it was prepared") || !strings.Contains(string(taken.Body), "The committee met.") ||
			strings.Contains(string(taken.Body), "Inside") {
			p.t.Error("the file does not tell the frozen value")
		}
	}
}

// Numbers have no gap, whoever publishes at the same time and whatever was
// withdrawn, and every file bears the number of its own publication.
func TestNumbersHaveNoGap(t *testing.T) {
	eachPress(t, func(p *press) {
		var ids []int64
		for range 4 {
			ids = append(ids, p.prepare("one", plan.Public))
		}
		p.must(p.Withdraw(p.t.Context(), p.Actors["one"], p.key(), ids[0], 1))
		if _, err := p.Publish(p.t.Context(), p.Actors["two"], p.key(), ids[0], 1); said(err) != "publications.error.not_prepared" {
			p.t.Errorf("what was withdrawn is published: %q", said(err))
		}
		var all sync.WaitGroup
		for i, id := range ids[1:] {
			key, who := p.key(), []string{"two", "sign", "two"}[i]
			all.Go(func() {
				if _, err := p.Publish(p.t.Context(), p.Actors[who], key, id, 1); err != nil {
					p.t.Error(err)
				}
			})
		}
		all.Wait()
		list, err := p.List(p.t.Context(), accounts.Actor{}, plantest.Country)
		p.must(err)
		for i, told := range list {
			if want := int64(len(list) - i); *told.Number != want || len(list) != 3 {
				p.t.Errorf("number %d where %d of 3 is due", *told.Number, want)
			}
			p.sameNumber(told)
		}
	})
}

func (p *press) sameNumber(told Told) {
	p.t.Helper()
	for _, f := range told.Files {
		taken, err := p.Take(p.t.Context(), accounts.Actor{}, plantest.Country, told.Label, f.Format)
		p.must(err)
		if got := numbers(taken.Body); !slices.Equal(got, []string{told.Label}) {
			p.t.Errorf("a file of %s bears %v", told.Label, got)
		}
	}
}

func TestWhoSeesAPublication(t *testing.T) {
	eachPress(t, func(p *press) {
		internal, partner, ngo, public := p.out(plan.Internal), p.out(plan.Partner, "USE"), p.out(plan.Partner, "BDS"), p.out(plan.Public)
		prepared := p.prepare("one", plan.Public)
		for _, c := range []struct{ who, sees string }{
			{"one", "ipnuw"}, {"sign", "ipnuw"}, {"auditor", "ipnuw"}, {"admin", "ipnu"}, {"mha", "ipnu"}, {"use", "pu"}, {"bds", "nu"}, {"nobody", "u"}} {
			got := ""
			for i, label := range []string{internal, partner, ngo, public} {
				if _, err := p.read(c.who, label); err == nil {
					got += "ipnu"[i : i+1]
				} else if said(err) != "problem.not_found" {
					p.t.Errorf("%s: %v", c.who, err)
				}
			}
			list, err := p.List(p.t.Context(), p.Actors[c.who], plantest.Country)
			if err != nil || len(list) != len(got) {
				p.t.Errorf("%s lists %d of %s, %v", c.who, len(list), got, err)
			}
			if _, err := p.Prepared(p.t.Context(), p.Actors[c.who], plantest.Country, prepared); err == nil {
				got += "w"
			}
			if got != c.sees {
				p.t.Errorf("%s sees %s, want %s", c.who, got, c.sees)
			}
			if _, err := p.Take(p.t.Context(), p.Actors[c.who], plantest.Country, internal, "pdf"); (err == nil) != strings.Contains(c.sees, "i") {
				p.t.Errorf("%s takes an internal file: %v", c.who, err)
			}
		}
	})
}

func TestWhatAPreparationMustSay(t *testing.T) {
	eachPress(t, func(p *press) {
		for want, change := range map[string]func(*Preparation){
			"": func(*Preparation) {},
			"problem.invalid audience: publications.error.audience": func(in *Preparation) { in.Status.Audience = "press" },
			"problem.invalid readers: publications.error.readers":   func(in *Preparation) { in.Readers = nil },
			"problem.invalid readers: publications.error.reader":    func(in *Preparation) { in.Readers = []string{"USE", "MHA"} },
			"problem.invalid title: problem.too_long":               func(in *Preparation) { in.Status.Title = strings.Repeat("ö", TitleMax+1) },
			"problem.invalid title: problem.encoding":               func(in *Preparation) { in.Status.Title = "a\x00" },
			"problem.invalid since: reports.error.since":            func(in *Preparation) { in.Status.Since = in.Status.D },
			"problem.invalid institution: reports.error.institution": func(in *Preparation) {
				in.Status.Scope.Institutions = []string{"ZZZ"}
			},
		} {
			in := p.preparation("one", plan.Partner, "USE")
			change(&in)
			if _, err := p.Prepare(p.t.Context(), p.Actors["one"], p.key(), about, in); said(err) != want {
				p.t.Errorf("%q, want %q", said(err), want)
			}
		}
		for _, who := range []string{"sign", "mha", "auditor", "admin", "use"} {
			if _, err := p.Prepare(p.t.Context(), p.Actors[who], p.key(), about, p.preparation(who, plan.Public)); said(err) != "problem.coordinators_only" {
				p.t.Errorf("%s prepares: %q", who, said(err))
			}
		}
		if n := p.Count(p.t, "SELECT count(*) FROM publications"); n != 1 {
			p.t.Errorf("%d were prepared", n)
		}
	})
}

// Guards what was prepared against a change of mind before it is signed.
func TestWhatMayNotLeaveAnyMoreIsNotPublished(t *testing.T) {
	eachPress(t, func(p *press) {
		u := p.did("NSF 1.1.1", "The committee met.")
		id := p.prepare("one", plan.Public)
		inside := p.prepare("one", plan.Internal)
		p.Do(p.t, func(tx *gorm.DB) error { return progress.WithdrawSummary(tx, p.clock, p.Actors["two"], u.ID, 3) })
		if _, err := p.Publish(p.t.Context(), p.Actors["two"], p.key(), id, 1); said(err) != "publications.error.withdrawn" {
			p.t.Errorf("a summary that was withdrawn: %q", said(err))
		}
		again := p.prepare("one", plan.Public)
		p.Do(p.t, func(tx *gorm.DB) error {
			r, err := plan.RevisionInForce(tx, p.Commitments["AP-1"], p.clock.Today(), p.clock.Now())
			r.Share = plan.Internal
			if err != nil {
				return err
			}
			return plan.Revise(tx, p.clock, p.Actors["one"], plan.CommitmentChange{Ref: "AP-1", Version: 1, EffectiveOn: p.clock.Today(), Reason: "Not for outside", Terms: r.Terms})
		})
		if _, err := p.Publish(p.t.Context(), p.Actors["two"], p.key(), again, 1); said(err) != "publications.error.closed" {
			p.t.Errorf("a commitment that was closed: %q", said(err))
		}
		p.publish("two", inside)
		p.publish("two", p.prepare("one", plan.Public))
	})
}

// A recalled publication is marked for its readers, and its files are kept
// from them; what replaces it came later and reaches the same readers.
func TestARecallNamesWhatReplacesIt(t *testing.T) {
	eachPress(t, func(p *press) {
		first, other, second := p.out(plan.Partner, "USE"), p.out(plan.Partner, "BDS"), p.out(plan.Public)
		recall := func(who, label, reason, by string) error {
			return p.Recall(p.t.Context(), p.Actors[who], p.key(), label, 2, reason, by)
		}
		for _, c := range []struct{ who, label, reason, by, want string }{
			{"sign", first, "Wrong", "", "problem.coordinators_only"},
			{"use", first, "Wrong", "", "problem.coordinators_only"},
			{"bds", first, "Wrong", "", "problem.not_found"},
			{"one", first, " ", "", "problem.invalid reason: publications.error.reason"},
			{"one", first, "Wrong", other, "problem.invalid replacement: publications.error.replacement"},
			{"one", first, "Wrong", first, "problem.invalid replacement: publications.error.replacement"},
			{"one", first, "Wrong", "LS-2021-0099", "problem.invalid replacement: publications.error.replacement"},
			{"one", second, "Wrong", first, "problem.invalid replacement: publications.error.replacement"},
			{"two", first, "Wrong", second, ""},
			{"two", first, "Wrong", second, "publications.error.recalled"},
		} {
			if got := said(recall(c.who, c.label, c.reason, c.by)); got != c.want {
				p.t.Errorf("%s recalls %s for %q by %s: %q, want %q", c.who, c.label, c.reason, c.by, got, c.want)
			}
		}
		told, err := p.read("use", first)
		if err != nil || told.State != Recalled || told.RecallReason != "Wrong" || told.Replacement != second {
			p.t.Errorf("the reader sees %+v, %v", told, err)
		}
		if _, err := p.Take(p.t.Context(), p.Actors["use"], plantest.Country, first, "pdf"); said(err) != "publications.error.recalled" {
			p.t.Errorf("a recalled file: %q", said(err))
		}
		if _, err := p.Take(p.t.Context(), p.Actors["auditor"], plantest.Country, first, "pdf"); err != nil {
			p.t.Errorf("the auditor does not get it: %v", err)
		}
	})
}

// Who took what is counted by day, and read by who answers for it.
func TestDownloadsAreCounted(t *testing.T) {
	eachPress(t, func(p *press) {
		label := p.out(plan.Public)
		for _, who := range []string{"use", "use", "nobody", "mha"} {
			_, err := p.Take(p.t.Context(), p.Actors[who], plantest.Country, label, "pdf")
			p.must(err)
		}
		told, err := p.read("one", label)
		p.must(err)
		for _, who := range []string{"one", "auditor"} {
			list, err := p.Downloads(p.t.Context(), p.Actors[who], told)
			var lines []string
			for _, d := range list {
				lines = append(lines, fmt.Sprintf("%s %s %d", d.Post, d.Format, d.Times))
			}
			if slices.Sort(lines); err != nil || strings.Join(lines, "; ") != " pdf 1; Post of mha pdf 1; Post of use pdf 2" {
				p.t.Errorf("%s reads %q, %v", who, lines, err)
			}
		}
		if _, err := p.Downloads(p.t.Context(), p.Actors["use"], told); said(err) != "problem.not_found" {
			p.t.Errorf("a partner reads who took it: %v", err)
		}
	})
}

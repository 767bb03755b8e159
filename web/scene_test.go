package web

import (
	"errors"
	"maps"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db/dbtest"
	"tracker/internal/dialogues"
	"tracker/internal/files"
	"tracker/internal/mail"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/reports/publications"
	"tracker/internal/workbook"
)

// visitors are those who come to the scene, in the order of the matrix.
// Objects of the scene are Social Development's where they are anybody's: its
// focal point finds them their own, the one of Home Affairs foreign.
var visitors = []string{"nobody", "msd", "mha", "ngo", "coordinator", "countersigner", "partner", "auditor", "administrator"}

// scene is a small plan with an object of every kind in every state. Its
// database is kept as a file, so that each visitor finds it untouched.
type scene struct {
	*planned
	who     map[string]*visitor
	file    []byte
	objects map[string]string // what a name such as ":draft" stands for in addresses and forms
	mine    map[string]string // ":mine" for each visitor: the id of another session of theirs
}

// lastScene is the scene that tests share. Each has a copy of its database, so that none sees what another did.
var lastScene struct {
	sync.Mutex
	*scene
	at time.Time
}

// sceneKept is how long one is shared: sessions and sign-ins in it grow old with the machine's clock.
const sceneKept = 3 * time.Minute

// newScene is the scene for one test.
func newScene(t *testing.T) *scene {
	t.Helper()
	lastScene.Lock()
	defer lastScene.Unlock()
	if lastScene.scene == nil || time.Since(lastScene.at) > sceneKept {
		lastScene.scene, lastScene.at = nil, time.Now()
		lastScene.scene = makeScene(t)
	}
	s, p, h := *lastScene.scene, *lastScene.planned, *lastScene.house
	h.t, p.house, s.planned = t, &h, &p
	s.who, s.objects, s.mine = maps.Clone(s.who), maps.Clone(s.objects), maps.Clone(s.mine)
	return &s
}

func makeScene(t *testing.T) *scene {
	t.Helper()
	d := dbtest.SQLite(t)
	p := plannedOn(houseOn(t, d, testDay))
	p.askIssuer(accounts.Config{})
	s := &scene{planned: p, mine: map[string]string{}, objects: map[string]string{"none": "987654321", "manual": "rules", "pdf": "pdf", "css": strings.TrimPrefix(p.s.assets.URL("theme.css"), StaticPath)}}
	s.who = map[string]*visitor{"nobody": p.stranger(), "msd": p.msd, "mha": p.mha, "ngo": p.ngo, "coordinator": p.two, "partner": p.partner, "auditor": p.auditor,
		"countersigner": p.person("signer@tracker.example", "MSC", accounts.Countersigner), "administrator": p.person("admin@tracker.example", "OAG", accounts.Administrator)}
	s.updates()
	s.write(s.rest)
	s.publications()
	s.records()
	s.ratings()
	s.clearances()
	s.figures()
	s.doors()
	s.jobs()
	s.imports()
	s.name()
	must(t, d.Close())
	var err error
	s.file, err = os.ReadFile(d.Path())
	must(t, err)
	return s
}

// updates writes one of each state for Social Development, and one of others.
func (s *scene) updates() {
	text := func(on, done string) progress.Text {
		return progress.Text{AsOf: day(on), Status: progress.InProgress, Done: done, NextStep: "Next after " + done, Obstacles: "In the way of " + done, SharedSummary: "To share of " + done,
			InternalNote: "Note on " + done, Evidence: []progress.Evidence{{Title: "Minutes of " + done, URL: "https://papers.example/1", Kind: "other", Share: "internal"},
				{Title: "Law of " + done, URL: "https://papers.example/2", Kind: "law", Share: "partner"}}}
	}
	put := func(name string, id int64) { s.objects[name] = itoa(id) }
	log := func(v *visitor, ref string, text progress.Text, corrects int64, send bool) int64 {
		s.t.Helper()
		id, err := s.s.Progress.Log(s.t.Context(), v.actor, newKey(), progress.NewUpdate{CommitmentID: s.ids[ref], CorrectsID: corrects, Text: text}, 0, 0, send)
		must(s.t, err)
		return id
	}
	old := s.log(s.msd, "NSF 3.1.1", text("2021-08-31", "the first step"), s.one)
	put("approved", old)
	fix := log(s.msd, "NSF 3.1.1", text("2021-08-31", "the first step anew"), old, true)
	must(s.t, s.s.Progress.Approve(s.t.Context(), s.one.actor, newKey(), fix, 2))
	put("correction", fix)
	draft := log(s.msd, "NSF 3.1.1", text("2021-11-01", "the draft step"), 0, false)
	put("draft", draft)
	put("paper_draft", s.attach(s.msd, draft, "internal"))
	sent := log(s.msd, "NSF 3.1.1", text("2021-11-02", "the sent step"), 0, false)
	put("submitted", sent)
	put("paper_sent", s.attach(s.msd, sent, "internal"))
	s.send(s.msd, sent, text("2021-11-02", "the sent step"))
	back := log(s.msd, "NSF 3.1.2", text("2021-10-30", "the returned step"), 0, true)
	must(s.t, s.s.Progress.Return(s.t.Context(), s.one.actor, newKey(), back, 2, "Say more of the step", "The step was taken on a day"))
	put("returned", back)
	s.papers(text, put)
	put("behalf_draft", log(s.one, "NSF 3.1.2", text("2021-10-28", "the step drafted for you"), 0, false))
	put("behalf", log(s.one, "NSF 3.1.2", text("2021-10-29", "the step told for you"), 0, true))
	put("ngo_draft", log(s.ngo, "NSF 3.1.1", text("2021-10-05", "our own step"), 0, false))
	told := s.log(s.ngo, "NSF 3.1.1", text("2021-10-04", "our told step"), s.one)
	stalled := s.log(s.msd, "NSF 3.1.2", progress.Text{AsOf: day("2021-09-30"), Status: progress.Stalled, NoProgress: "No vote yet", Blocker: "money", SharedSummary: "It waits"}, s.one)
	border := s.log(s.mha, "AP-1", text("2021-10-06", "the border step"), s.one)
	put("foreign", border)
	for id, by := range map[int64]*visitor{sent: s.msd, back: s.one, border: s.mha, told: s.ngo} {
		must(s.t, s.s.Progress.Comment(s.t.Context(), by.actor, newKey(), id, "Which district is meant?"))
	}
	for _, id := range []int64{border, told, stalled} {
		must(s.t, s.s.Progress.ReleaseSummary(s.t.Context(), s.one.actor, newKey(), id, 3))
	}
	must(s.t, s.s.Progress.Verify(s.t.Context(), s.one.actor, newKey(), border, 4, progress.Judgement{Verdict: "disputed", Reason: "Nobody saw the border step"}))
}

// papers approves an update with a file kept inside, one that may leave and
// one in quarantine.
func (s *scene) papers(text func(on, done string) progress.Text, put func(string, int64)) {
	said := text("2021-06-30", "the filed step")
	id, err := s.s.Progress.Log(s.t.Context(), s.msd.actor, newKey(), progress.NewUpdate{CommitmentID: s.ids["NSF 3.1.1"], Text: said}, 0, 0, false)
	must(s.t, err)
	put("filed", id)
	put("paper", s.attach(s.msd, id, "internal"))
	put("paper_lent", s.attach(s.msd, id, "partner"))
	barred := s.attach(s.msd, id, "partner")
	put("paper_barred", barred)
	s.send(s.msd, id, said)
	must(s.t, s.s.Progress.Approve(s.t.Context(), s.one.actor, newKey(), id, 3))
	must(s.t, s.s.Progress.Quarantine(s.t.Context(), s.one.actor, newKey(), id, barred, 1, "It names a child"))
}

// send submits a draft as it is.
func (s *scene) send(v *visitor, id int64, said progress.Text) {
	s.t.Helper()
	_, err := s.s.Progress.Log(s.t.Context(), v.actor, newKey(), progress.NewUpdate{Text: said}, id, 1, true)
	must(s.t, err)
}

// attach adds a file to a draft and gives its number.
func (h *house) attach(v *visitor, update int64, share string) int64 {
	h.t.Helper()
	name := "paper-" + newKey()
	content, err := files.Spool(strings.NewReader(name+" says what was done"), files.MostBytes)
	must(h.t, err)
	defer content.Close() //nolint:errcheck // it is gone with that
	must(h.t, h.s.Progress.Attach(h.t.Context(), v.actor, newKey(), update, []progress.Paper{{Row: 1, Name: name + ".txt", Kind: "other", Share: share, Source: "Made by " + name, Content: content}}))
	var id int64
	must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT max(id) FROM evidence").Scan(&id).Error }))
	return id
}

// publications prepares and publishes one for each audience, and recalls one.
// A commitment is shared with everybody, and one with nobody outside.
func (s *scene) publications() {
	s.write(func(tx *gorm.DB) error {
		return errors.Join(tx.Exec("UPDATE commitment_revisions SET share = 'public' WHERE commitment_id = ?", s.ids["AP-1"]).Error,
			tx.Exec("UPDATE commitment_revisions SET share = 'internal' WHERE commitment_id = ?", s.ids["NSF 3.1.2"]).Error)
	})
	ctx := s.t.Context()
	s.objects["prepared"], s.objects["prepared_own"] = itoa(s.prepare(s.one, plan.Public)), itoa(s.prepare(s.two, plan.Internal))
	for name, audience := range map[string]reports.Audience{"pub_internal": plan.Internal, "pub_public": plan.Public} {
		s.objects[name] = s.publish(audience)
	}
	s.objects["pub_partner"], s.objects["pub_ngo"] = s.publish(plan.Partner, "USE"), s.publish(plan.Partner, "BDS")
	recalled := s.publish(plan.Partner, "USE")
	must(s.t, s.s.Publications.Recall(ctx, s.one.actor, newKey(), recalled, 2, "A figure was wrong", s.publish(plan.Public)))
	taken := s.prepare(s.one, plan.Public)
	must(s.t, s.s.Publications.Withdraw(ctx, s.one.actor, newKey(), taken, 1))
	s.objects["taken_back"] = itoa(taken)
	s.objects["pub_recalled"], s.objects["pub_newer"] = recalled, s.publish(plan.Public)
}

// records publishes the records of two dialogues to the partner, which asks
// for a change of one and clears the other.
func (s *scene) records() {
	s.objects["pack_partner"] = string(dialogues.ForPartner)
	for name, of := range map[string][2]string{"pub_record": {"talked", publications.VerdictChanges}, "pub_cleared": {"talk", publications.VerdictCleared}} {
		s.objects[name] = s.publishDialogue(s.objects[of[0]], dialogues.OfRecord)
		must(s.t, s.s.Publications.Clear(s.t.Context(), s.partner.actor, newKey(), "LS", s.objects[name], of[1], "Remark on "+name))
	}
}

// publishDialogue prepares a pack of a dialogue as one coordinator and publishes
// it as the other.
func (p *planned) publishDialogue(dialogue string, pack dialogues.Pack) string {
	p.t.Helper()
	label, err := p.s.Publications.Publish(p.t.Context(), p.two.actor, newKey(), p.prepareDialogue(dialogue, pack), 1)
	must(p.t, err)
	return label
}

func (p *planned) prepareDialogue(dialogue string, pack dialogues.Pack) int64 {
	p.t.Helper()
	set, err := p.s.Accounts.Settings(p.t.Context())
	must(p.t, err)
	of, err := strconv.ParseInt(dialogue, 10, 64)
	must(p.t, err)
	id, err := p.s.Publications.PrepareDialogue(p.t.Context(), p.one.actor, newKey(), p.s.about(set), reports.Query{Actor: p.one.actor, Country: set.CountryCode, D: p.clock.Today(), Rules: reports.DefaultRules}, of, pack)
	must(p.t, err)
	return id
}

// clearances has a deputy of Home Affairs ask its focal point for clearance,
// once in vain.
func (s *scene) clearances() {
	deputy := s.person("deputy@tracker.example", "MHA", accounts.FocalPoint)
	i, err := s.s.Accounts.Institution(s.t.Context(), "MHA")
	must(s.t, err)
	must(s.t, s.s.Accounts.ChooseClearing(s.t.Context(), accounts.CommandLine(), newKey(), "MHA", i.Version, s.mha.actor.PostID))
	for name, reason := range map[string]string{"to_clear": "", "not_cleared": "The figure is another office's"} {
		id, err := s.s.Progress.Log(s.t.Context(), deputy.actor, newKey(), progress.NewUpdate{CommitmentID: s.ids["AP-1"],
			Text: progress.Text{AsOf: day("2021-11-03"), Status: progress.InProgress, Done: "The deputy's step, " + name}}, 0, 0, true)
		must(s.t, err)
		if s.objects[name] = itoa(id); reason != "" {
			must(s.t, s.s.Progress.RefuseClearance(s.t.Context(), s.mha.actor, newKey(), id, 2, reason))
		}
	}
	s.figuresToClear(deputy)
}

// ratings rates by each of the three, and by a second partner.
func (s *scene) ratings() {
	s.institution("EUD", "Union", accounts.PartnerOutside)
	union := s.person("union@tracker.example", "EUD", accounts.Partner)
	ctx := s.t.Context()
	for ref, v := range map[string]*visitor{"NSF 3.1.1": s.msd, "NSF 3.1.2": s.msd, "AP-1": s.mha} {
		must(s.t, s.s.Progress.Rate(ctx, v.actor, newKey(), progress.Rateable{CommitmentID: s.ids[ref]}, progress.RatingNew{PeriodID: 1, Value: "on_track", Reason: "It goes well for " + ref}))
	}
	must(s.t, s.s.Progress.Rate(ctx, s.one.actor, newKey(), progress.Rateable{RecommendationID: 1}, progress.RatingNew{PeriodID: 1, Value: "partially", Reason: "Half of it is there"}))
	for v, label := range map[*visitor]string{s.partner: s.objects["pub_partner"], union: s.objects["pub_public"]} {
		for _, name := range []string{"r1", "c1"} {
			sheet, err := s.s.Publications.Ratings(ctx, v.actor, "LS", label)
			must(s.t, err)
			row, there := sheet.Row(name)
			if !there {
				s.t.Fatalf("%s has no %s", label, name)
			}
			_, err = s.s.Publications.Rate(ctx, v.actor, newKey(), "LS", label, name, row.Scale[len(row.Scale)-1], v.actor.Institution+" saw nothing of "+row.Ref)
			must(s.t, err)
		}
	}
}

func (p *planned) prepare(v *visitor, audience reports.Audience, readers ...string) int64 {
	p.t.Helper()
	return p.prepareOf(v, p.clock.Today(), audience, readers...)
}

// prepareOf prepares a report of a day.
func (p *planned) prepareOf(v *visitor, on calendar.Date, audience reports.Audience, readers ...string) int64 {
	p.t.Helper()
	set, err := p.s.Accounts.Settings(p.t.Context())
	must(p.t, err)
	in := publications.Preparation{Readers: readers, Status: reports.StatusQuery{Audience: audience, Title: "For " + string(audience),
		Query: reports.Query{Actor: v.actor, Country: set.CountryCode, D: on, Rules: reports.DefaultRules}}}
	id, err := p.s.Publications.Prepare(p.t.Context(), v.actor, newKey(), p.s.about(set), in)
	must(p.t, err)
	return id
}

// publish prepares as one coordinator and publishes as the other.
func (p *planned) publish(audience reports.Audience, readers ...string) string {
	p.t.Helper()
	return p.publishOf(p.clock.Today(), audience, readers...)
}

// publishOf publishes a report of a day.
func (p *planned) publishOf(on calendar.Date, audience reports.Audience, readers ...string) string {
	p.t.Helper()
	label, err := p.s.Publications.Publish(p.t.Context(), p.two.actor, newKey(), p.prepareOf(p.one, on, audience, readers...), 1)
	must(p.t, err)
	return label
}

// rest writes what the plan of page tests lacks: a transfer, an answer that
// ended, a deadline closed, a retired item, a succession, a closed post, a mail.
func (s *scene) rest(tx *gorm.DB) error {
	system := accounts.CommandLine()
	if _, err := plan.MakeTransfers(tx, s.clock, system, plan.TransferNew{FromID: s.mha.actor.InstitutionID, ToID: s.msd.actor.InstitutionID, EffectiveOn: day("2021-10-01"),
		Reason: "A matter of welfare", Refs: []string{"MHA-01"}}); err != nil {
		return err
	}
	var items []int64
	if err := tx.Raw("SELECT id FROM items ORDER BY id").Scan(&items).Error; err != nil {
		return err
	}
	answer, err := plan.Link(tx, s.clock, system, plan.AnswerNew{Ref: "AP-1", ItemID: items[1], Extent: plan.InPart, Reason: "The sheet counts shelters"})
	if err != nil {
		return err
	}
	s.objects["foreign_answer"] = itoa(answer.ID)
	ended, err := plan.Link(tx, s.clock, system, plan.AnswerNew{Ref: "NSF 3.1.2", ItemID: items[1], Extent: plan.Wholly, Reason: "Shelters are funded"})
	if err != nil {
		return err
	}
	if err := plan.End(tx, s.clock, system, plan.AnswerEnd{ID: ended.ID, Reason: "Another fund pays"}); err != nil {
		return err
	}
	var theirs int64
	if err := tx.Raw("SELECT id FROM answers WHERE commitment_id = ?", s.ids["NSF 3.1.1"]).Scan(&theirs).Error; err != nil {
		return err
	}
	s.objects["answer"] = itoa(theirs)
	if err := s.removable(tx); err != nil {
		return err
	}
	if err := errors.Join(s.calendar(tx), s.meetings(tx)); err != nil {
		return err
	}
	if _, err := accounts.CreateInstitution(tx, system, s.clock.Now(), accounts.InstitutionChange{Code: "MJC", Name: "Justice", ShortName: "Justice", Kind: accounts.Government, Note: "Before the law"}); err != nil {
		return err
	}
	if _, err := accounts.Succeed(tx, system, s.clock.Now(), accounts.SuccessionChange{From: "MJC", To: "MSD", Kind: accounts.Merge, EffectiveOn: day("2021-07-01"), Reason: "The law says so"}); err != nil {
		return err
	}
	return mail.Queue(tx, testDay, mail.Message{To: "left@tracker.example", Subject: "Your link", Body: "http://tracker.example/links/secret"})
}

// removable writes what can be taken away: an edition without a
// recommendation, a node that nothing hangs on, an item that is not the last.
func (s *scene) removable(tx *gorm.DB) error {
	system, edition := accounts.CommandLine(), recommendations.EditionNew{Country: "LS", Mechanism: "TIP", Year: 2012}
	edition.ReleasedOn, edition.Completeness = day("2012-06-20"), recommendations.NotHeld
	if _, err := recommendations.AddEdition(tx, s.clock, system, edition); err != nil {
		return err
	}
	f, err := plan.Frameworks(tx, "LS")
	if err != nil {
		return err
	}
	node, err := plan.AddNode(tx, s.clock, system, plan.NodeNew{FrameworkID: f[0].ID, Level: "strand", Number: "9", Title: "A slip"})
	if err != nil {
		return err
	}
	s.objects["empty"], s.objects["spare"], s.objects["nsf"] = "2012", itoa(node.ID), f[0].Code
	_, err = recommendations.AddItem(tx, s.clock, system, 1, recommendations.ItemNew{Text: "Adopt the procedure too"})
	return err
}

// calendar adds a deadline that is closed, and a dialogue.
func (s *scene) calendar(tx *gorm.DB) error {
	var period int64
	if err := tx.Raw("SELECT min(id) FROM periods").Scan(&period).Error; err != nil {
		return err
	}
	dialogue, err := progress.AddDeadline(tx, s.clock, s.one.actor, period, progress.Deadline{Title: "Talk with the embassy", Purpose: progress.Dialogue, DueOn: day("2021-11-18")})
	if err != nil {
		return err
	}
	closed, err := progress.AddDeadline(tx, s.clock, s.one.actor, period, progress.Deadline{Title: "April to June", Purpose: progress.Reporting,
		CoversFrom: day("2021-04-01"), CoversTo: day("2021-06-30"), DueOn: day("2021-07-15"), Note: "Agreed in the committee"})
	if err != nil {
		return err
	}
	s.objects["dialogue"], s.objects["closed"] = itoa(dialogue.ID), itoa(closed.ID)
	return errors.Join(progress.CloseDeadline(tx, s.clock, s.one.actor, closed.ID, closed.Version, true), s.request(tx, period))
}

// request adds a data request that asks Social Development, the organisation
// and the coordinators, with an answer of each but the first, and one that
// asks nobody anything.
func (s *scene) request(tx *gorm.DB, period int64) error {
	for name, title := range map[string]string{"asked": "Request of the embassy", "unasked": "Request of another"} {
		d, err := progress.AddDeadline(tx, s.clock, s.one.actor, period, progress.Deadline{Title: title, Purpose: progress.Request, DueOn: day("2021-11-01")})
		if err != nil {
			return err
		}
		s.objects[name] = itoa(d.ID)
		if name == "unasked" {
			continue
		}
		for _, of := range []*int64{&s.msd.actor.InstitutionID, &s.ngo.actor.InstitutionID, nil} {
			if _, err := progress.AskQuestions(tx, s.clock, s.one.actor, d.ID, progress.QuestionsNew{Text: "What is known?", InstitutionID: of}); err != nil {
				return err
			}
		}
		for number, v := range map[int]*visitor{2: s.ngo, 3: s.one} {
			if _, err := progress.AnswerQuestion(tx, s.clock, v.actor, d.ID, number, "This is known"); err != nil {
				return err
			}
		}
		if _, err := progress.SubmitRequest(tx, s.clock, s.one.actor, d.ID, day("2021-11-02"), "To the political section"); err != nil {
			return err
		}
	}
	return nil
}

// meetings adds a dialogue whose day has passed with an agenda, one that was
// held, and one to come.
func (s *scene) meetings(tx *gorm.DB) error {
	var asked []int64
	if err := tx.Raw("SELECT id FROM recommendations ORDER BY id").Scan(&asked).Error; err != nil {
		return err
	}
	for name, on := range map[string]string{"talk": "2021-11-05", "talked": "2021-05-20", "coming": "2021-11-18"} {
		f := dialogues.Fields{Title: "Talk of " + on, HeldOn: day(on), Place: "Hall of " + on, OurSide: "Our side of " + on, TheirSide: "Their side of " + on, Note: "Note on " + on}
		if name != "coming" {
			f.PartnerID = s.partner.actor.InstitutionID
		}
		d, err := dialogues.Add(tx, s.clock, s.one.actor, dialogues.DialogueNew{Country: "LS", Fields: f})
		if err != nil {
			return err
		}
		s.objects[name] = itoa(d.ID)
		if name == "coming" {
			continue
		}
		agenda, err := dialogues.Choose(tx, s.clock, s.one.actor, dialogues.Choice{Country: "LS", DialogueID: d.ID, Recommendations: asked[:2], Commitments: []string{"NSF 3.1.1"}, Points: []string{"A point of " + on}})
		if err != nil {
			return err
		}
		if name == "talk" {
			s.objects["point"] = itoa(agenda[0].ID)
			continue
		}
		if err := s.agreed(tx, d, agenda[0]); err != nil {
			return err
		}
		texts, seen := dialogues.Texts{}, map[dialogues.Field]int64{}
		for _, f := range slices.Concat(dialogues.Before, dialogues.Record) {
			*texts.At(f), seen[f] = "Text of "+string(f), 0
		}
		err = errors.Join(dialogues.Write(tx, s.clock, s.one.actor, dialogues.Writing{Country: "LS", DialogueID: d.ID, ID: agenda[0].ID, Texts: texts, Seen: seen}),
			dialogues.Step(tx, s.clock, s.one.actor, dialogues.Mark{Country: "LS", ID: d.ID, Version: 1, To: dialogues.Held}))
		if err != nil {
			return err
		}
	}
	return nil
}

// doors opens a second session for everyone, and makes a link not used yet.
func (s *scene) doors() {
	ctx, system := s.t.Context(), accounts.CommandLine()
	for name, v := range s.who {
		if v.cookie == "" {
			continue
		}
		other := s.signIn(v.actor.Email)
		list, err := s.s.Accounts.Sessions(ctx, v.actor, v.cookie)
		must(s.t, err)
		for _, info := range list {
			if !info.Current {
				s.mine[name] = info.PublicID
			}
		}
		if other.cookie == v.cookie || s.mine[name] == "" {
			s.t.Fatalf("%s has no second session", name)
		}
	}
	list, err := s.s.Accounts.Sessions(ctx, s.one.actor, s.one.cookie)
	must(s.t, err)
	s.objects["session"] = list[0].PublicID
	link, err := s.s.Accounts.Link(ctx, system, "", s.mha.actor.PersonID, accounts.SignInLink)
	must(s.t, err)
	s.objects["token"] = link.Token
	gone, err := s.s.Accounts.Invite(ctx, system, "", accounts.NewPerson{Email: "gone@tracker.example", Institution: "MHA", Role: accounts.FocalPoint, Title: "Former adviser"})
	must(s.t, err)
	must(s.t, s.s.Accounts.DisablePerson(ctx, system, "", gone.PersonID, 1))
	s.objects["disabled"] = itoa(gone.PersonID)
	invited, err := s.s.Accounts.Invite(ctx, system, "", accounts.NewPerson{Email: "invited@tracker.example", Institution: "MHA", Role: accounts.FocalPoint, Title: "Adviser to come"})
	must(s.t, err)
	s.objects["invitation"] = invited.Token
	s.identify(s.two.actor.PersonID, "coordinator-1")
	s.objects["identity"] = itoa(s.identify(s.two.actor.PersonID, "coordinator-2"))
	s.objects["identity_mha"] = itoa(s.identify(s.mha.actor.PersonID, "mha"))
	s.objects["person_mha"] = itoa(s.mha.actor.PersonID)
	s.write(func(tx *gorm.DB) error {
		return tx.Exec("INSERT INTO second_factors (person_id, sealed, made_at) VALUES (?, ?, ?)", gone.PersonID, []byte("sealed"), time.Now().UTC()).Error
	})
	must(s.t, s.s.Reports.SaveChoice(ctx, s.clock, s.two.actor, newKey(), "For the minister", "since=period&institution=MSD"))
	must(s.t, s.s.Reports.SaveChoice(ctx, s.clock, s.one.actor, newKey(), "Monthly", ""))
	must(s.t, s.s.Accounts.ChangeSettings(ctx, system, "", 0, map[string]string{"contact": "secretariat, room 7"}))
}

// jobs are one that is done and one that failed, one of a colleague, and a
// check of the trail.
func (s *scene) jobs() {
	ask := func(name string, v *visitor, query string) {
		s.t.Helper()
		id, err := s.s.Accounts.AskJob(s.t.Context(), v.actor, newKey(), "LS", jobReport, reportAsked{query, "pdf"})
		must(s.t, err)
		s.objects[name] = itoa(id)
	}
	id, err := s.s.Accounts.AskJob(s.t.Context(), s.auditor.actor, newKey(), "LS", jobVerify, struct{}{})
	must(s.t, err)
	s.objects["job_trail"] = itoa(id)
	ask("job", s.two, "as_of=2021-10-31&audience=public")
	ask("job_lost", s.two, "as_of=soon")
	ask("job_other", s.one, "as_of=soon")
	s.work()
}

// imports are a matrix that waits for the coordinator's answers, one of a
// colleague, and a list that the administrator sent.
func (s *scene) imports() {
	for _, one := range []struct {
		name string
		by   *visitor
		workbook.Given
	}{
		{"import", s.two, workbook.Given{Kind: "plan", Name: "plan.csv", Content: []byte(ministryPlan)}},
		{"import_other", s.one, workbook.Given{Kind: "plan", Name: "plan.csv", Content: []byte(ministryPlan)}},
		{"import_admin", s.who["administrator"], workbook.Given{Kind: "list", About: "institutions", Name: "institutions.csv", Content: []byte("code,name,short_name,kind\nMOX,Ministry of X,X,government\n")}},
	} {
		one.Country = "LS"
		o, err := s.s.Workbooks.Tell(s.t.Context(), one.by.actor, one.Given, nil, nil)
		must(s.t, err)
		id, err := s.s.Workbooks.Send(s.t.Context(), one.by.actor, newKey(), one.Given, &o)
		must(s.t, err)
		s.objects[one.name] = itoa(id)
	}
	s.write(func(tx *gorm.DB) error {
		return workbook.Remember(tx, workbook.In{Clock: s.clock, Country: "LS", Actor: s.two.actor}, workbook.InstitutionWords, map[string]string{"ministry of works": "MSD"})
	})
}

// name gives the other objects their names.
func (s *scene) name() {
	put := func(name, query string, args ...any) {
		s.t.Helper()
		var value string
		must(s.t, s.db.Read(s.t.Context(), func(tx *gorm.DB) error { return tx.Raw(query, args...).Scan(&value).Error }))
		if value == "" {
			s.t.Fatalf("the scene has no %s", name)
		}
		s.objects[name] = value
	}
	for name, v := range map[string]string{"shared": "NSF 3.1.1", "alone": "NSF 3.1.2", "moved": "MHA-01", "other": "AP-1", "node": "3.1", "rated": "c1", "q_msd": "1", "q_ngo": "2", "q_own": "3", "msd": "MSD", "bds": "BDS", "mechanism": "TIP", "remark": "response",
		"year": "2021", "institution": itoa(s.msd.actor.InstitutionID), "institution_mha": itoa(s.mha.actor.InstitutionID)} {
		s.objects[name] = v
	}
	must(s.t, s.db.Write(s.t.Context(), func(tx *gorm.DB) error {
		if err := tx.Exec(`UPDATE mechanisms SET responses = '["accepted","noted"]'`).Error; err != nil {
			return err
		}
		var last int64
		if err := tx.Raw("SELECT max(r.id) FROM recommendations r JOIN editions e ON e.id = r.edition_id WHERE e.released_on <= ?", s.clock.Today()).Scan(&last).Error; err != nil {
			return err
		}
		return recommendations.SayRemark(tx, s.clock, s.two.actor, "LS", recommendations.RemarkSaid{RecommendationID: last, Kind: recommendations.Response, Word: "noted", Statement: "The government takes note"})
	}))
	put("recommendation", "SELECT min(id) FROM recommendations")
	put("item", "SELECT min(id) FROM items")
	put("item3", "SELECT min(id) FROM items WHERE recommendation_id = (SELECT min(id) FROM recommendations) AND retired_on IS NULL AND id > (SELECT min(id) FROM items)")
	put("item2", "SELECT min(id) FROM items WHERE recommendation_id > 1")
	put("person", "SELECT id FROM people WHERE email = ?", "one@tracker.example")
	put("entry", "SELECT min(seq) FROM audit_texts WHERE field = 'reason' AND value <> ''")
	put("recalled", "SELECT id FROM publications WHERE label = ?", s.objects["pub_recalled"])
	put("post", "SELECT id FROM posts WHERE title = ?", "coordinator two@tracker.example")
	put("mail", "SELECT min(id) FROM outbox")
	put("period", "SELECT min(id) FROM periods")
	put("deadline", "SELECT min(id) FROM deadlines")
	put("edition", "SELECT min(id) FROM editions")
	put("choice", "SELECT id FROM report_choices WHERE name = 'For the minister'")
	put("choice_other", "SELECT id FROM report_choices WHERE name = 'Monthly'")
	put("node_id", "SELECT id FROM nodes WHERE number = '3.1'")
	put("framework", "SELECT min(id) FROM frameworks")
	put("recommendation2", "SELECT max(id) FROM recommendations")
}

// copy is the scene once more, untouched, and a visitor of it.
func (s *scene) copy(t *testing.T, name string) (*house, *visitor) {
	t.Helper()
	h := houseOn(t, dbtest.SQLiteOf(t, s.file), testDay)
	h.askIssuer(accounts.Config{})
	return h, s.visitor(h, name)
}

// visitor is one of the scene's visitors in a copy of it.
func (s *scene) visitor(h *house, name string) *visitor {
	return &visitor{house: h, actor: s.who[name].actor, cookie: s.who[name].cookie}
}

// fill puts the objects in the place of their names; escape writes them as
// an address or a form needs them.
func (s *scene) fill(visitor, text string, escape func(string) string) string {
	parts := strings.Split(text, ":")
	for i, part := range parts[1:] {
		end := strings.IndexFunc(part, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' })
		if end < 0 {
			end = len(part)
		}
		name, value := part[:end], ""
		if value = s.objects[name]; name == "mine" {
			value = s.mine[visitor]
			if value == "" {
				value = s.objects["session"]
			}
		}
		if value == "" {
			s.t.Fatalf("%q names %q, which the scene does not have", text, name)
		}
		parts[i+1] = escape(value) + part[end:]
	}
	return strings.Join(parts, "")
}

func (s *scene) path(visitor, text string) string { return s.fill(visitor, text, url.PathEscape) }

// form reads a form written as an address would hold it.
func (s *scene) form(visitor, text string) url.Values {
	v, err := url.ParseQuery(s.fill(visitor, text, url.QueryEscape))
	must(s.t, err)
	return v
}

// agreed records an action, a recommendation and an undertaking of each of two
// partners.
func (s *scene) agreed(tx *gorm.DB, d dialogues.Dialogue, i dialogues.AgendaItem) error {
	_, err := dialogues.Agree(tx, s.clock, s.one.actor, dialogues.AgreedNew{Country: "LS", DialogueID: d.ID, ID: i.ID, Ref: "DIA-1", Title: "Agreed in spring", LeadID: s.msd.actor.InstitutionID, DueOn: day("2022-03-01")})
	if err != nil {
		return err
	}
	if _, err := recommendations.AddMechanism(tx, s.clock, s.one.actor, recommendations.MechanismNew{Code: "DIALOGUE", Name: "Talks in rooms", ShortName: "Talks", Scale: []string{"done", "not done"}}); err != nil {
		return err
	}
	_, err = dialogues.Recommend(tx, s.clock, s.one.actor, dialogues.RecommendedNew{Country: "LS", DialogueID: d.ID, ID: i.ID, Mechanism: "DIALOGUE",
		RecommendationFields: recommendations.RecommendationFields{Title: "Recommended in spring", Text: "It was recommended in spring.", Basis: recommendations.Restated, Source: "In spring"}})
	if err != nil {
		return err
	}
	other, err := accounts.CreateInstitution(tx, accounts.CommandLine(), s.clock.Now(), accounts.InstitutionChange{Code: "OTH", Name: "Other", ShortName: "Other", Kind: accounts.PartnerOutside})
	if err != nil {
		return err
	}
	s.objects["partner_id"] = itoa(s.partner.actor.InstitutionID)
	for name, partner := range map[string]int64{"undertaken": s.partner.actor.InstitutionID, "undertaken_other": other.ID} {
		u, err := dialogues.Undertake(tx, s.clock, s.one.actor, dialogues.UndertakingNew{Country: "LS", DialogueID: d.ID, ID: i.ID, InstitutionID: partner, Text: "Undertaken by " + name})
		if err != nil {
			return err
		}
		s.objects[name] = itoa(u.ID)
		if err := tx.Create(&dialogues.UndertakingStep{UndertakingID: u.ID, Kind: dialogues.StepAcknowledged, Text: "Seen", At: s.clock.Now(), ByID: &s.one.actor.PersonID}).Error; err != nil {
			return err
		}
	}
	return nil
}

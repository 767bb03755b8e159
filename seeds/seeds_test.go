package seeds

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

var dialogueDay = calendar.MustParse("2021-11-08")

// edited is the demonstration with replacements in one file, as file, old and
// new by turns; an empty new text of an empty old one removes the file.
func edited(t *testing.T, changes ...string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	names, err := fs.Glob(Lesotho(), "*.yaml")
	more, err2 := fs.Glob(Lesotho(), "files/*")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	names = append(names, more...)
	for _, name := range names {
		b, err := fs.ReadFile(Lesotho(), name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: b}
	}
	for i := 0; i < len(changes); i += 3 {
		name, old, now := changes[i], changes[i+1], changes[i+2]
		if old == "" {
			delete(out, name)
			continue
		}
		text := string(out[name].Data)
		if !strings.Contains(text, old) {
			t.Fatalf("%s does not hold %q", name, old)
		}
		out[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, now, 1))}
	}
	return out
}

func load(t *testing.T, d *db.DB, files fs.FS) Summary {
	t.Helper()
	s, err := Load(t.Context(), d, files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read1[T any](t *testing.T, d *db.DB, query string, args ...any) (out T) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Raw(query, args...).Scan(&out).Error }); err != nil {
		t.Fatal(err)
	}
	return out
}

// Every page must have something to show, and the demonstration is what the
// first reader judges the program by.
func TestTheDemonstrationHasSomethingForEveryPage(t *testing.T) {
	d := dbtest.SQLite(t)
	load(t, d, Lesotho())
	schedule := progress.Schedule{}
	var threads, late int
	if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) { schedule, err = progress.LoadSchedule(tx, "LS"); return err }); err != nil {
		t.Fatal(err)
	}
	for _, u := range read1[[]progress.Update](t, d, "SELECT * FROM updates") {
		if schedule.Late(u.AsOf, u.FirstSubmittedOn) {
			late++
		}
	}
	threads = read1[int](t, d, `SELECT count(DISTINCT r.update_id) FROM decisions r JOIN decisions s ON s.update_id = r.update_id
		WHERE r.kind = 'returned' AND s.kind = 'submitted' AND s.at > r.at`)
	for _, c := range []struct {
		what       string
		got, least int
	}{
		{"objectives", read1[int](t, d, "SELECT count(*) FROM nodes WHERE level = 'objective'"), 12},
		{"strands", read1[int](t, d, "SELECT count(*) FROM nodes WHERE level = 'strand'"), 4},
		{"commitments", read1[int](t, d, "SELECT count(*) FROM commitments"), 40},
		{"origins", read1[int](t, d, "SELECT count(DISTINCT origin) FROM commitments"), 3},
		{"updates", read1[int](t, d, "SELECT count(*) FROM updates WHERE state <> 'draft'"), 90},
		{"institutions with updates", read1[int](t, d, "SELECT count(DISTINCT institution_id) FROM updates WHERE state <> 'draft'"), 9},
		{"review states", read1[int](t, d, "SELECT count(DISTINCT state) FROM updates"), 4},
		{"delivery statuses", read1[int](t, d, "SELECT count(DISTINCT status) FROM current_status"), 5},
		{"return-and-correct threads", threads, 6},
		{"superseding corrections", read1[int](t, d, "SELECT count(*) FROM updates WHERE corrects_id IS NOT NULL AND state = 'approved'"), 2},
		{"late updates", late, 3},
		{"questions of a data request", read1[int](t, d, "SELECT count(*) FROM request_questions"), 8},
		{"questions without an answer", read1[int](t, d, "SELECT count(*) FROM request_questions q WHERE NOT EXISTS (SELECT 1 FROM request_answers a WHERE a.question_id = q.id)"), 3},
		{"transfers", read1[int](t, d, "SELECT count(*) FROM transfers"), 1},
		{"silent institutions that lead", read1[int](t, d, `SELECT count(DISTINCT c.lead_id) FROM commitments c
			WHERE NOT EXISTS (SELECT 1 FROM updates u WHERE u.institution_id = c.lead_id)`), 2},
		{"themes of commitments", themes(t, d), 4},
		{"items without an answer", read1[int](t, d, `SELECT count(*) FROM items i JOIN recommendations r ON r.id = i.recommendation_id JOIN editions e ON e.id = r.edition_id
			WHERE e.year = 2021 AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.item_id = i.id)`), 1},
		{"released summaries of shared commitments", read1[int](t, d, `SELECT count(DISTINCT r.update_id) FROM summary_releases r JOIN current_status s ON s.update_id = r.update_id
			JOIN commitment_revisions v ON v.commitment_id = s.commitment_id WHERE v.share <> 'internal'`), 25},
		{"approved summaries kept back", read1[int](t, d, `SELECT count(*) FROM updates u WHERE u.state = 'approved' AND u.shared_summary <> ''
			AND NOT EXISTS (SELECT 1 FROM summary_releases r WHERE r.update_id = u.id)`), 5},
		{"entries on behalf", read1[int](t, d, "SELECT count(*) FROM updates WHERE on_behalf"), 1},
		{"sign-ins printed", read1[int](t, d, "SELECT count(*) FROM people WHERE demo"), 8},
		{"recommendations on the agenda", read1[int](t, d, "SELECT count(*) FROM agenda_items"), 6},
		{"talking points and asks", read1[int](t, d, "SELECT count(*) FROM (SELECT agenda_item_id FROM agenda_texts WHERE field IN ('talking_points', 'asks', 'notes') GROUP BY agenda_item_id HAVING count(DISTINCT field) = 3) x"), 5},
		{"agenda items without a text", read1[int](t, d, "SELECT count(*) FROM agenda_items i WHERE NOT EXISTS (SELECT 1 FROM agenda_texts x WHERE x.agenda_item_id = i.id)"), 1},
		{"sources of evidence", read1[int](t, d, "SELECT count(DISTINCT kind) FROM evidence"), 6},
	} {
		if c.got < c.least {
			t.Errorf("%d %s, want at least %d", c.got, c.what, c.least)
		}
	}
}

func themes(t *testing.T, d *db.DB) int {
	t.Helper()
	n := 0
	for _, theme := range plan.Themes {
		n += min(1, read1[int](t, d, "SELECT count(*) FROM commitment_revisions WHERE themes LIKE ?", `%"`+theme+`"%`))
	}
	return n
}

func TestTheFirstLoadMarksTheDatabaseAndSetsItsClock(t *testing.T) {
	d := dbtest.SQLite(t)
	s := load(t, d, Lesotho())
	var settings accounts.Settings
	if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) { settings, err = accounts.LoadSettings(tx); return err }); err != nil {
		t.Fatal(err)
	}
	clock, err := settings.Clock()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2021, 11, 8, 7, 0, 0, 0, time.UTC)
	if late := clock.Now().Sub(start); late < -time.Second || late > time.Minute {
		t.Errorf("the clock says %s", clock.Now())
	}
	if !s.Demonstration || !settings.Demonstration || settings.Secretariat != "MSC" || settings.Owner == "" {
		t.Errorf("%+v", settings)
	}
	var later int
	if err := d.Read(t.Context(), func(tx *gorm.DB) error {
		list, err := recommendations.Editions(tx, "LS", clock.Today())
		for _, e := range list {
			if e.Year > 2021 {
				later++
			}
		}
		return err
	}); err != nil || later > 0 {
		t.Errorf("%d editions are seen before their release, %v", later, err)
	}
	if n := read1[int](t, d, "SELECT count(*) FROM editions WHERE year > 2021"); n != 2 {
		t.Errorf("%d later editions are held, want 2", n)
	}
	if n := read1[int](t, d, "SELECT count(*) FROM audit_entries WHERE at > ?", clock.Now()); n != 0 {
		t.Errorf("%d audit entries lie after the clock", n)
	}
}

// Guards what a person changed against a second load, and the trail against
// entries of things that did not happen.
func TestLoadingAgainChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := load(t, d, Lesotho())
		clock := calendar.FixedClock(time.Date(2021, 11, 8, 9, 5, 0, 0, time.FixedZone("SAST", 2*3600)))
		err := d.Write(t.Context(), func(tx *gorm.DB) error {
			system := accounts.CommandLine()
			i, err := accounts.InstitutionByCode(tx, "MSD")
			if err != nil {
				return err
			}
			if err := accounts.ChangeInstitution(tx, system, clock.Now(), "MSD", i.Version, accounts.InstitutionChange{Name: "Changed by a person", ShortName: "MSD", Kind: accounts.Government}); err != nil {
				return err
			}
			if err := renameDeadlines(tx, clock); err != nil {
				return err
			}
			list, err := plan.AnswersInForce(tx, dialogueDay, clock.Now())
			if err != nil {
				return err
			}
			return errors.Join(plan.End(tx, clock, system, plan.AnswerEnd{ID: list[0].ID, Reason: "Ended by a person"}), changeDialogue(tx, clock))
		})
		if err != nil {
			t.Fatal(err)
		}
		state := func() string {
			var parts []string
			for _, table := range []string{"institutions", "people", "posts", "nodes", "items", "deadlines", "commitments", "commitment_revisions", "answers", "transfers",
				"successions", "updates", "decisions", "evidence", "summary_releases", "verifications", "verification_papers", "ratings", "request_questions", "request_answers", "dialogues", "agenda_items", "audit_entries", "settings"} {
				parts = append(parts, fmt.Sprint(table, read1[int](t, d, "SELECT count(*) FROM "+table)))
			}
			return strings.Join(parts, " ")
		}
		before := state()
		again := load(t, d, Lesotho())
		if again.Added() != 0 || state() != before {
			t.Errorf("the second load added %+v\n%s\n%s", again.Counts, before, state())
		}
		for i, c := range again.Counts {
			if c.Kind == "revisions" || i >= len(first.Counts) {
				continue
			}
			if j := slices.IndexFunc(first.Counts, func(f Count) bool { return f.Kind == c.Kind }); c.There != first.Counts[j].Added {
				t.Errorf("%s: added %d, then there %d", c.Kind, first.Counts[j].Added, c.There)
			}
		}
		if asks := read1[string](t, d, "SELECT x.text FROM agenda_items i JOIN agenda_texts x ON x.agenda_item_id = i.id AND x.field = 'asks' ORDER BY i.position, x.id DESC LIMIT 1"); asks != "Written by a person" {
			t.Errorf("the load overwrote what a person wrote: %q", asks)
		}
		if name := read1[string](t, d, "SELECT name FROM institutions WHERE code = 'MSD'"); name != "Changed by a person" {
			t.Errorf("the load overwrote a person's change: %q", name)
		}
		if r, err := audit.Verify(t.Context(), d); err != nil || !r.OK() {
			t.Errorf("the trail: %+v, %v", r, err)
		}
	})
}

// changeDialogue moves the dialogue to another day, takes an item off its
// agenda and writes on another.
func changeDialogue(tx *gorm.DB, clock calendar.Clock) error {
	list, err := dialogues.All(tx, "LS")
	if err != nil {
		return err
	}
	d, system := list[0], accounts.CommandLine()
	agenda, err := dialogues.Agenda(tx, d.ID)
	if err != nil {
		return err
	}
	return errors.Join(
		dialogues.Change(tx, clock, system, dialogues.DialogueChange{Country: "LS", ID: d.ID, Version: d.Version, Fields: dialogues.Fields{Title: "Changed by a person", HeldOn: d.HeldOn.AddDays(7)}}),
		dialogues.RemoveItem(tx, clock, system, dialogues.Removal{Country: "LS", DialogueID: d.ID, ID: agenda[0].ID, Version: agenda[0].Version}),
		dialogues.Write(tx, clock, system, dialogues.Writing{Country: "LS", DialogueID: d.ID, ID: agenda[1].ID, Texts: dialogues.Texts{Asks: "Written by a person"}, Seen: map[dialogues.Field]int64{dialogues.Asks: agenda[1].Revisions[dialogues.Asks]}}))
}

// renameDeadlines gives every deadline another title, and moves its due day
// where it is a reporting deadline.
func renameDeadlines(tx *gorm.DB, clock calendar.Clock) error {
	schedule, err := progress.LoadSchedule(tx, "LS")
	for _, d := range schedule {
		in := progress.DeadlineChange{Title: "Renamed: " + d.Title, CoversFrom: d.CoversFrom, CoversTo: d.CoversTo, DueOn: d.DueOn}
		if d.Purpose == progress.Reporting && d.Open() {
			in.DueOn = d.DueOn.AddDays(7)
		}
		err = errors.Join(err, progress.ChangeDeadline(tx, clock, accounts.CommandLine(), d.ID, d.Version, in))
	}
	return err
}

func TestWhatIsMissingIsAdded(t *testing.T) {
	d := dbtest.SQLite(t)
	load(t, d, edited(t, updatesFile, "", "", institutionsFile, "- {code: UNODC", "# {code: UNODC"))
	if n := read1[int](t, d, "SELECT count(*) FROM updates"); n != 0 {
		t.Fatalf("%d updates without their file", n)
	}
	s := load(t, d, edited(t, commitmentsFile, "item: TIP 2021/2b", "item: TIP 2021/2c", updatesFile, "", ""))
	var got []string
	for _, c := range s.Counts {
		if c.Added > 0 {
			got = append(got, fmt.Sprint(c.Added, " ", c.Kind))
		}
	}
	if want := []string{"1 institutions", "1 answers"}; !slices.Equal(got, want) {
		t.Errorf("added %v, want %v", got, want)
	}
}

// A row that breaks a rule is named, and nothing of the folder is kept.
func TestABadRowIsNamedAndNothingIsLoaded(t *testing.T) {
	d := dbtest.SQLite(t)
	for name, c := range map[string]struct {
		change    []string
		file, row string
		says      string
	}{
		"a field nobody knows": {[]string{institutionsFile, "short: Home Affairs", "shrt: Home Affairs"}, institutionsFile, "", "line"},
		"a date that is none":  {[]string{commitmentsFile, "starts_on: 2021-04-01", "starts_on: 2021-04-31"}, commitmentsFile, "", "2021-04-31"},
		"an unknown lead":      {[]string{commitmentsFile, "lead: MHA", "lead: ZZZ"}, commitmentsFile, "NSF 1.1.1", "ZZZ"},
		"a partner that leads": {[]string{commitmentsFile, "lead: MHA", "lead: USE"}, commitmentsFile, "NSF 1.1.1", "USE is a partner"},
		"an unknown node":      {[]string{commitmentsFile, `node: "1.1"`, `node: "1.9"`}, commitmentsFile, "NSF 1.1.1", "1.9"},
		"a gap in share":       {[]string{commitmentsFile, "[internal, partner, public]", "[internal, public]"}, commitmentsFile, "NSF 1.1.1", "share"},
		"an unknown item":      {[]string{commitmentsFile, "item: TIP 2021/2b", "item: TIP 2021/2x"}, commitmentsFile, "NSF 1.1.2, TIP 2021/2x", "TIP 2021/2x"},
		"a reference twice":    {[]string{commitmentsFile, "ref: NSF 1.1.2", "ref: NSF 1.1.1"}, commitmentsFile, "NSF 1.1.1", "twice"},
		"a parent below":       {[]string{frameworkFile, `parent: "1"`, `parent: "4"`}, frameworkFile, "1.1", "parent"},
		"a fifth completeness": {[]string{recommendationsFile, "completeness: not_held", "completeness: half"}, recommendationsFile, "TIP 2016", "complete"},
		"ranges that overlap":  {[]string{periodsFile, "covers_from: 2021-07-01", "covers_from: 2021-06-30"}, periodsFile, "2021-22, July to September 2021", ""},
		"nobody approves":      {[]string{updatesFile, "by: coordinator.two@tracker.example", "by: nobody@tracker.example"}, updatesFile, "nsf-1-1-1-20210618, approve", "nobody"},
		"two eyes":             {[]string{updatesFile, "by: coordinator.two@tracker.example", "by: focal.mha@tracker.example"}, updatesFile, "nsf-1-1-1-20210618, approve", ""},
		"a draft released":     {[]string{updatesFile, "  shared_summary: \"The third meeting was held on 28 September 2021.\"\n", "  released: true\n"}, updatesFile, "nsf-1-1-1-20210930", "not approved"},
		"nothing to release":   {[]string{updatesFile, "  shared_summary: \"The committee held its first meeting of the year on 17 June 2021.\"\n", ""}, updatesFile, "nsf-1-1-1-20210618, approve", ""},
		"a future as_of":       {[]string{updatesFile, "as_of: 2021-06-18", "as_of: 2021-06-25"}, updatesFile, "nsf-1-1-1-20210618", "as_of"},
		"after the clock":      {[]string{updatesFile, "at: 2021-06-28T09:10:00+02:00", "at: 2021-11-08T09:10:00+02:00"}, updatesFile, "nsf-1-1-1-20210618, approve", "after the clock"},
		"an unknown demand":    {[]string{dialoguesFile, "recommendation: TIP 2021/2", "recommendation: TIP 2021/99"}, dialoguesFile, "dialogue-2021-11, agenda", "TIP 2021/99"},
		"twice on the agenda":  {[]string{dialoguesFile, "recommendation: TIP 2021/3", "recommendation: TIP 2021/2"}, dialoguesFile, "dialogue-2021-11, agenda", "twice"},
		"later than the talk":  {[]string{dialoguesFile, "since_on: 2021-07-01", "since_on: 2021-11-19"}, dialoguesFile, "dialogue-2021-11", "since_on"},
		"another dialogue":     {[]string{countryFile, "on: 2021-11-18", "on: 2021-11-19"}, countryFile, "dialogue", "2021-11-19"},
		"no time zone":         {[]string{countryFile, "zone: Africa/Maseru", "zone: Maseru"}, countryFile, "zone", "Maseru"},
	} {
		_, err := Load(t.Context(), d, edited(t, c.change...))
		var e *Error
		if !errors.As(err, &e) || e.File != c.file || e.Row != c.row || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, table := range []string{"institutions", "people", "commitments", "updates", "dialogues", "audit_entries", "settings"} {
		if n := read1[int](t, d, "SELECT count(*) FROM "+table); n != 0 {
			t.Errorf("%d %s are left of folders that were refused", n, table)
		}
	}
	if _, err := Load(t.Context(), d, fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder without country.yaml: %v", err)
	}
}

// Guards a ministry's own plan against being marked as a demonstration.
func TestTheDemonstrationStaysOutOfADatabaseInUse(t *testing.T) {
	d := dbtest.SQLite(t)
	load(t, d, edited(t, countryFile, "demonstration: true", "demonstration: false"))
	if n := read1[int](t, d, "SELECT count(*) FROM people WHERE demo"); n != 0 {
		t.Errorf("%d accounts of a real plan are marked for printing their sign-in", n)
	}
	if _, err := Load(t.Context(), d, Lesotho()); !errors.Is(err, ErrInUse) {
		t.Errorf("loaded: %v", err)
	}
	if _, err := Load(t.Context(), d, edited(t, countryFile, "code: LS", "code: BW", countryFile, "demonstration: true", "demonstration: false")); problem.KindOf(err) != problem.Internal || err == nil {
		t.Errorf("a folder of another country: %v", err)
	}
}

// The same folder gives the same plan and the same status on both engines.
func TestBothEnginesHoldTheSame(t *testing.T) {
	var told []string
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		load(t, d, Lesotho())
		var b strings.Builder
		err := d.Read(t.Context(), func(tx *gorm.DB) error {
			for _, on := range []string{"2021-06-30", "2021-07-01", "2021-11-08"} {
				day := calendar.MustParse(on)
				k := time.Date(2021, 11, 8, 7, 0, 0, 0, time.UTC)
				revisions, err := plan.RevisionsInForce(tx, day, k)
				if err != nil {
					return err
				}
				standings, err := progress.StatusAt(tx, day, k)
				if err != nil {
					return err
				}
				for id := range int64(len(revisions) + 1) {
					r := revisions[id]
					fmt.Fprintln(&b, on, id, r.EffectiveOn, r.RecordedAt.UTC(), r.Terms.Title, r.LeadID, r.DueOn, r.Supporting, r.Milestones, r.Budget, standings[id].Status)
				}
				answers, err := plan.AnswersInForce(tx, day, k)
				if err != nil {
					return err
				}
				for _, a := range answers {
					fmt.Fprintln(&b, on, a.CommitmentID, a.ItemID, a.Extent, a.Reason, a.LinkedOn, a.LinkedAt.UTC())
				}
				items, err := recommendations.AllItems(tx, "LS", day, time.Now())
				if err != nil {
					return err
				}
				for _, i := range items {
					fmt.Fprintln(&b, on, i.Ref(), i.Lead, i.Title, i.Text)
				}
			}
			nodes, err := plan.Nodes(tx, "LS")
			for _, n := range nodes {
				fmt.Fprintln(&b, n.Number, n.SortKey)
			}
			newest, err2 := progress.Known(tx)
			fmt.Fprintln(&b, newest)
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, b.String())
	})
	if len(told) != 2 || len(told[0]) < 5000 || told[0] != told[1] {
		t.Errorf("%d tellings of %d bytes differ", len(told), len(told[0]))
	}
}

// What lies after the demonstration's clock waits: on its own day the dialogue
// stands prepared, and once the clock was moved it has been held, with what was
// agreed due before the end of February, and a follow-up is planned. What a
// person did meanwhile is left alone.
func TestTheDialogueIsHeldOnceTheClockWasMoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		load(t, d, Lesotho())
		if state := read1[string](t, d, "SELECT state FROM dialogues"); state != "prepared" {
			t.Errorf("on its own day the dialogue is %s", state)
		}
		zone := time.FixedZone("SAST", 2*3600)
		people, err := accounts.New(d, calendar.FixedClock(time.Date(2021, 11, 8, 9, 0, 0, 0, zone)), time.Now, accounts.Config{})
		if err != nil {
			t.Fatal(err)
		}
		if err := people.MoveClock(t.Context(), time.Date(2021, 12, 1, 9, 0, 0, 0, zone)); err != nil {
			t.Fatal(err)
		}
		load(t, d, Lesotho())
		for _, c := range []struct{ what, query, want string }{
			{"the dialogue", "SELECT state FROM dialogues WHERE held_on = '2021-11-18'", "held"},
			{"the follow-up", "SELECT state FROM dialogues WHERE held_on = '2022-02-24'", "planned"},
			{"its agenda", "SELECT CAST(count(*) AS TEXT) FROM agenda_items i JOIN dialogues d ON d.id = i.dialogue_id WHERE d.held_on = '2022-02-24'", "3"},
			{"what is agreed", "SELECT CAST(count(*) AS TEXT) FROM agreed_actions a JOIN commitments c ON c.id = a.commitment_id WHERE c.origin = 'dialogue' AND c.due_on <= '2022-02-28'", "3"},
			{"undertakings", "SELECT CAST(count(*) AS TEXT) FROM undertakings u JOIN institutions i ON i.id = u.institution_id WHERE i.code = 'USE' AND u.state = 'open'", "2"},
			{"what was said", "SELECT CAST(count(DISTINCT agenda_item_id) AS TEXT) FROM agenda_texts WHERE field = 'agreed'", "3"},
		} {
			if got := read1[string](t, d, c.query); got != c.want {
				t.Errorf("%s: %s, want %s", c.what, got, c.want)
			}
		}
		entries := read1[int](t, d, "SELECT count(*) FROM audit_entries")
		if again := load(t, d, Lesotho()); again.Added() != 0 || read1[int](t, d, "SELECT count(*) FROM audit_entries") != entries {
			t.Errorf("a third load added %+v", again.Counts)
		}
	})
}

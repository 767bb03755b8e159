package web

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports/publications"
	"tracker/internal/workbook"
)

// roles who walk through the program, the one who sees most first, and their
// account in the demonstration. Nobody signed in is "".
var walkers = []struct {
	may   permission
	email string
}{
	{anybody, ""},
	{coordinator, "coordinator.one@tracker.example"},
	{focalPoint, "focal.msd@tracker.example"},
	{administrator, "admin@tracker.example"},
	{auditor, "auditor@tracker.example"},
	{partner, "partner.use@tracker.example"},
	{countersigner, "ps.mha@tracker.example"},
}

// places gives the parameters of the routes a real value of the demonstration:
// the first row of a query. The name is the route as far as the parameter, or
// the whole route and the parameter where this route needs another value.
var places = map[string]string{
	"/recommendations/editions/:mechanism":       `SELECT 'TIP'`,
	"/recommendations/editions/:mechanism/:year": `SELECT '2021'`,
	"/recommendations/:id":                       `SELECT r.id FROM recommendations r JOIN editions e ON e.id = r.edition_id JOIN items i ON i.recommendation_id = r.id JOIN answers a ON a.item_id = i.id WHERE e.year = 2021 ORDER BY r.number`,
	"/recommendations/mechanisms/:code":          `SELECT 'TIP'`,
	"/recommendations/:id/items/:item":           `SELECT a.item_id FROM answers a JOIN items i ON i.id = a.item_id JOIN recommendations r ON r.id = i.recommendation_id JOIN editions e ON e.id = r.edition_id WHERE e.year = 2021 ORDER BY r.number, i.letter`,
	"/framework/:code":                           `SELECT code FROM frameworks`,
	"/framework/:code/nodes/:id":                 `SELECT id FROM nodes WHERE number = '3.2'`,
	"/institutions/:code":                        `SELECT 'MSD'`,
	"/commitments/:ref":                          `SELECT 'NSF 4.1.2'`,
	"/commitments/:ref/answers/:id":              `SELECT a.id FROM answers a JOIN commitments c ON c.id = a.commitment_id WHERE c.ref = 'NSF 4.1.2'`,
	"/updates/:id":                               updateOf("MSD", "approved"),
	"/updates/:id/evidence/:paper":               fileOf("attendance-by-office-DEMONSTRATION.csv", "e.id"),
	"/help/:page":                                `SELECT 'rules'`,
	"/periods/:id":                               `SELECT id FROM periods`,
	"/periods/deadlines/:id":                     `SELECT id FROM deadlines WHERE purpose = 'reporting' AND closed_at IS NULL ORDER BY due_on`,
	"/periods/deadlines/:id/request/:question":   `SELECT number FROM request_questions q WHERE NOT EXISTS (SELECT 1 FROM request_answers a WHERE a.question_id = q.id) ORDER BY number`,
	"/dialogues/:id":                             `SELECT id FROM dialogues WHERE seed_key <> ''`,
	"/dialogues/:id/agenda/:item":                `SELECT id FROM agenda_items ORDER BY position`,
	"/jobs/:id":                                  `SELECT id FROM jobs WHERE state = 'done' AND kind = 'report'`,
	"/import/:id":                                `SELECT id FROM imports WHERE state = 'read' AND kind = 'plan'`,
	"/admin/people/:id":                          `SELECT id FROM people WHERE email = 'focal.moh@tracker.example'`,
	"/admin/institutions/:code":                  `SELECT 'MOH'`,
	"/admin/purge/entries/:seq":                  `SELECT min(seq) FROM audit_texts WHERE value <> ''`,
	"/admin/purge/publications/:id":              `SELECT id FROM publications WHERE state = 'recalled'`,
	"/publications/:number":                      publicEdition,
	"/publications/:number/files/:format":        `SELECT 'csv'`,
	"/publications/:number/ratings/:row":         `SELECT 'r2'`,
	"/dialogues/:id/packs/:pack":                 `SELECT 'partner'`,
	"/dialogues/:id/packs/:pack/:format":         `SELECT 'pdf'`,
	"/clearance/:id":                             `SELECT u.id FROM updates u JOIN clearances k ON k.update_id = u.id WHERE u.state = 'draft'`,
	"/clearance/measurements/:id":                `SELECT m.id FROM measurements m JOIN measurement_clearances k ON k.measurement_id = m.id WHERE m.state = 'draft'`,
	"/publications/prepared/:id":                 `SELECT id FROM publications WHERE state = 'prepared'`,
	"/publications/prepared/:id/files/:format":   `SELECT 'csv'`,
	"/recommendations/:id/remarks/:kind":         `SELECT 'outcome'`,
	"/indicators/:ref":                           `SELECT 'INV'`,
	"/measurements/:id":                          figuresOf("MPPS", "submitted"),

	"/recommendations/editions/:mechanism/:year/remove :year": `SELECT '2016'`,
	"/commitments/:ref/updates/new :ref":                      `SELECT c.ref FROM current_status s JOIN commitments c ON c.id = s.commitment_id JOIN updates u ON u.id = s.update_id JOIN institutions i ON i.id = u.institution_id WHERE i.code = 'MSD' AND s.status = 'in_progress' ORDER BY c.ref`,
	"/periods/deadlines/:id/reopen :id":                       closedDeadline,
	"/periods/deadlines/:id/certify :id":                      closedDeadline,
	"/periods/deadlines/:id/request :id":                      requestDeadline,
	"/periods/deadlines/:id/request.csv :id":                  requestDeadline,
	"/periods/deadlines/:id/request.xlsx :id":                 requestDeadline,
	"/periods/deadlines/:id/request/new :id":                  requestDeadline,
	"/periods/deadlines/:id/request/submit :id":               requestDeadline,
	"/periods/deadlines/:id/request/:question :id":            requestDeadline,
	"/periods/deadlines/:id/request/:question/change :id":     requestDeadline,
	"/periods/deadlines/:id/request/:question/remove :id":     requestDeadline,
	"/dialogues/:id/prepared :id":                             `SELECT id FROM dialogues WHERE held_on = '2021-11-05'`,
	"/dialogues/:id/held :id":                                 `SELECT id FROM dialogues WHERE held_on = '2021-11-05'`,
	"/dialogues/:id/agenda/:item/agree :id":                   springTalk,
	"/dialogues/:id/agenda/:item/agree :item":                 springItem,
	"/dialogues/:id/agenda/:item/undertake :id":               springTalk,
	"/dialogues/:id/agenda/:item/undertake :item":             springItem,
	"/dialogues/:id/agenda/:item/recommend :id":               springTalk,
	"/dialogues/:id/agenda/:item/recommend :item":             springItem,
	"/publications/:number/clearance :number":                 `SELECT label FROM publications WHERE kind = 'record' AND state = 'published' AND id NOT IN (SELECT publication_id FROM record_clearances WHERE verdict = 'cleared')`,
	"/undertakings/:id":                                       `SELECT id FROM undertakings`,
	"/dialogues/:id/followed-up :id":                          `SELECT id FROM dialogues WHERE state = 'held'`,
	"/dialogues/:id/planned :id":                              `SELECT id FROM dialogues WHERE state = 'held'`,
	"/indicators/:ref/measurements/new :ref":                  `SELECT 'SOPS'`,
	"/measurements/:id/edit :id":                              figuresOf("MSD", "returned"),
	"/measurements/:id/correct :id":                           figuresOf("MSD", "approved"),
	"/measurements/:id/discard :id":                           figuresOf("MSD", "draft"),
	"/measurements/:id/choose :id":                            figuresOf("MPPS", "approved"),
	"/updates/:id/edit :id":                                   updateOf("MSD", "returned"),
	"/updates/:id/discard :id":                                updateOf("MSD", "draft"),
	"/updates/:id/evidence/new :id":                           updateOf("MSD", "draft"),
	"/updates/:id/evidence/:paper :id":                        fileOf("attendance-by-office-DEMONSTRATION.csv", "e.update_id"),
	"/updates/:id/evidence/:paper/quarantine :id":             fileOf("attendance-by-office-DEMONSTRATION.csv", "e.update_id"),
	"/updates/:id/evidence/:paper/remove :id":                 fileOf("attendance-october-november-DEMONSTRATION.csv", "e.update_id"),
	"/updates/:id/evidence/:paper/remove :paper":              fileOf("attendance-october-november-DEMONSTRATION.csv", "e.id"),
	"/updates/:id/evidence/:paper/lift :id":                   fileOf("test-of-the-sheet-DEMONSTRATION.txt", "e.update_id"),
	"/updates/:id/evidence/:paper/lift :paper":                fileOf("test-of-the-sheet-DEMONSTRATION.txt", "e.id"),
	"/updates/:id/evidence/:paper/purge :id":                  fileOf("test-of-the-sheet-DEMONSTRATION.txt", "e.update_id"),
	"/updates/:id/evidence/:paper/purge :paper":               fileOf("test-of-the-sheet-DEMONSTRATION.txt", "e.id"),
	"/updates/:id/release :id":                                `SELECT u.id FROM updates u WHERE u.state = 'approved' AND u.shared_summary <> '' AND NOT EXISTS (SELECT 1 FROM summary_releases r WHERE r.update_id = u.id) ORDER BY u.id DESC`,
	"/updates/:id/verify :id":                                 `SELECT s.update_id FROM current_status s JOIN evidence e ON e.update_id = s.update_id ORDER BY e.id`,
	"/updates/:id/withdraw :id":                               `SELECT update_id FROM summary_releases ORDER BY id`,
}

const partnerEdition = `SELECT label FROM publications WHERE state = 'published' AND audience = 'partner' AND kind = 'status' ORDER BY number DESC`

const publicEdition = `SELECT label FROM publications WHERE state = 'published' AND audience = 'public' ORDER BY number DESC`

const internalEdition = `SELECT label FROM publications WHERE audience = 'internal' ORDER BY number DESC`

const clearedRecord = `SELECT p.label FROM publications p JOIN record_clearances c ON c.publication_id = p.id WHERE c.verdict = 'cleared'`

const requestDeadline = `SELECT id FROM deadlines WHERE purpose = 'request'`

const closedDeadline = `SELECT id FROM deadlines WHERE closed_at IS NOT NULL AND certified_at IS NULL`

// updateOf asks for an update of an institution in a state of review.
func updateOf(institution, state string) string {
	return `SELECT u.id FROM updates u JOIN institutions i ON i.id = u.institution_id WHERE u.kind = 'update' AND i.code = '` + institution + `' AND u.state = '` + state + `' ORDER BY u.id`
}

// The dialogue in spring was held, and has one point of its own.
const (
	springTalk = `SELECT id FROM dialogues WHERE held_on = '2021-05-20'`
	springItem = `SELECT id FROM agenda_items WHERE title = 'Calendar'`
)

// figuresOf asks for a logged measurement of an institution in a state of review.
func figuresOf(institution, state string) string {
	return `SELECT m.id FROM measurements m JOIN institutions i ON i.id = m.institution_id WHERE m.basis = 'logged' AND i.code = '` + institution + `' AND m.state = '` + state + `' ORDER BY m.id`
}

// fileOf asks for what names a file of the demonstration.
func fileOf(name, column string) string {
	return `SELECT ` + column + ` FROM evidence e JOIN evidence_files f ON f.id = e.file_id WHERE f.name = '` + name + `'`
}

// also are visits that the table of routes does not name by itself: the same
// page for other people, in another state, or wrong. place finds the
// parameter when the path has one.
var also = []struct {
	may    permission
	path   string
	place  string
	status int
}{
	{focalPoint, "/", "", 200}, {administrator, "/", "", 200}, {auditor, "/", "", 200}, {partner, "/", "", 200}, {countersigner, "/", "", 200},
	{coordinator, "/review", "", 200}, {focalPoint, "/account", "", 200}, {auditor, "/account/second-factor", "", 200}, {anybody, "/sign-in?next=%2Fcommitments", "", 200},
	{focalPoint, "/indicators", "", 200}, {auditor, "/indicators/SOPS", "", 200}, {coordinator, "/indicators/INV/measurements/new?basis=reported", "", 200}, {coordinator, "/indicators/INV/measurements/new", "", 200},
	{focalPoint, "/commitments", "", 200}, {coordinator, "/commitments?status=stalled&sort=-due", "", 200}, {coordinator, "/commitments?q=nothing+is+called+so", "", 200},
	{focalPoint, "/commitments/NSF%203.1.1", "", 200}, {auditor, "/commitments/NSF%201.1.1", "", 200}, {coordinator, "/reports?as_of=2021-06-30", "", 200},
	{coordinator, "/reports?as_of=2021-11-01&since=period&audience=partner&institution=MPPS&institution=MSD&section=changes&section=commitments", "", 200},
	{focalPoint, "/institutions/MSD", "", 200}, {coordinator, "/institutions/MOH", "", 200}, {coordinator, "/recommendations/editions/TIP/2016", "", 200},
	{auditor, "/money?by=commitment&year=all", "", 200}, {coordinator, "/money?funder=nobody", "", 200}, {auditor, "/reports/changes?by=recommendation&what=late", "", 200}, {coordinator, "/reports/changes?since=year&by=institution", "", 200}, {coordinator, "/reports/changes?since=day&since_day=never", "", 422},
	{auditor, "/recommendations/coverage?by=theme", "", 200}, {coordinator, "/recommendations/coverage?edition=TIP+2018", "", 200}, {focalPoint, "/recommendations/coverage?edition=TIP+2020", "", 200},
	{auditor, "/discipline?period=2021-22&kind=non_government", "", 200}, {coordinator, "/discipline/commitments?state=never", "", 404},
	{coordinator, "/updates/:id", updateOf("MHA", "submitted"), 200}, {focalPoint, "/updates/:id", updateOf("MSD", "draft"), 200},
	{focalPoint, "/updates/:id", updateOf("MSD", "returned"), 200}, {coordinator, "/commitments/:ref/updates/new", `SELECT 'NSF 1.1.1'`, 200},
	{coordinator, "/periods/deadlines/:id", closedDeadline, 200}, {coordinator, "/periods/deadlines/:id", `SELECT id FROM deadlines WHERE certified_at IS NOT NULL`, 200}, {administrator, "/admin/people/:id", `SELECT id FROM people WHERE disabled_at IS NOT NULL`, 200},
	{coordinator, "/jobs/:id", `SELECT id FROM jobs WHERE state = 'failed'`, 200}, {coordinator, "/jobs/:id", `SELECT id FROM jobs WHERE state = 'running'`, 200},
	{auditor, "/jobs/:id", `SELECT id FROM jobs WHERE kind = 'verify'`, 200}, {countersigner, "/jobs/:id", `SELECT id FROM jobs WHERE kind = 'publish'`, 200},
	{coordinator, "/import/:id", `SELECT id FROM imports WHERE state = 'taken'`, 200}, {coordinator, "/import/:id", `SELECT id FROM imports WHERE state = 'sent'`, 200}, {focalPoint, "/import", "", 200}, {administrator, "/import", "", 200},
	{coordinator, "/jobs/:id?still=1", `SELECT id FROM jobs WHERE state = 'queued'`, 200},
	{focalPoint, "/help/focal-point", "", 200}, {coordinator, "/help/coordinator", "", 200},
	{focalPoint, "/dialogues", "", 200}, {auditor, "/dialogues/:id", `SELECT id FROM dialogues WHERE seed_key <> ''`, 200}, {coordinator, "/dialogues/:id", `SELECT id FROM dialogues WHERE held_on = '2021-11-05'`, 200},
	{coordinator, "/dialogues/:id", `SELECT id FROM dialogues WHERE state = 'held'`, 200},
	{coordinator, "/publications", "", 200}, {coordinator, "/publications/:number", partnerEdition, 200}, {coordinator, "/publications/prepare?since=period&audience=partner", "", 200},
	{countersigner, "/publications/prepared/:id", `SELECT id FROM publications WHERE state = 'prepared'`, 200}, {countersigner, "/publications", "", 200},
	{coordinator, "/publications/:number", clearedRecord, 200}, {partner, "/publications/:number", clearedRecord, 200}, {partner, "/publications/:number/read", clearedRecord, 200}, {countersigner, "/publications/prepared/:id", `SELECT id FROM publications WHERE state = 'prepared' AND kind = 'pack'`, 200},
	{coordinator, "/dialogues/:id/packs", springTalk, 200},
	{partner, "/publications/:number", partnerEdition, 200}, {partner, "/publications/:number/read", partnerEdition, 200},
	{partner, "/publications/:number", `SELECT label FROM publications WHERE state = 'recalled'`, 200}, {partner, "/publications/:number", `SELECT label FROM publications WHERE audience = 'internal'`, 404},
	{partner, "/publications/:number/differences", partnerEdition, 200}, {coordinator, "/publications/:number/differences", internalEdition, 200}, {partner, "/publications/:number/differences", internalEdition, 404},
	{partner, "/publications/:number/differences?from=LS-2021-9999", partnerEdition, 404}, {coordinator, "/publications/:number/differences?from=LS-2021-0003", internalEdition, 200}, {anybody, "/publications/:number/differences", publicEdition, 200},
	{administrator, "/admin/purge?entry=soon", "", 422}, {administrator, "/admin/purge/publications/:id", `SELECT id FROM publications WHERE state = 'published'`, 200},
	{anybody, "/nothing-is-here", "", 404}, {anybody, "/links/aaaa", "", 404}, {partner, "/commitments", "", 404}, {focalPoint, "/updates/99999", "", 404},
	{coordinator, "/reports?as_of=soon", "", 422},
}

// stop is one page of the program as one person sees it.
type stop struct {
	walker string // e-mail, or nobody
	path   string
	*answer
}

// The walks that the test command takes without the race detector are those of
// the line in it: each is there.
func TestTheTestCommandTakesEveryWalk(t *testing.T) {
	command, err := os.ReadFile("../Makefile")
	must(t, err)
	lines := regexp.MustCompile(`(?m)^(?:WALKS|TURNS) := \^\((.*)\)\$\$$`).FindAllSubmatch(command, -1)
	if len(lines) != 2 || bytes.Count(command, []byte(" -run '$(WALKS)|$(TURNS)' ./web")) != 1 || bytes.Count(command, []byte(" -run '$(TURNS)' $(TURNS_AT)")) != 1 || bytes.Count(command, []byte("-skip '$(WALKS)|$(TURNS)' ./web")) != 1 {
		t.Fatal("the test command does not take the walks that it leaves out")
	}
	where := []string{"*_test.go"}
	for at := range strings.FieldsSeq(string(regexp.MustCompile(`(?m)^TURNS_AT := (.*)$`).FindSubmatch(command)[1])) {
		where = append(where, filepath.Join("..", at, "*_test.go"))
	}
	var all []byte
	for _, pattern := range where {
		sources, err := filepath.Glob(pattern)
		must(t, err)
		for _, source := range sources {
			text, err := os.ReadFile(source)
			must(t, err)
			all = append(all, text...)
		}
	}
	for _, line := range lines {
		for name := range strings.SplitSeq(string(line[1]), "|") {
			if n := bytes.Count(all, []byte("\nfunc "+name+"(t *testing.T) {")); n != 1 {
				t.Errorf("there are %d tests %s", n, name)
			}
		}
	}
}

// walk is the demonstration with somebody of each role in it.
type walk struct {
	*house
	people map[string]*visitor
	made   map[string]string // values of parameters that no table holds
}

// haveSecond gives people who are signed in already a second factor.
func (h *house) haveSecond(emails ...string) {
	h.t.Helper()
	must(h.t, h.db.Write(h.t.Context(), func(tx *gorm.DB) error {
		return tx.Exec("INSERT INTO second_factors (person_id, sealed, made_at) SELECT id, ?, ? FROM people WHERE email IN ?", []byte("sealed"), testDay.UTC(), emails).Error
	}))
}

func newWalk(t *testing.T) *walk {
	t.Helper()
	w := &walk{house: demoHouse(t, testDay), people: map[string]*visitor{}}
	known, err := described()
	must(t, err)
	people, err := accounts.New(w.db, w.clock, time.Now, accounts.Config{Address: "http://tracker.example", Mail: true, Issuer: known, Texts: w.s.t, Keys: testKeys(t)})
	must(t, err)
	w.s.Accounts = people
	w.people[""] = w.stranger()
	for _, p := range walkers {
		if p.email != "" {
			w.signIn(p.email) // on another device
			w.people[p.email] = w.signIn(p.email)
		}
	}
	ctx, system := t.Context(), accounts.CommandLine()
	w.haveSecond("auditor@tracker.example", "focal.moh@tracker.example")
	p, err := w.s.Accounts.PersonByEmail(ctx, system, "focal.moh@tracker.example")
	must(t, err)
	link, err := w.s.Accounts.Link(ctx, system, "", p.ID, accounts.Invite)
	must(t, err)
	for _, p := range walkers {
		if v := w.people[p.email]; p.email != "" && v.actor.CanReadWholePlan() {
			must(t, w.s.Reports.SaveChoice(ctx, w.clock, v.actor, newKey(), "For the minister", "since=period"))
		}
	}
	for _, query := range []string{"as_of=2021-10-31&institution=MSD", "as_of=soon"} {
		_, err := w.s.Accounts.AskJob(ctx, w.people["coordinator.one@tracker.example"].actor, newKey(), "LS", jobReport, reportAsked{query, "xlsx"})
		must(t, err)
	}
	w.work()
	w.made = map[string]string{"/links/:token": link.Token, "/static/:name": strings.TrimPrefix(w.s.assets.URL("favicon.svg"), StaticPath)}
	for _, one := range []string{who(signedIn), "focal.moh@tracker.example"} {
		p, err := people.PersonByEmail(ctx, system, one)
		must(t, err)
		w.identify(p.ID, one)
	}
	sender := w.people[who(signedIn)]
	sender.kept, err = people.KeepForm(ctx, sender.cookie, accounts.KeptForm{Path: "/commitments/NSF%203.1.1/updates/new",
		Fields: url.Values{"happened": {"done"}, "done": {"The procedure was read in two offices."}, "as_of": {"8 November 2021"}, "key": {newKey()}}})
	must(t, err)
	w.publications()
	w.unchanged()
	var note struct{ ID, UpdateID int64 }
	must(t, w.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw(fileOf("test-of-the-sheet-DEMONSTRATION.txt", "e.id, e.update_id")).Scan(&note).Error
	}))
	must(t, w.s.Progress.Quarantine(ctx, w.signIn("coordinator.two@tracker.example").actor, newKey(), note.UpdateID, note.ID, 1, "It names an office"))
	w.write(func(tx *gorm.DB) error {
		return errors.Join(
			tx.Exec(`INSERT INTO jobs (country, kind, params, person_id, post_id, state, step, holder, created_at, started_at, heartbeat_at)
				SELECT country, kind, '{"query":"as_of=2021-10-31","form":"pdf"}', person_id, post_id, s.state, 'reading', 'x', ?, ?, ? FROM jobs, (SELECT 'running' AS state UNION SELECT 'queued') s WHERE jobs.state = 'done' AND jobs.kind = 'report'`, time.Now().UTC(), time.Now().UTC(), time.Now().UTC()).Error,
			tx.Exec(`UPDATE people SET disabled_at = ? WHERE email = 'focal.mjc@tracker.example'`, testDay).Error,
			tx.Exec(`UPDATE deadlines SET closed_at = ?, closed_by_id = (SELECT id FROM people WHERE email = 'coordinator.two@tracker.example') WHERE title = 'January to March 2022'`, testDay).Error,
			tx.Exec(`INSERT INTO outbox (recipient, subject, body, created_at, not_before, attempts, last_error, given_up_at) VALUES
				('focal.moh@tracker.example', 'A link to set your password', 'x', ?, ?, 9, 'no server answers', ?)`, testDay, testDay, testDay).Error,
			tx.Exec(`INSERT INTO dialogues (country, title, held_on, state) VALUES ('LS', 'Talk in spring', '2021-05-20', 'held'), ('LS', 'Talk in autumn', '2021-11-05', 'planned')`).Error,
			tx.Exec(`INSERT INTO agenda_items (dialogue_id, title, position) SELECT id, 'Calendar', 1 FROM dialogues WHERE held_on = '2021-05-20'`).Error,
			tx.Exec(`INSERT INTO undertakings (agenda_item_id, institution_id, text, due_on, state, made_at) SELECT i.id, n.id, 'Two trainers', '2021-10-31', 'open', ? FROM agenda_items i, institutions n
				WHERE i.title = 'Calendar' AND n.code = 'USE'`, testDay).Error)
	})
	w.recommended()
	w.records()
	w.imports()
	return w
}

// imports are a matrix that waits for answers, one that was taken and one that
// waits to be read.
func (w *walk) imports() {
	ctx, one := w.t.Context(), w.people["coordinator.one@tracker.example"]
	g := workbook.Given{Kind: "plan", Country: "LS", Name: "plan-DEMONSTRATION.csv", Content: []byte(ministryPlan)}
	send := func(a workbook.Answers, read bool) int64 {
		o, err := w.s.Workbooks.Tell(ctx, one.actor, g, a, nil)
		must(w.t, err)
		told := &o
		if !read {
			told = nil
		}
		id, err := w.s.Workbooks.Send(ctx, one.actor, newKey(), g, told)
		must(w.t, err)
		return id
	}
	taken := send(nil, true)
	_, err := w.s.Workbooks.Reread(ctx, one.actor, newKey(), taken, workbook.Answers{"target": "NSF", "column.E": "lead", "institution.ministry of works": "MOL", "institution.world vision": "leave"}, nil)
	must(w.t, err)
	_, err = w.s.Workbooks.TakeKept(ctx, one.actor, taken)
	must(w.t, err)
	send(nil, true)
	waits := send(nil, false)
	job, err := w.s.Accounts.AskJob(ctx, one.actor, newKey(), "LS", jobImportRead, importAsked{waits, g.Name})
	must(w.t, err)
	must(w.t, w.s.Workbooks.WorkedBy(ctx, one.actor, waits, job))
}

// records publishes the records of spring and autumn to the embassy, which asks
// for a change of one and clears the other; a pack waits for a second person.
func (w *walk) records() {
	p := &planned{house: w.house, one: w.people["coordinator.one@tracker.example"], two: w.people["ps.mha@tracker.example"]}
	w.write(func(tx *gorm.DB) error {
		return tx.Exec("UPDATE dialogues SET partner_id = (SELECT id FROM institutions WHERE code = 'USE')").Error
	})
	for on, verdict := range map[string]string{"2021-05-20": publications.VerdictChanges, "2021-11-05": publications.VerdictCleared} {
		label := p.publishDialogue(w.value("SELECT id FROM dialogues WHERE held_on = '"+on+"'"), dialogues.OfRecord)
		must(w.t, w.s.Publications.Clear(w.t.Context(), w.people["partner.use@tracker.example"].actor, newKey(), "LS", label, verdict, "The last sentence"))
	}
	p.prepareDialogue(w.value("SELECT id FROM dialogues WHERE seed_key <> ''"), dialogues.ForPartner)
}

// recommended records what was recommended in the room in spring.
func (w *walk) recommended() {
	w.write(func(tx *gorm.DB) error {
		in := dialogues.RecommendedNew{Country: "LS", Mechanism: "DIALOGUE", RecommendationFields: recommendations.RecommendationFields{Title: "Keep a calendar", Text: "Keep a calendar of all courts.", Basis: recommendations.Restated}}
		if err := tx.Raw("SELECT id, dialogue_id FROM agenda_items WHERE title = 'Calendar'").Row().Scan(&in.ID, &in.DialogueID); err != nil {
			return err
		}
		_, err := dialogues.Recommend(tx, w.clock, accounts.CommandLine(), in)
		return err
	})
}

// unchanged sends an update that says no more than that nothing was done.
func (w *walk) unchanged() {
	var at struct {
		ID     int64
		Status progress.Status
	}
	must(w.t, w.db.Read(w.t.Context(), func(tx *gorm.DB) error {
		return tx.Raw(`SELECT c.id, s.status FROM commitments c JOIN current_status s ON s.commitment_id = c.id JOIN institutions i ON i.id = c.lead_id
			WHERE i.code = 'MSD' AND s.status <> 'completed' ORDER BY c.ref LIMIT 1`).Scan(&at).Error
	}))
	_, err := w.s.Progress.Log(w.t.Context(), w.people["focal.msd@tracker.example"].actor, newKey(), progress.NewUpdate{CommitmentID: at.ID,
		Text: progress.Text{AsOf: day("2021-11-05"), Status: at.Status, NoProgress: "The bill waits.", Blocker: "law_or_cabinet"}}, 0, 0, true)
	must(w.t, err)
}

// publications publishes one for each audience, recalls one, and leaves one
// for the second person.
func (w *walk) publications() {
	p := &planned{house: w.house, one: w.people["coordinator.one@tracker.example"], two: w.people["ps.mha@tracker.example"]}
	for _, audience := range plan.Audiences {
		p.publishOf(day("2021-07-31"), audience, "USE")
	}
	p.publish(plan.Internal)
	recalled := p.publish(plan.Partner, "USE")
	p.publish(plan.Partner, "USE")
	must(w.t, w.s.Publications.Recall(w.t.Context(), p.one.actor, newKey(), recalled, 2, "A figure was wrong", p.publish(plan.Public)))
	file, err := w.s.Publications.Take(w.t.Context(), accounts.Actor{}, "LS", w.value(`SELECT label FROM publications WHERE audience = 'public'`), "pdf")
	if must(w.t, err); file.Size == 0 {
		w.t.Error("the public takes an empty file")
	}
	_, err = w.s.Accounts.AskJob(w.t.Context(), p.two.actor, newKey(), "LS", jobPublish, publishAsked{ID: p.prepare(p.one, plan.Internal), Version: 1, AsOf: w.clock.Today(), Audience: plan.Internal})
	must(w.t, err)
	_, err = w.s.Accounts.AskJob(w.t.Context(), w.people["auditor@tracker.example"].actor, newKey(), "LS", jobVerify, struct{}{})
	must(w.t, err)
	w.work()
	p.prepare(p.one, plan.Public)
}

// who is the walker of a route: the first whom it lets in. What focal points
// and coordinators both write is the focal points'; what is cleared is the principal secretary's.
func who(may permission) string {
	switch may {
	case writers:
		may = focalPoint
	case clearers:
		may = countersigner
	}
	for _, p := range walkers {
		if may&p.may != 0 {
			return p.email
		}
	}
	return ""
}

var parameter = regexp.MustCompile(`:[a-z]+`)

// path puts real values into a route. A parameter without one fails the test.
func (w *walk) path(route string) string {
	w.t.Helper()
	at, path := 0, ""
	for _, m := range parameter.FindAllStringIndex(route, -1) {
		query, ok := places[route+" "+route[m[0]:m[1]]]
		if !ok {
			query, ok = places[route[:m[1]]]
		}
		value := w.made[route]
		if ok {
			value = w.value(query)
		}
		if value == "" {
			w.t.Errorf("%s: the walk has no value for %s", route, route[m[0]:m[1]])
		}
		path, at = path+route[at:m[0]]+url.PathEscape(value), m[1]
	}
	return path + route[at:]
}

// value is the first row of a query.
func (w *walk) value(query string) (value string) {
	w.t.Helper()
	must(w.t, w.db.Read(w.t.Context(), func(tx *gorm.DB) error { return tx.Raw(query + " LIMIT 1").Row().Scan(&value) }))
	return value
}

// stops lists every page of the program with who opens it: each route that is
// read, with real values; the same for others; and what is wrong.
func (w *walk) stops() []stop {
	w.t.Helper()
	w.s.direct = writtenAtOnce
	var list []stop
	add := func(walker, path string, status int) {
		if a := w.people[walker].get(path).is(status); a.doc != nil && !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") { // files and signs of life are no pages
			list = append(list, stop{walker, path, a})
		}
	}
	for _, r := range w.s.routes() {
		if r.method == get {
			status := http.StatusOK
			if r.path == issuerPath || r.path == IssuerReturn { // nobody was sent
				status = http.StatusUnprocessableEntity
			}
			add(who(r.may), w.path(r.path), status)
		}
	}
	w.s.direct = 0 // from here on the report is too large to be written at once
	for _, v := range also {
		path := v.path
		if v.place != "" {
			path = parameter.ReplaceAllString(path, url.PathEscape(w.value(v.place)))
		}
		add(who(v.may), path, v.status)
	}
	return list
}

package web

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/dialogues"
	"tracker/internal/i18n"
	"tracker/internal/mail"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// canary is a group of columns with text that not everybody may read. In the
// canary test each of their values is replaced by a token of its own. may
// names the visitors who find it somewhere; nobody else finds it anywhere. A
// "?" before them says that they need not find it.
type canary struct {
	columns string // "table.column", several divided by commas
	rows    string // the query of its rows and of what decides on who may read them
	may     func(perch) string
	leaves  func(perch) string // likewise: who else finds it in publications
}

// perch is what decides on who may read a row.
type perch struct {
	ID           int64
	State        progress.State
	Owner        string // code of the institution that it belongs to
	OnBehalf     bool
	Organisation bool   // whether the organisation is involved
	Share        string // of a paper: with whom
	Leaves       string // the widest audience of the publications that tell it, empty for none
	Email        string // of a person
}

const (
	government = "msd mha coordinator countersigner auditor administrator"
	ofUpdate   = `SELECT x.id, u.state, i.code AS owner, u.on_behalf, u.commitment_id IN (` + organised + `) AS organisation`
	fromUpdate = ` FROM updates u JOIN institutions i ON i.id = u.institution_id JOIN `
	ofPromise  = `SELECT x.id, x.commitment_id IN (` + organised + `) AS organisation, ` + sharedWith + `x.commitment_id) AS leaves FROM `
	// With whom a commitment is shared now; what is told of its updates when their summary is released.
	sharedWith    = `(SELECT v.share FROM commitment_revisions v WHERE v.id = (SELECT max(n.id) FROM commitment_revisions n WHERE n.commitment_id = v.commitment_id) AND v.commitment_id = `
	released      = `CASE WHEN u.id IN (SELECT update_id FROM summary_releases) THEN ` + sharedWith + `u.commitment_id) ELSE '' END AS leaves`
	ofPublication = `SELECT p.id, p.state, p.audience AS leaves, COALESCE((SELECT i.code FROM publication_readers r JOIN institutions i ON i.id = r.institution_id WHERE r.publication_id = p.id), '') AS owner FROM publications p`
	ofFigures     = `SELECT x.id, m.state, o.code AS owner, m.on_behalf, o.code = 'BDS' AS organisation FROM measurements m JOIN institutions o ON o.id = m.institution_id JOIN`
	ofDefinition  = `SELECT x.id, 'approved' AS state, o.code = 'BDS' AS organisation, x.share AS leaves FROM indicator_definitions x JOIN institutions o ON o.id = x.institution_id`
	ofFile        = ofUpdate + ", e.share" + fromUpdate + "evidence e ON e.update_id = u.id JOIN evidence_files x ON x.id = e.file_id"
	organised     = `SELECT p.commitment_id FROM supports p JOIN institutions o ON o.id = p.institution_id WHERE o.code = 'BDS'`
)

// owners are the focal points who sign in for an institution.
var owners = map[string]string{"MSD": "msd", "MHA": "mha", "BDS": "ngo"}

// told: a draft is its institution's alone, or the coordinators' when it is
// on behalf; coordinators and auditors see what is in review, everyone in
// government what is approved, and the organisation that is involved.
func told(p perch) string {
	switch {
	case p.State == progress.Draft && p.OnBehalf:
		return "coordinator"
	case p.State == progress.Draft:
		return owners[p.Owner]
	case p.State != progress.Approved:
		return owners[p.Owner] + " coordinator auditor"
	case p.Organisation:
		return government + " ngo"
	}
	return government
}

// kept is what stays in government, except for who wrote it.
func kept(p perch) string {
	if p.Owner == "BDS" {
		return told(p)
	}
	return strings.ReplaceAll(told(p), " ngo", "")
}

// inReview is who sees an update in review: also once it is approved.
func inReview(p perch) string {
	p.State = progress.Submitted
	return kept(p)
}

func shared(p perch) string {
	if p.Share == "internal" {
		return kept(p)
	}
	return told(p)
}

// promised is what everyone in government reads, and the organisation when it
// is involved.
func promised(p perch) string {
	if p.Organisation {
		return government + " ngo"
	}
	return government
}

// outside are the visitors who find in publications what leaves so far: the
// embassy and the organisation have one each, and one is public.
func outside(p perch) string {
	return map[string]string{"partner": "partner ngo", "public": "partner ngo nobody"}[p.Leaves]
}

// asFarAs is the same for what not every publication tells.
func asFarAs(p perch) string { return "? " + outside(p) }

// everybody may find it: it is public knowledge.
func everybody(perch) string { return "? partner ngo nobody" }

// paperLeaves is outside of what both the paper and its commitment are shared
// with.
func paperLeaves(p perch) string {
	if p.Leaves == "public" && p.Share == "partner" {
		p.Leaves = "partner"
	}
	return outside(p)
}

// published is who finds a publication itself.
func published(p perch) string {
	switch {
	case p.State == "prepared", p.State == "withdrawn":
		return "coordinator countersigner auditor"
	case p.Leaves == "partner" && p.Owner == "USE":
		return government + " partner"
	case p.Leaves == "partner":
		return government + " ngo"
	case p.Leaves == "public":
		return government + " ngo partner nobody"
	}
	return government
}

// ofPartner: a partner's rating is the government's and their own to read.
func ofPartner(p perch) string {
	if p.Owner == "USE" {
		return government + " partner"
	}
	return government
}

// inRecords is the partner, of what its pack or a record of its dialogue tells.
func inRecords(p perch) string {
	if p.Leaves == "talk" {
		return "partner"
	}
	return ""
}

func always(who string) func(perch) string { return func(perch) string { return who } }

var canaries = []canary{
	{"updates.done,updates.next_step", ofUpdate + fromUpdate + "updates x ON x.id = u.id", told, nil},
	{"updates.money", ofUpdate + fromUpdate + "updates x ON x.id = u.id", told, nil},
	{"verifications.reason", ofUpdate + fromUpdate + "verifications x ON x.update_id = u.id", kept, nil},
	{"clearances.reason", ofUpdate + fromUpdate + "clearances x ON x.update_id = u.id WHERE x.reason <> ''", func(p perch) string { return owners[p.Owner] }, nil},
	{"ratings.reason", `SELECT x.id, '' AS owner, x.commitment_id IN (` + organised + `) AS organisation FROM ratings x WHERE x.rater <> 'partner'`, promised, nil},
	{"ratings.reason", `SELECT x.id, i.code AS owner FROM ratings x JOIN institutions i ON i.id = x.institution_id WHERE x.rater = 'partner'`, ofPartner, nil},
	{"updates.shared_summary", ofUpdate + ", " + released + fromUpdate + "updates x ON x.id = u.id", told, outside},
	{"updates.obstacles,updates.internal_note", ofUpdate + fromUpdate + "updates x ON x.id = u.id", kept, nil},
	{"updates.no_progress", ofUpdate + fromUpdate + "updates x ON x.id = u.id WHERE x.no_progress <> ''", told, nil},
	{"evidence.title", ofUpdate + ", x.share, CASE x.share WHEN 'internal' THEN '' ELSE " + strings.TrimSuffix(released, " AS leaves") + " END AS leaves" + fromUpdate + "evidence x ON x.update_id = u.id", shared, paperLeaves},
	{"evidence.url", ofUpdate + ", x.share, CASE x.share WHEN 'internal' THEN '' ELSE " + strings.TrimSuffix(released, " AS leaves") + " END AS leaves" + fromUpdate + "evidence x ON x.update_id = u.id AND x.file_id IS NULL", shared, paperLeaves},
	{"evidence.source", ofUpdate + ", x.share" + fromUpdate + "evidence x ON x.update_id = u.id", shared, nil},
	{"evidence_files.name", ofFile, shared, nil},
	{"evidence_files.quarantine_reason", ofFile + " WHERE x.quarantined_at IS NOT NULL", kept, nil},
	{"evidence_chunks.content", ofFile + " WHERE x.quarantined_at IS NULL", shared, nil},
	{"comments.text", ofUpdate + fromUpdate + "comments x ON x.update_id = u.id", inReview, nil},
	{"decisions.reason", ofUpdate + fromUpdate + "decisions x ON x.update_id = u.id WHERE x.reason <> ''", kept, nil},
	{"decisions.wording", ofUpdate + fromUpdate + "decisions x ON x.update_id = u.id WHERE x.wording <> ''", kept, nil},
	{"commitments.title", "SELECT id, id IN (" + organised + ") AS organisation, " + sharedWith + "commitments.id) AS leaves FROM commitments", promised, asFarAs},
	{"commitment_revisions.title,commitment_revisions.text,commitment_revisions.means_of_verification",
		ofPromise + "commitment_revisions x", promised, asFarAs},
	{"commitment_revisions.assumptions,commitment_revisions.reason,commitment_revisions.milestones,commitment_revisions.budget",
		ofPromise + "commitment_revisions x", promised, nil},
	{"answers.reason", ofPromise + "answers x", promised, nil},
	{"answers.ended_reason", ofPromise + "answers x WHERE x.ended_reason <> ''", promised, nil},
	{"transfers.reason", ofPromise + "transfers x", promised, nil},
	{"frameworks.title,frameworks.note,editions.note,editions.source", "SELECT id FROM frameworks", always(government), nil},
	{"editions.tier", "SELECT id FROM frameworks", always(government), everybody},
	{"nodes.title", "SELECT id, number = '3.1' AS organisation FROM nodes", promised, everybody},
	{"recommendations.title,recommendations.text", "SELECT id FROM recommendations", always("? " + government + " ngo"), everybody},
	{"recommendations.source", "SELECT id FROM recommendations", always(government), everybody},
	{"items.text", "SELECT id FROM items", always("? " + government + " ngo"), everybody},
	{"recommendations.not_done_source", "SELECT id FROM recommendations", always("? " + government), everybody}, // where years are counted
	{"indicator_definitions.title,indicator_definitions.text", ofDefinition, told, asFarAs},
	{"indicator_definitions.source,indicator_definitions.reason", ofDefinition, told, nil},
	{"measurements.source,measurements.note,measurements.parts_reason", ofFigures + " measurements x ON x.id = m.id", told, nil},
	{"measurement_decisions.reason", ofFigures + " measurement_decisions x ON x.measurement_id = m.id", told, nil},
	{"measurement_clearances.reason", ofFigures + " measurement_clearances x ON x.measurement_id = m.id WHERE x.reason <> ''", func(p perch) string { return owners[p.Owner] }, nil},
	{"measurement_choices.reason", ofFigures + " measurement_choices x ON x.measurement_id = m.id", told, nil},
	{"remarks.statement", "SELECT id FROM remarks", always(government), nil},
	{"mechanisms.name,mechanisms.note", "SELECT id FROM mechanisms", always("? " + government), nil},
	{"periods.label", "SELECT id FROM periods", always(government + " ngo"), everybody},
	{"deadlines.title", "SELECT id, purpose = 'reporting' OR id IN (SELECT deadline_id FROM request_questions) AS organisation FROM deadlines", promised, everybody},
	{"request_questions.text", "SELECT x.id, COALESCE(i.code, '') = 'BDS' AS organisation FROM request_questions x LEFT JOIN institutions i ON i.id = x.institution_id", promised, nil},
	{"request_answers.text", "SELECT a.id, COALESCE(i.code, '') = 'BDS' AS organisation FROM request_answers a JOIN request_questions x ON x.id = a.question_id LEFT JOIN institutions i ON i.id = x.institution_id", promised, nil},
	{"request_submissions.note", "SELECT id FROM request_submissions", always(government), nil},
	{"publications.title", ofPublication, published, nil},
	{"publications.recall_reason", ofPublication + " WHERE p.recall_reason <> ''", published, nil},
	{"deadlines.note", "SELECT id FROM deadlines", always(government), nil},
	{"dialogues.title,dialogues.place,dialogues.our_side,dialogues.their_side", "SELECT id, CASE WHEN partner_id IS NULL THEN '' ELSE 'talk' END AS leaves FROM dialogues", always(government), inRecords},
	{"dialogues.note", "SELECT id FROM dialogues", always(government), nil},
	{"record_clearances.remark", "SELECT id FROM record_clearances", always(government), always("? partner")}, // of a record that was not replaced
	{"undertaking_steps.text", "SELECT x.id, i.code AS owner FROM undertaking_steps x JOIN undertakings u ON u.id = x.undertaking_id JOIN institutions i ON i.id = u.institution_id", ofPartner, nil},
	{"undertakings.text", "SELECT x.id, i.code AS owner FROM undertakings x JOIN institutions i ON i.id = x.institution_id", ofPartner, nil},
	{"agenda_texts.text", "SELECT id, CASE WHEN field IN ('asks', 'said', 'heard', 'agreed') THEN 'talk' ELSE '' END AS leaves FROM agenda_texts", always(government), inRecords},
	{"agenda_items.title", "SELECT id, 'talk' AS leaves FROM agenda_items WHERE title <> ''", always(government), inRecords},
	{"institutions.note", "SELECT id, code = 'BDS' AS organisation FROM institutions", promised, nil},
	{"successions.reason", "SELECT id FROM successions", always(government), nil},
	{"sessions.device", "SELECT s.rowid AS id, p.email FROM sessions s JOIN people p ON p.id = s.person_id", func(p perch) string { return p.Email }, nil},
	{"report_choices.name,report_choices.query", "SELECT c.id, p.email FROM report_choices c JOIN people p ON p.id = c.person_id", func(p perch) string { return p.Email }, nil},
	{"jobs.file_name", "SELECT j.id, p.email FROM jobs j JOIN people p ON p.id = j.person_id WHERE j.state = 'done'", func(p perch) string { return p.Email }, nil},
	{"jobs.params", "SELECT j.id, p.email FROM jobs j JOIN people p ON p.id = j.person_id", func(p perch) string { return "? " + p.Email }, nil},
	{"imports.file_name", "SELECT m.id, p.email FROM imports m JOIN people p ON p.id = m.person_id", func(p perch) string { return p.Email }, nil},
	{"imports.answers,imports.outcome", "SELECT m.id, p.email FROM imports m JOIN people p ON p.id = m.person_id", func(p perch) string { return "? " + p.Email }, nil},

	{"import_words.word,import_words.meaning", "SELECT rowid AS id FROM import_words", always("? coordinator"), nil},
	{"identities.issuer,identities.subject", "SELECT y.id, p.email FROM identities y JOIN people p ON p.id = y.person_id", func(p perch) string { return "administrator " + p.Email }, nil},
	{"people.email", "SELECT id, email FROM people", func(p perch) string { return "administrator " + p.Email }, nil},
	{"people.password_hash", "SELECT id FROM people", always(""), nil},
	{"audit_texts.value", "SELECT rowid AS id FROM audit_texts WHERE value <> ''", always("auditor"), nil},
	{"outbox.recipient,outbox.subject", "SELECT id FROM outbox", always("administrator"), nil},
	{"outbox.last_error", "SELECT id FROM outbox", always("? administrator"), nil},
	{"outbox.body", "SELECT id FROM outbox", always(""), nil},
}

// open are the columns with text that every visitor may read, and those with
// words and codes that nobody typed.
var open = []string{
	"institutions.code", "institutions.name", "institutions.short_name", "posts.title", "settings.name", "settings.value",
	"commitments.ref", "mechanisms.code", "mechanisms.short_name", "mechanisms.url", "frameworks.code", "frameworks.short_name", "nodes.level", "nodes.number",
	// Words of lists, references, sort keys and JSON of codes.
	"institutions.country", "institutions.kind", "successions.kind", "posts.role", "links.purpose", "mechanisms.scale", "editions.country", "editions.completeness",
	"recommendations.basis", "recommendations.theme", "items.letter", "frameworks.country", "frameworks.basis", "nodes.theme", "nodes.sort_key", "commitments.country", "commitments.origin",
	"commitments.sort_key", "commitment_revisions.share", "commitment_revisions.supporting", "commitment_revisions.themes", "commitment_revisions.indicia", "commitment_revisions.sdg",
	"transfers.part", "answers.extent", "periods.country", "periods.answers", "periods.judged_by", "deadlines.purpose", "updates.kind", "updates.status", "updates.blocker", "updates.state",
	"updates.seed_key", "dialogues.country", "dialogues.state", "dialogues.format", "undertakings.state", "undertaking_steps.kind", "agenda_texts.field", "dialogue_packs.pack", "dialogue_packs.parts", "record_clearances.verdict", "record_clearances.post", "dialogues.seed_key", "decisions.kind", "verifications.verdict", "clearances.kind", "lineages.kin", "mechanisms.responses", "remarks.kind", "remarks.word", "ratings.rater", "ratings.value", "evidence.kind", "evidence.share", "evidence_files.media_type", "evidence_files.sha256", "evidence_checks.day", "evidence_checks.faults", "audit_checks.day", "current_status.status",
	"indicators.country", "indicators.ref", "indicator_definitions.statistic", "indicator_definitions.unit", "indicator_definitions.currency", "indicator_definitions.scale", "indicator_definitions.direction",
	"indicator_definitions.frequency", "indicator_definitions.headline", "indicator_definitions.dimensions", "indicator_definitions.targets", "indicator_definitions.sdg", "indicator_definitions.nodes",
	"indicator_definitions.commitments", "indicator_definitions.items", "indicator_definitions.share", "measurements.year_from", "measurements.basis", "measurements.attribution", "measurements.qualifier", "measurements.state",
	"measurement_cells.place", "measurement_cells.answer", "measurement_decisions.kind", "measurement_clearances.kind", "measurement_choices.year_from",
	// On no page: hashes, keys of forms, the folded words that a search looks through (its own test), the counters of attempts.
	"imports.country", "imports.kind", "imports.about", "imports.file_sha256", "imports.state", "import_words.country", "import_words.kind", "jobs.country", "jobs.kind", "jobs.state", "jobs.step", "jobs.error_key", "jobs.error_args", "jobs.result", "jobs.holder", "jobs.file_type", "jobs.file_sha256",
	"schema_checksums.sha256", "once_keys.key", "once_keys.result", "sessions.token_hash", "sessions.public_id", "sessions.flash", "links.token_hash", "known_browsers.token_hash", "kept_forms.secret_hash", "identity_trips.token_hash", "identity_trips.purpose", "identity_trips.bound", "identity_trips.next", "identity_trips.address", "sign_in_steps.token_hash", "sign_in_steps.way", "sessions.way", "sessions.second", "known_browsers.device", "recovery_codes.code_hash",
	"commitments.search", "sign_in_failures.account", "sign_in_failures.address", "sign_in_failures.browser",
	// Words, marks and names of files of publications; what they tell is frozen from all the others, and published in the test itself after those became canaries.
	"publications.country", "publications.label", "publications.kind", "publications.audience", "publications.query", "publications.value", "publications.sha256", "publications.state",
	"publications.signed_as", "publications.audit_head", "publications.purge_reason", "publication_files.format", "publication_files.name", "publication_files.sha256", "publication_downloads.format",
	// The trail, whose page is the auditor's alone (the matrix); what was typed stands in audit_texts.
	"audit_entries.actor", "audit_entries.role", "audit_entries.institution", "audit_entries.request", "audit_entries.action", "audit_entries.object", "audit_entries.outcome",
	"audit_entries.details", "audit_entries.prev_hash", "audit_entries.hash", "audit_texts.field", "audit_texts.salt", "audit_refusals.source", "audit_refusals.actor", "audit_refusals.role",
	"audit_refusals.institution", "audit_refusals.object", "audit_head.hash", "audit_checkpoints.hash", "audit_checkpoints.origin", "audit_checkpoints.public_key", "audit_checkpoints.signature", "audit_checks.fault",
}

// Guards the canary test itself: a new column with text is a canary or is
// said to be open.
func TestEveryTextIsACanaryOrOpen(t *testing.T) {
	h := newHouse(t, testDay)
	var columns []string
	must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw(`SELECT t.name || '.' || c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
			WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE 'goose%' AND (c.type = 'TEXT' OR t.name || '.' || c.name = 'evidence_chunks.content') AND c.name NOT LIKE '%\_on' ESCAPE '\'
			AND c.name NOT IN ('as_of', 'since', 'valid_from', 'valid_to', 'covers_from', 'covers_to')`).Scan(&columns).Error
	}))
	listed := slices.Clone(open)
	for _, c := range canaries {
		listed = append(listed, strings.Split(c.columns, ",")...)
	}
	for _, column := range columns {
		if !slices.Contains(listed, column) {
			t.Errorf("%s is neither a canary nor open", column)
		}
	}
	for _, column := range listed {
		if !slices.Contains(columns, column) {
			t.Errorf("there is no text column %s", column)
		}
	}
}

// loose has a token with its place and who may read it.
type loose struct{ token, place, may, leaves string }

// release puts tokens into the scene's database.
func release(t *testing.T, d *db.DB, emails map[string]string) []loose {
	t.Helper()
	dbtest.Unguard(t, d)
	var list []loose
	must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
		for _, c := range canaries {
			var rows []perch
			if err := tx.Raw(c.rows).Scan(&rows).Error; err != nil {
				return err
			}
			if len(rows) == 0 {
				t.Errorf("the scene has no row for %s", c.columns)
			}
			for column := range strings.SplitSeq(c.columns, ",") {
				table, name, _ := strings.Cut(column, ".")
				for _, row := range rows {
					row.Email = emails[row.Email]
					l := loose{fmt.Sprintf("zq%05dqz", len(list)+1), fmt.Sprintf("%s of %d (%s %s)", column, row.ID, row.State, row.Owner), c.may(row), ""}
					if c.leaves != nil {
						l.leaves = c.leaves(row)
					}
					list = append(list, l)
					err := tx.Exec("UPDATE "+table+" SET "+name+" = ? WHERE rowid = ?", asValue(column, l.token), row.ID).Error
					if column == "evidence_chunks.content" { // one chunk a file in the scene, and in the order of the files
						sum := sha256.Sum256([]byte(l.token))
						err = errors.Join(err, tx.Exec("UPDATE evidence_files SET sha256 = ?, size = ? WHERE id = ?", hex.EncodeToString(sum[:]), len(l.token), row.ID).Error)
					}
					if err != nil {
						return err
					}
				}
			}
		}
		return nil
	}))
	return list
}

// asValue writes a token as a column can hold it.
func asValue(column, token string) string {
	switch column {
	case "evidence.url":
		return "https://papers.example/" + token
	case "evidence_files.name":
		return token + ".txt"
	case "report_choices.query":
		return "institution=" + token
	case "people.email", "outbox.recipient":
		return token + "@tracker.example"
	case "jobs.params":
		return `{"query":"institution=` + token + `","form":"pdf"}`
	case "imports.answers":
		return `{"remember":"` + token + `"}`
	case "imports.outcome":
		return `{"rows":[{"row":2,"kind":"commitment","ref":"NSF 9","title":"` + token + `","fate":"new"}]}`
	case "commitment_revisions.milestones":
		return `[{"title":"` + token + `","due_on":"2021-06-30"}]`
	case "updates.money":
		return `[{"year":2021,"currency":"LSL","funder":"` + token + `","released_cents":100}]`
	case "commitment_revisions.budget":
		return `[{"year":2021,"amount_cents":100,"currency":"LSL","funder":"` + token + `"}]`
	}
	return token
}

// known lists the names of all objects that a segment of an address may hold,
// by the segment before it.
var known = map[string]string{
	"updates": "SELECT id FROM updates", "jobs": "SELECT id FROM jobs", "import": "SELECT id FROM imports", "commitments": "SELECT ref FROM commitments", "answers": "SELECT id FROM answers", "recommendations": "SELECT id FROM recommendations",
	"help": "VALUES ('rules'), ('focal-point'), ('coordinator'), ('auditor')", "periods": "SELECT id FROM periods", "deadlines": "SELECT id FROM deadlines", "items": "SELECT id FROM items",
	"mechanisms": "SELECT code FROM mechanisms", "nodes": "SELECT id FROM nodes", "frameworks": "SELECT code FROM frameworks", "framework": "SELECT code FROM frameworks", "editions": "SELECT code FROM mechanisms", ":mechanism": "SELECT year FROM editions", "institutions": "SELECT code FROM institutions",
	"purge/publications": "SELECT id FROM publications", "entries": "SELECT seq FROM audit_texts GROUP BY seq ORDER BY max(CASE WHEN field = 'reason' THEN 1 ELSE 0 END) DESC, seq LIMIT 25",
	"publications": "SELECT label FROM publications WHERE label <> ''", "prepared": "SELECT id FROM publications", "files": "VALUES ('pdf'), ('xlsx'), ('html'), ('csv'), ('json')", "people": "SELECT id FROM people",
	"evidence": "SELECT id FROM evidence", "dialogues": "SELECT id FROM dialogues", "clearance": "SELECT update_id FROM clearances UNION SELECT min(id) FROM updates", "agenda": "SELECT id FROM agenda_items", "ratings": "VALUES ('r1'), ('c1')",
	"request": "SELECT DISTINCT number FROM request_questions", "indicators": "SELECT ref FROM indicators", "undertakings": "SELECT id FROM undertakings", "packs": "VALUES ('internal'), ('partner'), ('record')", ":pack": "VALUES ('pdf'), ('xlsx'), ('json')", "measurements": "SELECT id FROM measurements", "remarks": "VALUES ('response'), ('outcome')",
}

// addresses are all pages that the routes have for the objects there are, and
// some with queries.
func (h *house) addresses() []string {
	h.t.Helper()
	list := []string{"/commitments?as_of=2021-10-15", "/commitments?q=zq&sort=-due", "/commitments?institution=MSD&lead=1&status=in_progress", "/commitments?answers=TIP+2021",
		"/reports?as_of=2021-10-15", "/reports?as_of=nonsense", "/reports/changes?since=dialogue", "/reports/changes?since=day&since_day=1+July+2021&by=recommendation", "/reports/status.pdf?as_of=2021-10-15", "/recommendations?edition=newest", "/recommendations?answered=none", "/recommendations/coverage?by=theme", "/commitments?answers=TIP+2021&theme=protection&institution=MSD&supports=1", "/audit?q=zq", "/audit?object=update+4", "/audit?action=update.", "/review?institution=MSD", "/nothing", "/updates/x", "/commitments/NSF%203.1.1/updates/new?for=1", "/recommendations/1/answers/new?q=a",
		"/evidence?q=zq&sort=title", "/evidence?form=quarantine", "/evidence.csv?kind=other", "/admin/people?q=zq", "/admin/people.csv?q=zq", "/audit.csv?action=update.", "/commitments.csv?as_of=2021-10-15", "/commitments.xlsx?institution=MSD", "/recommendations.csv?edition=newest", "/sign-in?next=/updates/4"}
	for page := range 9 {
		list = append(list, "/audit?page="+itoa(int64(page)))
	}
	var labels []string // every publication beside every other
	must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error { return tx.Raw(known["publications"]).Scan(&labels).Error }))
	for _, label := range labels {
		for _, from := range labels {
			list = append(list, differencesPath(label, from), publicationPath(label, "differences.csv")+"?from="+from)
		}
	}
	for _, r := range h.s.echo.Routes() {
		if r.Method != get || strings.HasPrefix(r.Path, "/static/") || strings.HasPrefix(r.Path, "/links/") {
			continue
		}
		if before, after, of := strings.Cut(r.Path, ":id/evidence/:paper"); of { // each paper through its update, and one through another
			var pairs []string
			must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error {
				return tx.Raw("SELECT update_id || '/evidence/' || id FROM evidence UNION SELECT min(u.id) || '/evidence/' || max(e.id) FROM evidence e, updates u").Scan(&pairs).Error
			}))
			for _, pair := range append(pairs, "1/evidence/987654321") {
				list = append(list, before+pair+after)
			}
			continue
		}
		paths := []string{""}
		segments := strings.Split(r.Path, "/")[1:]
		for i, segment := range segments {
			values := []string{segment}
			if strings.HasPrefix(segment, ":") {
				query, ok := known[strings.Join(segments[max(0, i-2):i], "/")]
				if !ok {
					query, ok = known[segments[i-1]]
				}
				if !ok {
					h.t.Fatalf("%s: the canary test does not know what follows %q", r.Path, segments[i-1])
				}
				must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error { return tx.Raw(query).Scan(&values).Error }))
				values = append(values[slices.Index(values, segment)+1:], "987654321")
			}
			var longer []string
			for _, p := range paths {
				for _, v := range values {
					longer = append(longer, p+"/"+strings.ReplaceAll(v, " ", "%20"))
				}
			}
			paths = longer
		}
		list = append(list, paths...)
	}
	return list
}

var tokenPattern = regexp.MustCompile(`zq[0-9]{5}qz`)

// heard is every token in any byte of an answer: headers, body, the text of a
// PDF, the parts of a workbook.
func (a *answer) heard() []string {
	a.t.Helper()
	text := fmt.Sprint(a.header) + a.body
	switch a.header.Get("Content-Type") {
	case "application/pdf":
		run := exec.CommandContext(a.t.Context(), "pdftotext", "-", "-")
		run.Stdin = strings.NewReader(a.body)
		out, err := run.Output()
		must(a.t, err)
		text += string(out)
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		z, err := zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body)))
		must(a.t, err)
		for _, f := range z.File {
			r, err := f.Open()
			must(a.t, err)
			part, err := io.ReadAll(r)
			must(a.t, err)
			text += f.Name + string(part)
		}
	}
	return tokenPattern.FindAllString(text, -1)
}

// Guards every text that is not for everybody: it is in no byte of any answer
// to anybody else, nor of a mail or the log, and those who may read it do
// find it.
func TestNoTextReachesAnyoneNotEntitled(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	var log bytes.Buffer
	h.s.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	emails := map[string]string{}
	for name, v := range s.who {
		emails[v.actor.Email] = name
	}
	tokens := release(t, h.db, emails)
	h.s.Reports = reports.New(h.db) // as after the restart that is due when rows were changed past the program
	after := &planned{house: h, one: s.one, two: s.two}
	for _, readers := range [][]string{{"USE"}, {"BDS"}} {
		after.publish(plan.Partner, readers...)
	}
	after.publish(plan.Internal)
	after.publish(plan.Public)
	for _, name := range []string{"talk", "talked"} {
		after.publishDialogue(s.objects[name], dialogues.ForPartner)
		after.publishDialogue(s.objects[name], dialogues.OfRecord)
	}
	for _, name := range visitors {
		found := s.walk(h, name)
		for _, l := range tokens {
			at, may, must := found[l.token], false, false
			for _, who := range []string{l.may, l.leaves} {
				named := slices.Contains(strings.Fields(who), name)
				may, must = may || named, must || named && !strings.HasPrefix(who, "?")
			}
			switch {
			case at != "" && !may:
				t.Errorf("%s finds %s at %s", name, l.place, at)
			case at == "" && must:
				t.Errorf("%s finds %s nowhere", name, l.place)
			}
		}
	}
	if leak := tokenPattern.FindString(log.String()); leak != "" || log.Len() == 0 {
		t.Errorf("the log of %d bytes holds %q", log.Len(), leak)
	}
}

// walk asks for everything as one visitor and posts nonsense to everything;
// it gives the address at which each token was found first.
func (s *scene) walk(h *house, name string) map[string]string {
	v := s.visitor(h, name)
	v.plain = true
	found := map[string]string{}
	note := func(a *answer) {
		if a.status >= http.StatusInternalServerError {
			h.t.Errorf("%s: %s answers %d", name, a.path, a.status)
		}
		for _, token := range a.heard() {
			if found[token] == "" {
				found[token] = a.path
			}
		}
	}
	for _, path := range h.addresses() {
		note(v.get(path))
	}
	for _, l := range writing {
		if l.form != "" && v.reaches(post, l.path) {
			note(v.post(s.path(name, l.path), spoilt(s.form(name, l.form))))
		}
	}
	return found
}

// A mail goes to the person whom it is for, and holds nothing but their link.
func TestMailsHoldNothingButTheLinkOfTheirPerson(t *testing.T) {
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	messages, err := i18n.English()
	must(t, err)
	h.s.Accounts, err = accounts.New(h.db, h.clock, time.Now, accounts.Config{Address: "http://tracker.example", Mail: true, Texts: i18n.New(messages, time.UTC), Keys: testKeys(t)})
	must(t, err)
	release(t, h.db, map[string]string{})
	h.write(func(tx *gorm.DB) error { return tx.Exec("DELETE FROM outbox").Error })
	admin := s.visitor(h, "administrator")
	var people []struct {
		ID    int64
		Email string
	}
	must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT id, email FROM people WHERE disabled_at IS NULL ORDER BY id").Scan(&people).Error
	}))
	for i, p := range people {
		if i%2 == 0 {
			h.stranger().post("/forgotten", url.Values{"email": {p.Email}}).is(http.StatusOK)
		} else {
			admin.post("/admin/people/"+itoa(p.ID)+"/link", url.Values{}).is(http.StatusOK)
		}
	}
	var mails []mail.Row
	must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT * FROM outbox ORDER BY id").Scan(&mails).Error }))
	if len(mails) != len(people) {
		t.Fatalf("%d mails to %d people", len(mails), len(people))
	}
	for i, m := range mails {
		if m.Recipient != people[i].Email || tokenPattern.MatchString(m.Subject+m.Body) || strings.Count(m.Body, "http://tracker.example/links/") != 1 {
			t.Errorf("mail %d to %s: %s\n%s", i, m.Recipient, m.Subject, m.Body)
		}
	}
}

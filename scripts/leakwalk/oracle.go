package main

import (
	"slices"
	"strings"

	"gorm.io/gorm"
)

// person is somebody who signs in, with what the rules ask of them.
type person struct {
	ID, InstitutionID, PostID int64
	Email, Role, Institution  string
	Kind                      string // of the institution
}

// args are what the queries of the oracle know of a person. Gov is 1 for those
// who read the whole plan.
func (p person) args() map[string]any {
	gov := slices.Contains([]string{"coordinator", "countersigner", "auditor", "administrator"}, p.Role) || p.Role == "focal_point" && p.Kind == "government"
	return map[string]any{"person": p.ID, "inst": p.InstitutionID, "post": p.PostID, "role": p.Role, "gov": gov, "outside": p.Role == "focal_point" && !gov}
}

// The rules, as the design says them and as nobody's program: which rows a
// person may read.
const (
	mine      = "@role IN ('focal_point', 'coordinator') AND x.institution_id = @inst"
	ofEntries = `CASE x.state WHEN 'draft' THEN CASE WHEN x.on_behalf THEN @role = 'coordinator' ELSE ` + mine + ` END
		WHEN 'approved' THEN @gov OR @outside ELSE @role IN ('coordinator', 'auditor') OR ` + mine + ` END`
	partOf      = "(@gov OR @outside AND (c.lead_id = @inst OR c.id IN (SELECT s.commitment_id FROM supports s WHERE s.institution_id = @inst)))"
	seenUpdates = "SELECT x.* FROM updates x JOIN commitments c ON c.id = x.commitment_id WHERE (" + ofEntries + ") AND " + partOf
	newest      = "d.id = (SELECT n.id FROM indicator_definitions n WHERE n.indicator_id = d.indicator_id ORDER BY n.effective_on DESC, n.id DESC LIMIT 1)"
	counted     = "SELECT d.indicator_id FROM indicator_definitions d WHERE " + newest + " AND (@gov OR @outside AND d.institution_id = @inst)"
	seenFigures = "SELECT x.* FROM measurements x WHERE (" + ofEntries + ") AND x.indicator_id IN (" + counted + ")"
	seenPapers  = "SELECT e.* FROM evidence e JOIN (" + seenUpdates + ") u ON u.id = e.update_id WHERE @gov OR e.share <> 'internal' OR u.institution_id = @inst"
	// What waits for clearance is read by the holder of the clearing post.
	askedUpdates = `SELECT x.* FROM updates x JOIN institutions i ON i.id = x.institution_id WHERE x.state = 'draft' AND NOT x.on_behalf AND i.clearing_post_id = @post
		AND (SELECT k.kind FROM clearances k WHERE k.update_id = x.id ORDER BY k.id DESC LIMIT 1) = 'asked'`
	askedFigures = `SELECT x.* FROM measurements x JOIN institutions i ON i.id = x.institution_id WHERE x.state = 'draft' AND NOT x.on_behalf AND i.clearing_post_id = @post
		AND (SELECT k.kind FROM measurement_clearances k WHERE k.measurement_id = x.id ORDER BY k.id DESC LIMIT 1) = 'asked'`
	inPrint      = "SELECT b.* FROM publications b WHERE b.state IN ('published', 'recalled') AND (b.audience = 'public' OR @gov OR b.audience = 'partner' AND @person > 0 AND b.id IN (SELECT r.publication_id FROM publication_readers r WHERE r.institution_id = @inst))"
	seenDeadline = "SELECT d.* FROM deadlines d WHERE @gov OR @outside AND (d.purpose = 'reporting' OR d.id IN (SELECT q.deadline_id FROM request_questions q WHERE q.institution_id = @inst AND q.ended_at IS NULL))"
)

// kind is a kind of object: how its rows are named in addresses, and which of
// them a person may read. A child's name is its parent's and its own, divided
// by a blank.
type kind struct{ all, seen string }

// kinds are by the beginning of the route that names them.
var kinds = map[string]kind{
	"/updates/:id":                               {"SELECT id FROM updates", "SELECT id FROM (" + seenUpdates + ") a"},
	"/updates/:id/evidence/:paper":               {"SELECT update_id || ' ' || id FROM evidence", "SELECT update_id || ' ' || id FROM (" + seenPapers + ") a"},
	"/measurements/:id":                          {"SELECT id FROM measurements", "SELECT id FROM (" + seenFigures + ") a"},
	"/commitments/:ref":                          {"SELECT ref FROM commitments", "SELECT c.ref FROM commitments c WHERE " + partOf},
	"/commitments/:ref/answers/:id":              {"SELECT c.ref || ' ' || a.id FROM answers a JOIN commitments c ON c.id = a.commitment_id", "SELECT c.ref || ' ' || a.id FROM answers a JOIN commitments c ON c.id = a.commitment_id WHERE @gov"},
	"/indicators/:ref":                           {"SELECT ref FROM indicators", "SELECT ref FROM indicators WHERE id IN (" + counted + ")"},
	"/institutions/:code":                        {"SELECT code FROM institutions", "SELECT code FROM institutions WHERE @gov OR @outside AND id = @inst"},
	"/recommendations/:id":                       {"SELECT id FROM recommendations", "SELECT id FROM recommendations WHERE @gov"},
	"/recommendations/:id/items/:item":           {"SELECT recommendation_id || ' ' || id FROM items", "SELECT recommendation_id || ' ' || id FROM items WHERE @gov"},
	"/publications/:number":                      {"SELECT label FROM publications WHERE label <> ''", "SELECT label FROM (" + inPrint + ") a"},
	"/publications/prepared/:id":                 {"SELECT id FROM publications WHERE state = 'prepared'", "SELECT id FROM publications WHERE state = 'prepared' AND @role IN ('coordinator', 'countersigner', 'auditor')"},
	"/periods/:id":                               {"SELECT id FROM periods", "SELECT id FROM periods WHERE @gov OR @outside"},
	"/periods/deadlines/:id":                     {"SELECT id FROM deadlines", "SELECT id FROM (" + seenDeadline + ") a"},
	"/periods/deadlines/:id/request/:question":   {"SELECT deadline_id || ' ' || number FROM request_questions", "SELECT deadline_id || ' ' || number FROM request_questions WHERE @gov OR @outside AND institution_id = @inst"},
	"/dialogues/:id":                             {"SELECT id FROM dialogues", "SELECT id FROM dialogues WHERE @gov"},
	"/dialogues/:id/agenda/:item":                {"SELECT dialogue_id || ' ' || id FROM agenda_items", "SELECT dialogue_id || ' ' || id FROM agenda_items WHERE @gov"},
	"/undertakings/:id":                          {"SELECT id FROM undertakings", "SELECT id FROM undertakings WHERE @gov OR @role = 'partner' AND institution_id = @inst"},
	"/clearance/:id":                             {"SELECT id FROM updates", "SELECT id FROM (" + askedUpdates + ") a"},
	"/clearance/measurements/:id":                {"SELECT id FROM measurements", "SELECT id FROM (" + askedFigures + ") a"},
	"/account/identities/:id":                    {"SELECT id FROM identities", "SELECT id FROM identities WHERE person_id = @person"},
	"/admin/people/:id/identities/:identity":     {"SELECT person_id || ' ' || id FROM identities", "SELECT person_id || ' ' || id FROM identities WHERE @role = 'administrator'"},
	"/admin/purge/entries/:seq":                  {"SELECT DISTINCT seq FROM audit_texts", "SELECT DISTINCT seq FROM audit_texts WHERE @role = 'administrator'"},
	"/admin/purge/publications/:id":              {"SELECT id FROM publications", "SELECT id FROM publications WHERE @role = 'administrator'"},
	"/jobs/:id":                                  {"SELECT id FROM jobs", "SELECT id FROM jobs WHERE person_id = @person"},
	"/import/:id":                                {"SELECT id FROM imports", "SELECT id FROM imports WHERE person_id = @person"},
	"/reports/choices/:id":                       {"SELECT id FROM report_choices", "SELECT id FROM report_choices WHERE person_id = @person"},
	"/account/sessions/:id":                      {"SELECT public_id FROM sessions", "SELECT public_id FROM sessions WHERE person_id = @person"},
	"/admin/people/:id":                          {"SELECT id FROM people", "SELECT id FROM people WHERE @role = 'administrator'"},
	"/admin/institutions/:code":                  {"SELECT code FROM institutions", "SELECT code FROM institutions WHERE @role = 'administrator'"},
	"/outbox/:id":                                {"SELECT id FROM outbox", "SELECT id FROM outbox WHERE @role = 'administrator'"},
	"/framework/:code":                           {"SELECT code FROM frameworks", "SELECT code FROM frameworks WHERE @gov"},
	"/framework/:code/nodes/:id":                 {"SELECT f.code || ' ' || n.id FROM nodes n JOIN frameworks f ON f.id = n.framework_id", "SELECT f.code || ' ' || n.id FROM nodes n JOIN frameworks f ON f.id = n.framework_id WHERE @gov"},
	"/recommendations/mechanisms/:code":          {"SELECT code FROM mechanisms", "SELECT code FROM mechanisms WHERE @gov"},
	"/recommendations/editions/:mechanism/:year": {"SELECT m.code || ' ' || e.year FROM editions e JOIN mechanisms m ON m.id = e.mechanism_id", "SELECT m.code || ' ' || e.year FROM editions e JOIN mechanisms m ON m.id = e.mechanism_id WHERE @gov"},
}

// words are the values of the parameters that name no row: of a list of words
// that everybody knows.
var words = map[string][]string{":format": {"pdf", "csv"}, ":pack": {"partner", "internal"}, ":kind": {"response"}, ":row": {"c1", "r1"}, ":page": {"rules"}, ":name": {"theme.css"}, ":token": {"0000"}}

// texts are what people wrote, and which of it a person may read. What
// publications tell of it is taken out beforehand.
var texts = []kind{
	{texted("updates x", "x.done", "x.next_step", "x.no_progress"), texted("("+seenUpdates+" UNION "+askedUpdates+") x", "x.done", "x.next_step", "x.no_progress")},
	{texted("updates x", "x.internal_note", "x.obstacles"), texted("("+seenUpdates+" UNION "+askedUpdates+") x WHERE @gov OR x.institution_id = @inst", "x.internal_note", "x.obstacles")},
	{texted("evidence x", "x.title", "x.source", "x.url"), texted("("+seenPapers+") x", "x.title", "x.source", "x.url")},
	{texted("decisions x", "x.reason", "x.wording"), texted("decisions x JOIN ("+seenUpdates+") u ON u.id = x.update_id WHERE @gov OR u.institution_id = @inst", "x.reason", "x.wording")},
	{texted("comments x", "x.text"), texted("comments x JOIN updates u ON u.id = x.update_id WHERE @role IN ('coordinator', 'auditor') OR @role = 'focal_point' AND u.institution_id = @inst", "x.text")},
	{texted("verifications x", "x.reason"), texted("verifications x JOIN ("+seenUpdates+") u ON u.id = x.update_id WHERE @gov OR u.institution_id = @inst", "x.reason")},
	{texted("clearances x", "x.reason"), texted("clearances x JOIN updates u ON u.id = x.update_id WHERE u.institution_id = @inst", "x.reason")},
	{texted("measurements x", "x.note", "x.source", "x.parts_reason"), texted("("+seenFigures+" UNION "+askedFigures+") x", "x.note", "x.source", "x.parts_reason")},
	{texted("measurement_decisions x", "x.reason"), texted("measurement_decisions x JOIN ("+seenFigures+") m ON m.id = x.measurement_id", "x.reason")},
	{texted("commitment_revisions x", "x.title", "x.text", "x.reason", "x.assumptions"), texted("commitment_revisions x JOIN commitments c ON c.id = x.commitment_id WHERE "+partOf, "x.title", "x.text", "x.reason", "x.assumptions")},
	{texted("indicator_definitions x", "x.text", "x.reason"), texted("indicator_definitions x WHERE x.indicator_id IN ("+counted+")", "x.text", "x.reason")},
	{texted("ratings x", "x.reason"), texted("ratings x WHERE CASE x.rater WHEN 'partner' THEN @gov OR x.institution_id = @inst ELSE @gov OR @outside AND x.commitment_id IN (SELECT c.id FROM commitments c WHERE "+partOf+") END", "x.reason")},
	{texted("agenda_texts x", "x.text"), texted("agenda_texts x WHERE @gov", "x.text")},
	{texted("dialogues x", "x.note", "x.our_side"), texted("dialogues x WHERE @gov", "x.note", "x.our_side")},
	{texted("undertakings x", "x.text"), texted("undertakings x WHERE @gov OR @role = 'partner' AND x.institution_id = @inst", "x.text")},
	{texted("request_questions x", "x.text"), texted("request_questions x WHERE @gov OR @outside AND x.institution_id = @inst", "x.text")},
	{texted("request_answers x JOIN request_questions q ON q.id = x.question_id", "x.text"), texted("request_answers x JOIN request_questions q ON q.id = x.question_id WHERE @gov OR @outside AND q.institution_id = @inst", "x.text")},
	{texted("people x", "x.email"), texted("people x WHERE @role IN ('administrator', 'auditor') OR x.id = @person", "x.email")}, // the auditor reads the trail, which tells who was invited
	{texted("report_choices x", "x.name"), texted("report_choices x WHERE x.person_id = @person OR @role = 'auditor'", "x.name")},
	{texted("imports x", "x.file_name"), texted("imports x WHERE x.person_id = @person", "x.file_name")},
}

// texted reads columns of rows as one list.
func texted(from string, columns ...string) string {
	var list []string
	for _, c := range columns {
		list = append(list, "SELECT "+c+" FROM "+from)
	}
	return strings.Join(list, " UNION ")
}

// known is what the oracle says of one person: which names they may read, and
// which texts they may not.
type known struct {
	names  map[string]map[string]bool // by kind: each name, and whether it is theirs to read
	secret []string
}

// knownTo asks the database what a person may read. Told is what publications
// tell, which their readers may read besides.
func knownTo(tx *gorm.DB, p person, told string) (k known, err error) {
	k.names = map[string]map[string]bool{}
	column := func(query string) (list []string) {
		if err == nil {
			var args []any
			if strings.Contains(query, "@") {
				args = append(args, p.args())
			}
			err = tx.Raw(query, args...).Scan(&list).Error
		}
		return list
	}
	for prefix, kind := range kinds {
		names := map[string]bool{}
		for _, name := range column(kind.all) {
			names[name] = false
		}
		for _, name := range column(kind.seen) {
			names[name] = true
		}
		k.names[prefix] = names
	}
	open, all := told, []string{}
	for _, t := range texts {
		open += "\n" + strings.Join(column(t.seen), "\n")
		all = append(all, column(t.all)...)
	}
	for _, text := range all {
		if len(text) >= 12 && !strings.Contains(open, text) && !slices.Contains(k.secret, text) {
			k.secret = append(k.secret, text)
		}
	}
	return k, err
}

package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/audit"
)

// The matrix says what every visitor gets for every route, as one line for
// each object that matters. In an address and in a form, ":draft" stands for
// the object that scene_test.go calls so, ":none" for one that does not exist.
// The signs stand in the order of visitors:
//
//	nobody  msd  mha  ngo  coordinator  countersigner  partner  auditor  administrator
//
// s  is asked to sign in           y  gets the page
// -  is told that it is not there  >  is led on, after a post: it was done
// x  is refused                    c  comes too late, and sees how it stands now
//
// A new route needs a line here; one with an object in its address also one
// with ":none" in the object's place. A line of a post has a form that would
// be accepted from whoever may post it: what is refused is posted as it is,
// empty and as nonsense, gets the same answer every time, and changes nothing.
var reading = []struct{ path, answers string }{
	{"/healthz", "y y y y y y y y y"},
	{"/readyz", "y y y y y y y y y"},
	{"/static/:css", "y y y y y y y y y"},
	{"/static/:none", "- - - - - - - - -"},
	{"/sign-in", "y > > > > > > > >"},
	{"/sign-in/code", "y > > > > > > > >"},
	{"/links/:token", "y y y y y y y y y"},
	{"/links/:none", "- - - - - - - - -"},
	{"/issuer", "! ! ! ! ! ! ! ! !"},
	{"/sign-in/oidc/callback", "! ! ! ! ! ! ! ! !"},
	{"/forgotten", "y y y y y y y y y"},
	{"/", "s y y y y y y y y"},
	{"/kept-form", "s y y y y y y y y"},
	{"/account", "s y y y y y y y y"},
	{"/account/second-factor", "s y y y y y y y y"},
	{"/help", "s y y y y y y y y"},
	{"/help/signing-in", "y y y y y y y y y"},
	{"/help/:manual", "s y y y y y y y y"},
	{"/help/:none", "s - - - - - - - -"},

	{"/framework", "s y y - y y - y y"},
	{"/framework/new", "s - - - y - - - -"},
	{"/framework/:nsf/change", "s - - - y - - - -"},
	{"/framework/:none/change", "s - - - - - - - -"},
	{"/framework/:nsf/nodes/new", "s - - - y - - - -"},
	{"/framework/:none/nodes/new", "s - - - - - - - -"},
	{"/framework/:nsf/nodes/:node_id/change", "s - - - y - - - -"},
	{"/framework/:nsf/nodes/:none/change", "s - - - - - - - -"},
	{"/framework/:nsf/nodes/:spare/remove", "s - - - y - - - -"},
	{"/framework/:nsf/nodes/:none/remove", "s - - - - - - - -"},
	{"/recommendations", "s y y - y y - y y"},
	{"/recommendations/mechanisms/new", "s - - - y - - - -"},
	{"/recommendations/mechanisms/:mechanism/change", "s - - - y - - - -"},
	{"/recommendations/mechanisms/:none/change", "s - - - - - - - -"},
	{"/recommendations/editions/new", "s - - - y - - - -"},
	{"/recommendations/editions/:mechanism/:year/change", "s - - - y - - - -"},
	{"/recommendations/editions/:mechanism/:none/change", "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:empty/remove", "s - - - y - - - -"},
	{"/recommendations/editions/:mechanism/:none/remove", "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:year/recommendations/new", "s - - - y - - - -"},
	{"/recommendations/editions/:mechanism/:none/recommendations/new", "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:year", "s y y - y y - y y"},
	{"/recommendations/editions/:mechanism/:none", "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:year/classification", "s y y - y y - y y"},
	{"/recommendations/editions/:mechanism/:none/classification", "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:year/lineage", "s y y - y y - y y"},
	{"/recommendations/editions/:mechanism/:none/lineage", "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:year/import", "s - - - y - - - -"},
	{"/recommendations/editions/:mechanism/:none/import", "s - - - - - - - -"},
	{"/recommendations/:recommendation", "s y y - y y - y y"},
	{"/recommendations/:none", "s - - - - - - - -"},
	{"/recommendations/:recommendation/changes", "s y y - y y - y y"},
	{"/recommendations/:none/changes", "s - - - - - - - -"},
	{"/recommendations/:recommendation/answers/new", "s - - - y - - - -"},
	{"/recommendations/:none/answers/new", "s - - - - - - - -"},
	{"/recommendations/:recommendation/change", "s - - - y - - - -"},
	{"/recommendations/:none/change", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/new", "s - - - y - - - -"},
	{"/recommendations/:none/items/new", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/:item/change", "s - - - y - - - -"},
	{"/recommendations/:recommendation/items/:item2/change", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/:none/change", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/:item/split", "s - - - y - - - -"},
	{"/recommendations/:recommendation/items/:none/split", "s - - - - - - - -"},
	{"/recommendations/:recommendation/remarks/:remark", "s - - - y - - - -"},
	{"/recommendations/:none/remarks/:remark", "s - - - - - - - -"},
	{"/recommendations/:recommendation/remarks/:none", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/merge", "s - - - y - - - -"},
	{"/recommendations/:none/items/merge", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/relink", "s - - - y - - - -"},
	{"/recommendations/:none/items/relink", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/:item/retire", "s - - - y - - - -"},
	{"/recommendations/:recommendation/items/:none/retire", "s - - - - - - - -"},
	{"/recommendations.csv", "s y y - y y - y y"},
	{"/recommendations.xlsx", "s y y - y y - y y"},
	{"/recommendations/coverage", "s y y - y y - y y"},
	{"/recommendations/coverage.csv", "s y y - y y - y y"},
	{"/recommendations/coverage.xlsx", "s y y - y y - y y"},
	{"/recommendations/editions.csv", "s y y - y y - y y"},
	{"/recommendations/editions.xlsx", "s y y - y y - y y"},
	{"/institutions", "s y y - y y - y y"},
	{"/institutions.csv", "s y y - y y - y y"},
	{"/institutions.xlsx", "s y y - y y - y y"},
	{"/institutions/:msd", "s y y - y y - y y"},
	{"/institutions/:bds", "s y y y y y - y y"},
	{"/institutions/:none", "s - - - - - - - -"},
	{"/institutions/:msd/workbook", "s y - - y - - - -"},
	{"/institutions/:bds/workbook", "s - - y y - - - -"},
	{"/institutions/:none/workbook", "s - - - - - - - -"},
	{"/reports", "s y y - y y - y y"},
	{"/reports/status.pdf", "s y y - y y - y y"},
	{"/reports/status.xlsx", "s y y - y y - y y"},
	{"/reports/changes", "s y y - y y - y y"},
	{"/reports/changes.csv", "s y y - y y - y y"},
	{"/reports/changes.xlsx", "s y y - y y - y y"},
	{"/reports/status.csv", "s y y - y y - y y"},
	{"/reports/status.json", "s y y - y y - y y"},
	{"/reports/status.html", "s y y - y y - y y"},
	{"/import", "s y y y y - - - y"},
	{"/import/template.xlsx", "s - - - y - - - -"},
	{"/import/:import", "s - - - y - - - -"},
	{"/import/:import_other", "s - - - - - - - -"},
	{"/import/:import_admin", "s - - - - - - - y"},
	{"/import/:none", "s - - - - - - - -"},
	{"/import/:import/report.xlsx", "s - - - y - - - -"},
	{"/import/:import_other/report.xlsx", "s - - - - - - - -"},
	{"/import/:none/report.xlsx", "s - - - - - - - -"},
	{"/jobs", "s y y - y y - y y"},
	{"/jobs/:job", "s - - - y - - - -"},
	{"/jobs/:job_lost", "s - - - y - - - -"},
	{"/jobs/:job_other", "s - - - - - - - -"},
	{"/jobs/:job_trail", "s - - - - - - y -"},
	{"/jobs/:job_trail/file", "s - - - - - - - -"},
	{"/jobs/:none", "s - - - - - - - -"},
	{"/jobs/:job/file", "s - - - y - - - -"},
	{"/jobs/:job_lost/file", "s - - - - - - - -"},
	{"/jobs/:none/file", "s - - - - - - - -"},
	{"/schemas/status-1.json", "y y y y y y y y y"},

	{"/publications", "y y y y y y y y y"},
	{"/publications/:pub_internal", "s y y - y y - y y"},
	{"/publications/:pub_partner", "s y y - y y y y y"},
	{"/publications/:pub_ngo", "s y y y y y - y y"},
	{"/publications/:pub_public", "y y y y y y y y y"},
	{"/publications/:pub_recalled", "s y y - y y y y y"},
	{"/publications/:none", "s - - - - - - - -"},
	{"/publications/:pub_internal/read", "s y y - y y - y y"},
	{"/publications/:pub_partner/read", "s y y - y y y y y"},
	{"/publications/:pub_public/read", "y y y y y y y y y"},
	{"/publications/:pub_recalled/read", "s c c - y c c y c"},
	{"/publications/:none/read", "s - - - - - - - -"},
	{"/publications/:pub_internal/files/:pdf", "s y y - y y - y y"},
	{"/publications/:pub_partner/files/:pdf", "s y y - y y y y y"},
	{"/publications/:pub_ngo/files/:pdf", "s y y y y y - y y"},
	{"/publications/:pub_public/files/:pdf", "y y y y y y y y y"},
	{"/publications/:pub_recalled/files/:pdf", "s c c - y c c y c"},
	{"/publications/:pub_public/files/:none", "s - - - - - - - -"},
	{"/publications/:none/files/:none", "s - - - - - - - -"},
	{"/publications/:pub_internal/differences", "s y y - y y - y y"},
	{"/publications/:pub_partner/differences", "s y y - y y y y y"},
	{"/publications/:pub_ngo/differences", "s y y y y y - y y"},
	{"/publications/:pub_newer/differences", "y y y y y y y y y"},
	{"/publications/:pub_recalled/differences", "s c c - y c c y c"},
	{"/publications/:none/differences", "s - - - - - - - -"},
	{"/publications/:pub_newer/differences.csv", "y y y y y y y y y"},
	{"/publications/:pub_newer/differences.xlsx", "y y y y y y y y y"},
	{"/publications/:pub_recalled/differences.csv", "s c c - y c c y c"},
	{"/publications/:pub_recalled/differences.xlsx", "s c c - y c c y c"},
	{"/publications/:none/differences.csv", "s - - - - - - - -"},
	{"/publications/:none/differences.xlsx", "s - - - - - - - -"},
	{"/publications/:pub_public/downloads", "s - - - y - - y -"},
	{"/publications/:none/downloads", "s - - - - - - - -"},
	{"/publications/:pub_public/recall", "s - - - y - - - -"},
	{"/publications/:pub_recalled/recall", "s - - - c - - - -"},
	{"/publications/:pub_record/recall", "s - - - y - - - -"},
	{"/publications/:none/recall", "s - - - - - - - -"},
	{"/publications/:pub_record", "s y y - y y y y y"},
	{"/publications/:pub_record/read", "s y y - y y y y y"},
	{"/publications/:pub_record/clearance", "s - - - - - y - -"},
	{"/publications/:pub_cleared/clearance", "s - - - - - c - -"},
	{"/publications/:pub_partner/clearance", "s - - - - - - - -"},
	{"/publications/:none/clearance", "s - - - - - - - -"},
	{"/publications/prepare", "s - - - y - - - -"},
	{"/publications/prepared/:prepared", "s - - - y y - y -"},
	{"/publications/prepared/:none", "s - - - - - - - -"},
	{"/publications/prepared/:prepared/files/:pdf", "s - - - y y - y -"},
	{"/publications/prepared/:none/files/:none", "s - - - - - - - -"},
	{"/publications/prepared/:prepared/withdraw", "s - - - y - - - -"},
	{"/publications/prepared/:none/withdraw", "s - - - - - - - -"},
	{"/verify", "y y y y y y y y y"},

	{"/commitments", "s y y y y y - y y"},
	{"/commitments.csv", "s y y y y y - y y"},
	{"/commitments.xlsx", "s y y y y y - y y"},
	{"/commitments/new", "s - - - y - - - -"},
	{"/commitments/:shared", "s y y y y y - y y"},
	{"/commitments/:alone", "s y y - y y - y y"},
	{"/commitments/:none", "s - - - - - - - -"},
	{"/commitments/:shared/revise", "s - - - y - - - -"},
	{"/commitments/:none/revise", "s - - - - - - - -"},
	{"/commitments/:shared/transfer", "s - - - y - - - -"},
	{"/commitments/:none/transfer", "s - - - - - - - -"},
	{"/commitments/:shared/answers", "s - - - y - - - -"},
	{"/commitments/:none/answers", "s - - - - - - - -"},
	{"/commitments/:shared/answers/:answer/end", "s - - - y - - - -"},
	{"/commitments/:shared/answers/:foreign_answer/end", "s - - - - - - - -"},
	{"/commitments/:shared/answers/:none/end", "s - - - - - - - -"},
	{"/commitments/:shared/updates/new", "s y y y y - - - -"},
	{"/commitments/:alone/updates/new", "s y x - y - - - -"},
	{"/commitments/:none/updates/new", "s - - - - - - - -"},

	{"/review", "s y y y y - - - -"},
	{"/review/unchanged", "s - - - y - - - -"},
	{"/review.csv", "s y y y y - - - -"},
	{"/review.xlsx", "s y y y y - - - -"},
	{"/updates/:draft", "s y - - - - - - -"},
	{"/updates/:submitted", "s y - - y - - y -"},
	{"/updates/:returned", "s y - - y - - y -"},
	{"/updates/:correction", "s y y y y y - y y"},
	{"/updates/:behalf_draft", "s - - - y - - - -"},
	{"/updates/:behalf", "s y - - y - - y -"},
	{"/updates/:ngo_draft", "s - - y - - - - -"},
	{"/updates/:foreign", "s y y - y y - y y"},
	{"/updates/:none", "s - - - - - - - -"},
	{"/updates/:draft/edit", "s y - - - - - - -"},
	{"/updates/:submitted/edit", "s > - - x - - - -"},
	{"/updates/:returned/edit", "s y - - x - - - -"},
	{"/updates/:correction/edit", "s > x x x - - - -"},
	{"/updates/:behalf_draft/edit", "s - - - y - - - -"},
	{"/updates/:none/edit", "s - - - - - - - -"},
	{"/updates/:draft/correct", "s c - - - - - - -"},
	{"/updates/:correction/correct", "s y x x y - - - -"},
	{"/updates/:approved/correct", "s c x x c - - - -"},
	{"/updates/:none/correct", "s - - - - - - - -"},
	{"/updates/:draft/discard", "s y - - - - - - -"},
	{"/updates/:submitted/discard", "s x - - x - - - -"},
	{"/updates/:correction/discard", "s x x x x - - - -"},
	{"/updates/:behalf_draft/discard", "s - - - y - - - -"},
	{"/updates/:none/discard", "s - - - - - - - -"},
	{"/updates/:correction/release", "s - - - y - - - -"},
	{"/updates/:foreign/release", "s - - - c - - - -"},
	{"/updates/:submitted/release", "s - - - c - - - -"},
	{"/updates/:draft/release", "s - - - - - - - -"},
	{"/updates/:none/release", "s - - - - - - - -"},
	{"/updates/:correction/verify", "s - - - y - - - -"},
	{"/updates/:submitted/verify", "s - - - c - - - -"},
	{"/updates/:draft/verify", "s - - - - - - - -"},
	{"/updates/:none/verify", "s - - - - - - - -"},
	{"/updates/:foreign/withdraw", "s - - - y - - - -"},
	{"/updates/:correction/withdraw", "s - - - c - - - -"},
	{"/updates/:none/withdraw", "s - - - - - - - -"},
	{"/clearance", "s - y - - - - - -"},
	{"/clearance/:to_clear", "s - y - - - - - -"},
	{"/clearance/:not_cleared", "s - - - - - - - -"},
	{"/clearance/:none", "s - - - - - - - -"},
	{"/clearance/measurements/:m_to_clear", "s - y - - - - - -"},
	{"/clearance/measurements/:m_not_cleared", "s - - - - - - - -"},
	{"/clearance/measurements/:none", "s - - - - - - - -"},
	{"/ratings", "s y y - y y - y y"},
	{"/ratings.csv", "s y y - y y - y y"},
	{"/ratings.xlsx", "s y y - y y - y y"},
	{"/commitments/:shared/ratings", "s y y y y y - y y"},
	{"/commitments/:alone/ratings", "s y y - y y - y y"},
	{"/commitments/:none/ratings", "s - - - - - - - -"},
	{"/recommendations/:recommendation/ratings", "s y y - y y - y y"},
	{"/recommendations/:none/ratings", "s - - - - - - - -"},
	{"/publications/:pub_partner/ratings", "s - - - - - y - -"},
	{"/publications/:pub_public/ratings", "s - - - - - y - -"},
	{"/publications/:pub_ngo/ratings", "s - - - - - - - -"},
	{"/publications/:pub_recalled/ratings", "s - - - - - c - -"},
	{"/publications/:none/ratings", "s - - - - - - - -"},
	{"/publications/:pub_partner/ratings/:rated", "s - - - - - y - -"},
	{"/publications/:pub_partner/ratings/:none", "s - - - - - - - -"},
	{"/publications/:pub_ngo/ratings/:rated", "s - - - - - - - -"},
	{"/publications/:none/ratings/:none", "s - - - - - - - -"},
	{"/evidence", "s y y y y y - y y"},
	{"/evidence.csv", "s y y y y y - y y"},
	{"/evidence.xlsx", "s y y y y y - y y"},
	{"/updates/:draft/evidence/new", "s y - - - - - - -"},
	{"/updates/:submitted/evidence/new", "s c - - x - - - -"},
	{"/updates/:filed/evidence/new", "s c x x x - - - -"},
	{"/updates/:returned/evidence/new", "s y - - x - - - -"},
	{"/updates/:behalf_draft/evidence/new", "s - - - y - - - -"},
	{"/updates/:none/evidence/new", "s - - - - - - - -"},
	{"/updates/:draft/evidence/:paper_draft", "s y - - - - - - -"},
	{"/updates/:submitted/evidence/:paper_sent", "s y - - y - - y -"},
	{"/updates/:filed/evidence/:paper", "s y y - y y - y y"},
	{"/updates/:filed/evidence/:paper_lent", "s y y y y y - y y"},
	{"/updates/:filed/evidence/:paper_barred", "s c c c c c - c c"},
	{"/updates/:filed/evidence/:paper_draft", "s - - - - - - - -"},
	{"/updates/:foreign/evidence/:paper", "s - - - - - - - -"},
	{"/updates/:filed/evidence/:none", "s - - - - - - - -"},
	{"/updates/:none/evidence/:none", "s - - - - - - - -"},
	{"/updates/:draft/evidence/:paper_draft/remove", "s y - - - - - - -"},
	{"/updates/:submitted/evidence/:paper_sent/remove", "s c - - x - - - -"},
	{"/updates/:filed/evidence/:paper_lent/remove", "s c x x x - - - -"},
	{"/updates/:none/evidence/:none/remove", "s - - - - - - - -"},
	{"/updates/:submitted/evidence/:paper_sent/quarantine", "s - - - y - - - -"},
	{"/updates/:filed/evidence/:paper/quarantine", "s - - - y - - - y"},
	{"/updates/:filed/evidence/:paper_lent/quarantine", "s - - - y - - - y"},
	{"/updates/:filed/evidence/:paper_barred/quarantine", "s - - - c - - - c"},
	{"/updates/:none/evidence/:none/quarantine", "s - - - - - - - -"},
	{"/updates/:filed/evidence/:paper_barred/lift", "s - - - y - - - -"},
	{"/updates/:filed/evidence/:paper/lift", "s - - - c - - - -"},
	{"/updates/:none/evidence/:none/lift", "s - - - - - - - -"},
	{"/updates/:filed/evidence/:paper_barred/purge", "s - - - - - - - y"},
	{"/updates/:filed/evidence/:paper/purge", "s - - - - - - - c"},
	{"/updates/:none/evidence/:none/purge", "s - - - - - - - -"},

	{"/money", "s y y - y y - y y"},
	{"/money.csv", "s y y - y y - y y"},
	{"/money.xlsx", "s y y - y y - y y"},
	{"/indicators", "s y y y y y - y y"},
	{"/lists", "s y y y y - - - y"},
	{"/lists/institutions.csv", "s - - - - - - - y"},
	{"/lists/institutions.xlsx", "s - - - - - - - y"},
	{"/lists/people.csv", "s - - - - - - - y"},
	{"/lists/people.xlsx", "s - - - - - - - y"},
	{"/lists/commitments.csv", "s - - - y - - - -"},
	{"/lists/commitments.xlsx", "s - - - y - - - -"},
	{"/lists/recommendations.csv", "s - - - y - - - -"},
	{"/lists/recommendations.xlsx", "s - - - y - - - -"},
	{"/lists/indicators.csv", "s - - - y - - - -"},
	{"/lists/indicators.xlsx", "s - - - y - - - -"},
	{"/lists/measurements.csv", "s y y y y - - - -"},
	{"/lists/measurements.xlsx", "s y y y y - - - -"},
	{"/indicators.csv", "s y y y y y - y y"},
	{"/indicators.xlsx", "s y y y y y - y y"},
	{"/indicators/new", "s - - - y - - - -"},
	{"/indicators/:counted", "s y y - y y - y y"},
	{"/indicators/:counted_ngo", "s y y y y y - y y"},
	{"/indicators/:none", "s - - - - - - - -"},
	{"/indicators/:counted/change", "s - - - y - - - -"},
	{"/indicators/:none/change", "s - - - - - - - -"},
	{"/indicators/:counted/measurements/new", "s y x - y - - - -"},
	{"/indicators/:counted_ngo/measurements/new", "s x x y y - - - -"},
	{"/indicators/:none/measurements/new", "s - - - - - - - -"},
	{"/measurements/:m_draft", "s y - - - - - - -"},
	{"/measurements/:m_sent", "s y - - y - - y -"},
	{"/measurements/:m_back", "s y - - y - - y -"},
	{"/measurements/:m_behalf_draft", "s - - - y - - - -"},
	{"/measurements/:m_behalf", "s y - - y - - y -"},
	{"/measurements/:m_approved", "s y y - y y - y y"},
	{"/measurements/:m_ngo", "s y y y y y - y y"},
	{"/measurements/:none", "s - - - - - - - -"},
	{"/measurements/:m_draft/edit", "s y - - - - - - -"},
	{"/measurements/:m_sent/edit", "s c - - x - - - -"},
	{"/measurements/:m_back/edit", "s y - - x - - - -"},
	{"/measurements/:m_behalf_draft/edit", "s - - - y - - - -"},
	{"/measurements/:none/edit", "s - - - - - - - -"},
	{"/measurements/:m_approved/correct", "s y x - y - - - -"},
	{"/measurements/:m_sent/correct", "s c - - c - - - -"},
	{"/measurements/:m_old/correct", "s c x - c - - - -"},
	{"/measurements/:none/correct", "s - - - - - - - -"},
	{"/measurements/:m_draft/discard", "s y - - - - - - -"},
	{"/measurements/:m_sent/discard", "s x - - x - - - -"},
	{"/measurements/:m_behalf_draft/discard", "s - - - y - - - -"},
	{"/measurements/:none/discard", "s - - - - - - - -"},
	{"/measurements/:m_approved/choose", "s - - - y - - - -"},
	{"/measurements/:m_ngo/choose", "s - - - c - - - -"},
	{"/measurements/:m_draft/choose", "s - - - - - - - -"},
	{"/measurements/:none/choose", "s - - - - - - - -"},

	{"/discipline", "s y y - y y - y y"},
	{"/discipline.csv", "s y y - y y - y y"},
	{"/discipline.xlsx", "s y y - y y - y y"},
	{"/discipline/commitments", "s y y - y y - y y"},
	{"/discipline/commitments.csv", "s y y - y y - y y"},
	{"/discipline/commitments.xlsx", "s y y - y y - y y"},
	{"/discipline/not-reported", "s y y - y y - y y"},
	{"/periods", "s y y y y y - y y"},
	{"/periods.csv", "s y y y y y - y y"},
	{"/periods.xlsx", "s y y y y y - y y"},
	{"/periods/new", "s - - - y - - - -"},
	{"/periods/:period/change", "s - - - y - - - -"},
	{"/periods/:none/change", "s - - - - - - - -"},
	{"/periods/:period/deadlines/new", "s - - - y - - - -"},
	{"/periods/:none/deadlines/new", "s - - - - - - - -"},
	{"/periods/deadlines/:deadline", "s y y y y y - y y"},
	{"/periods/deadlines/:dialogue", "s y y - y y - y y"},
	{"/periods/deadlines/:none", "s - - - - - - - -"},
	{"/periods/deadlines/:deadline/institutions.csv", "s y y - y y - y y"},
	{"/periods/deadlines/:deadline/institutions.xlsx", "s y y - y y - y y"},
	{"/periods/deadlines/:dialogue/institutions.csv", "s y y - y y - y y"},
	{"/periods/deadlines/:dialogue/institutions.xlsx", "s y y - y y - y y"},
	{"/periods/deadlines/:none/institutions.csv", "s - - - - - - - -"},
	{"/periods/deadlines/:none/institutions.xlsx", "s - - - - - - - -"},
	{"/periods/deadlines/:deadline/change", "s - - - y - - - -"},
	{"/periods/deadlines/:none/change", "s - - - - - - - -"},
	{"/periods/deadlines/:deadline/close", "s - - - y - - - -"},
	{"/periods/deadlines/:dialogue/close", "s - - - - - - - -"},
	{"/periods/deadlines/:none/close", "s - - - - - - - -"},
	{"/periods/deadlines/:closed/reopen", "s - - - y - - - -"},
	{"/periods/deadlines/:closed/certify", "s - - - y y - - -"},
	{"/periods/deadlines/:dialogue/certify", "s - - - - - - - -"},
	{"/periods/deadlines/:none/certify", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request", "s y y y y y - y y"},
	{"/periods/deadlines/:unasked/request", "s y y - y y - y y"},
	{"/periods/deadlines/:dialogue/request", "s - - - - - - - -"},
	{"/periods/deadlines/:none/request", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request.csv", "s y y y y y - y y"},
	{"/periods/deadlines/:none/request.csv", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request.xlsx", "s y y y y y - y y"},
	{"/periods/deadlines/:none/request.xlsx", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request/new", "s - - - y - - - -"},
	{"/periods/deadlines/:dialogue/request/new", "s - - - - - - - -"},
	{"/periods/deadlines/:none/request/new", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request/submit", "s - - - y - - - -"},
	{"/periods/deadlines/:none/request/submit", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request/:q_msd", "s y y - y y - y y"},
	{"/periods/deadlines/:asked/request/:q_ngo", "s y y y y y - y y"},
	{"/periods/deadlines/:asked/request/:none", "s - - - - - - - -"},
	{"/periods/deadlines/:none/request/:none", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request/:q_msd/change", "s - - - y - - - -"},
	{"/periods/deadlines/:asked/request/:q_ngo/change", "s - - - c - - - -"},
	{"/periods/deadlines/:none/request/:none/change", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request/:q_msd/remove", "s - - - y - - - -"},
	{"/periods/deadlines/:asked/request/:q_own/remove", "s - - - c - - - -"},
	{"/periods/deadlines/:none/request/:none/remove", "s - - - - - - - -"},
	{"/periods/deadlines/:none/reopen", "s - - - - - - - -"},

	{"/dialogues", "s y y - y y - y y"},
	{"/dialogues/new", "s - - - y - - - -"},
	{"/dialogues/:talk", "s y y - y y - y y"},
	{"/dialogues/:talked", "s y y - y y - y y"},
	{"/dialogues/:none", "s - - - - - - - -"},
	{"/dialogues/:talk/room", "s y y - y y - y y"},
	{"/dialogues/:none/room", "s - - - - - - - -"},
	{"/dialogues/:talk/briefing.pdf", "s y y - y y - y y"},
	{"/dialogues/:none/briefing.pdf", "s - - - - - - - -"},
	{"/dialogues/:talk/briefing.xlsx", "s y y - y y - y y"},
	{"/dialogues/:none/briefing.xlsx", "s - - - - - - - -"},
	{"/dialogues/:talk/change", "s - - - y - - - -"},
	{"/dialogues/:none/change", "s - - - - - - - -"},
	{"/dialogues/:talk/packs", "s y y - y y - y y"},
	{"/dialogues/:none/packs", "s - - - - - - - -"},
	{"/dialogues/:talk/packs/:pack_partner/:pdf", "s y y - y y - y y"},
	{"/dialogues/:coming/packs/:pack_partner/:pdf", "s c c - c c - c c"},
	{"/dialogues/:none/packs/:none/:none", "s - - - - - - - -"},
	{"/dialogues/:talk/held", "s - - - y - - - -"},
	{"/dialogues/:talked/held", "s - - - > - - - -"},
	{"/dialogues/:none/held", "s - - - - - - - -"},
	{"/dialogues/:talk/prepared", "s - - - y - - - -"},
	{"/dialogues/:talked/prepared", "s - - - > - - - -"},
	{"/dialogues/:none/prepared", "s - - - - - - - -"},
	{"/dialogues/:talked/followed-up", "s - - - y - - - -"},
	{"/dialogues/:talk/followed-up", "s - - - > - - - -"},
	{"/dialogues/:none/followed-up", "s - - - - - - - -"},
	{"/dialogues/:talked/planned", "s - - - y - - - -"},
	{"/dialogues/:talk/planned", "s - - - > - - - -"},
	{"/dialogues/:none/planned", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/new", "s - - - y - - - -"},
	{"/dialogues/:none/agenda/new", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/change", "s - - - y - - - -"},
	{"/dialogues/:coming/agenda/:point/change", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/change", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/record", "s - - - y - - - -"},
	{"/dialogues/:coming/agenda/:point/record", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/record", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/indicators", "s - - - y - - - -"},
	{"/dialogues/:coming/agenda/:point/indicators", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/indicators", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/agree", "s - - - y - - - -"},
	{"/dialogues/:coming/agenda/:point/agree", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/agree", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/undertake", "s - - - y - - - -"},
	{"/dialogues/:coming/agenda/:point/undertake", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/undertake", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/recommend", "s - - - y - - - -"},
	{"/dialogues/:coming/agenda/:point/recommend", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/recommend", "s - - - - - - - -"},
	{"/undertakings", "s y y - y y y y y"},
	{"/undertakings/:undertaken", "s y y - y y y y y"},
	{"/undertakings/:undertaken_other", "s y y - y y - y y"},
	{"/undertakings/:none", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/history", "s y y - y y - y y"},
	{"/dialogues/:coming/agenda/:point/history", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/history", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/remove", "s - - - y - - - -"},
	{"/dialogues/:coming/agenda/:point/remove", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/remove", "s - - - - - - - -"},

	{"/admin", "s - - - - - - - y"},
	{"/admin/people", "s - - - - - - - y"},
	{"/admin/people.csv", "s - - - - - - - y"},
	{"/admin/people.xlsx", "s - - - - - - - y"},
	{"/admin/people/new", "s - - - - - - - y"},
	{"/admin/people/:person", "s - - - - - - - y"},
	{"/admin/people/:none", "s - - - - - - - -"},
	{"/admin/people/:person/disable", "s - - - - - - - y"},
	{"/admin/people/:none/disable", "s - - - - - - - -"},
	{"/admin/people/:disabled/second-factor", "s - - - - - - - y"},
	{"/admin/people/:none/second-factor", "s - - - - - - - -"},
	{"/admin/institutions", "s - - - - - - - y"},
	{"/admin/institutions/new", "s - - - - - - - y"},
	{"/admin/institutions/:msd", "s - - - - - - - y"},
	{"/admin/institutions/:none", "s - - - - - - - -"},
	{"/admin/institutions/:msd/succession", "s - - - - - - - y"},
	{"/admin/institutions/:none/succession", "s - - - - - - - -"},
	{"/admin/settings", "s - - - - - - - y"},
	{"/admin/purge", "s - - - - - - - y"},
	{"/admin/purge/entries/:entry", "s - - - - - - - y"},
	{"/admin/purge/entries/:none", "s - - - - - - - -"},
	{"/admin/purge/publications/:recalled", "s - - - - - - - y"},
	{"/admin/purge/publications/:taken_back", "s - - - - - - - y"},
	{"/admin/purge/publications/:prepared", "s - - - - - - - y"},
	{"/admin/purge/publications/:none", "s - - - - - - - -"},
	{"/outbox", "s - - - - - - - y"},
	{"/audit", "s - - - - - - y -"},
	{"/admin/permissions", "s - - - - - - y y"},
	{"/admin/permissions.csv", "s - - - - - - y y"},
	{"/admin/permissions.xlsx", "s - - - - - - y y"},
	{"/audit.csv", "s - - - - - - y -"},
	{"/audit.xlsx", "s - - - - - - y -"},
}

const (
	node     = "version=1&level=objective&title=Other+words"
	plan2022 = "version=1&code=NAP&title=Next+plan&short_name=NAP&basis=official&starts_on=1+1+2022&ends_on=31+12+2026"
	upr      = "version=1&code=UPR&name=Universal+review&short_name=UPR&scale=met"
	year2020 = "version=1&mechanism=TIP&year=2020&released_on=25+6+2020&completeness=partial&tier=Tier+3"
	asked    = "version=1&title=Other+words&text=Text+of+it&basis=official"

	said     = "happened=done&done=Held+the+workshop&status=in_progress&as_of=8+November+2021&send=1"
	counting = "covers_to=31+October+2021&cell_0=7&qualifier=exact&attribution=government&basis=logged&send=1"
	terms    = "ref=MSD-09&origin=ministry&title=A+new+promise&text=Text+of+it&lead=:institution&share=internal&reason=Agreed"
	talk     = "version=1&title=Other+words&held_on=5+November+2021"
	heard    = "mechanism=DIALOGUE&title=A+shelter&text=Open+it&basis=restated"
	spoken   = "seen_talking_points=0&seen_asks=0&seen_notes=0&talking_points=We+did&asks=Would+you&notes=Careful"
	quarter  = "version=1&title=Third+quarter&covers_from=1+July+2021&covers_to=30+September+2021&due_on=20+October+2021"
	revised  = "version=1&title=Other+words&text=Text+of+it&lead=:institution&node=:node_id&share=internal&reason=Agreed"
)

var writing = []struct{ path, form, answers string }{
	{"/sign-in", "email=one@tracker.example&password=no+such+password", "! ! ! ! ! ! ! ! !"},
	{"/sign-in/code", "code=123456", "! ! ! ! ! ! ! ! !"},
	{"/sign-out", "", "> > > > > > > > >"},
	{"/links/:token", "", "> > > > > > > > >"},
	{"/links/:none", "password=harbour-quilt-onion-lattice", "- - - - - - - - -"},
	{"/links/:invitation/oidc", "", "> > > > > > > > >"},
	{"/links/:token/oidc", "", "- - - - - - - - -"},
	{"/links/:none/oidc", "", "- - - - - - - - -"},
	{"/sign-in/oidc", "next=%2Freview", "> > > > > > > > >"},
	{"/account/identities", "", "s > > > > > > > >"},
	{"/account/identities/:identity/unlink", "", "s - - - > - - - -"},
	{"/account/identities/:identity_mha/unlink", "", "s - c - - - - - -"},
	{"/account/identities/:none/unlink", "", "s - - - - - - - -"},
	{"/forgotten", "email=one@tracker.example", "y y y y y y y y y"},
	{"/kept-form/forget", "", "s > > > > > > > >"},
	{"/account/password", "password=harbour-quilt-onion-lattice", "s > > > > > > > >"},
	{"/account/second-factor", "", "s y y y y y y y y"},
	{"/account/second-factor/confirm", "offer=none&code=123456", "s c c c c c c c c"},
	{"/account/second-factor/recovery-codes", "code=123456", "s ! ! ! ! ! ! ! !"},
	{"/account/second-factor/remove", "code=123456", "s ! ! ! c c ! ! c"},
	{"/reports/choices", "name=Quarterly&query=since%3Dperiod", "s > > - > > - > >"},
	{"/reports/choices/:choice/remove", "", "s - - - > - - - -"},
	{"/reports/choices/:choice_other/remove", "", "s - - - - - - - -"},
	{"/reports/choices/:none/remove", "", "s - - - - - - - -"},
	{"/account/sessions/:mine/end", "", "s > > > > > > > >"},
	{"/account/sessions/:session/end", "", "s - - - - - - - -"},
	{"/account/sessions/:none/end", "", "s - - - - - - - -"},
	{"/account/sessions/end-others", "", "s > > > > > > > >"},

	{"/recommendations/:recommendation/answers/new", "commitment=NSF+3.1.2&item=:item&extent=wholly&reason=The+same", "s - - - > - - - -"},
	{"/recommendations/:none/answers/new", "commitment=NSF+3.1.2&item=:item&extent=wholly&reason=The+same", "s - - - - - - - -"},

	{"/recommendations/mechanisms/new", upr, "s - - - > - - - -"},
	{"/recommendations/mechanisms/:mechanism/change", upr, "s - - - > - - - -"},
	{"/recommendations/mechanisms/:none/change", upr, "s - - - - - - - -"},
	{"/recommendations/editions/new", year2020, "s - - - > - - - -"},
	{"/recommendations/editions/:mechanism/:year/change", year2020, "s - - - > - - - -"},
	{"/recommendations/editions/:mechanism/:none/change", year2020, "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:empty/remove", "version=1", "s - - - > - - - -"},
	{"/recommendations/editions/:mechanism/:none/remove", "version=1", "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:year/recommendations/new", asked, "s - - - > - - - -"},
	{"/recommendations/editions/:mechanism/:none/recommendations/new", asked, "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:year/classification", "", "s - - - > - - - -"},
	{"/recommendations/editions/:mechanism/:none/classification", "", "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:year/lineage", "", "s - - - > - - - -"},
	{"/recommendations/editions/:mechanism/:none/lineage", "", "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:year/import", "", "s - - - ! - - - -"},
	{"/recommendations/editions/:mechanism/:none/import", "", "s - - - - - - - -"},
	{"/recommendations/editions/:mechanism/:empty/import/list", "completeness=partial&basis=restated&rows=1&text.0=Do+it&fate.0=keep", "s - - - > - - - -"},
	{"/recommendations/editions/:mechanism/:none/import/list", "completeness=partial&basis=restated&rows=1&text.0=Do+it&fate.0=keep", "s - - - - - - - -"},
	{"/recommendations/:recommendation/change", asked, "s - - - > - - - -"},
	{"/recommendations/:none/change", asked, "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/new", "text=One+more", "s - - - > - - - -"},
	{"/recommendations/:none/items/new", "text=One+more", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/:item/change", "version=1&text=Other+words", "s - - - > - - - -"},
	{"/recommendations/:recommendation/items/:item2/change", "version=1&text=Other+words", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/:none/change", "version=1&text=Other+words", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/:item/split", "version=1&items.0.text=One&items.1.text=Two", "s - - - > - - - -"},
	{"/recommendations/:recommendation/items/:item2/split", "version=1&items.0.text=One&items.1.text=Two", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/:none/split", "version=1&items.0.text=One&items.1.text=Two", "s - - - - - - - -"},
	{"/recommendations/:recommendation/remarks/:remark", "word=noted", "s - - - > - - - -"},
	{"/recommendations/:none/remarks/:remark", "word=noted", "s - - - - - - - -"},
	{"/recommendations/:recommendation/remarks/:none", "word=noted", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/merge", "from=:item&from=:item3&version.:item=1&version.:item3=1&items.0.text=Both", "s - - - > - - - -"},
	{"/recommendations/:none/items/merge", "from=:item&from=:item3&version.:item=1&version.:item3=1&items.0.text=Both", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/relink", "reason=Because", "s - - - > - - - -"},
	{"/recommendations/:none/items/relink", "reason=Because", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/:item/retire", "version=1", "s - - - > - - - -"},
	{"/recommendations/:recommendation/items/:item2/retire", "version=1", "s - - - - - - - -"},
	{"/recommendations/:recommendation/items/:none/retire", "version=1", "s - - - - - - - -"},

	{"/framework/new", plan2022, "s - - - > - - - -"},
	{"/framework/:nsf/change", plan2022, "s - - - > - - - -"},
	{"/framework/:none/change", plan2022, "s - - - - - - - -"},
	{"/framework/:nsf/nodes/new", node + "&number=4", "s - - - > - - - -"},
	{"/framework/:none/nodes/new", node + "&number=4", "s - - - - - - - -"},
	{"/framework/:nsf/nodes/:node_id/change", node, "s - - - > - - - -"},
	{"/framework/:nsf/nodes/:none/change", node, "s - - - - - - - -"},
	{"/framework/:nsf/nodes/:spare/remove", "version=1", "s - - - > - - - -"},
	{"/framework/:none/nodes/:spare/remove", "version=1", "s - - - - - - - -"},

	{"/publications/prepare", "audience=partner&readers=USE", "s - - - > - - - -"},
	{"/publications/prepared/:prepared/files", "form=pdf", "s - - - > > - > -"},
	{"/publications/prepared/:none/files", "form=pdf", "s - - - - - - - -"},
	{"/publications/prepared/:prepared/publish", "version=1", "s - - - > > - - -"},
	{"/publications/prepared/:prepared_own/publish", "version=1", "s - - - x > - - -"},
	{"/publications/prepared/:none/publish", "version=1", "s - - - - - - - -"},
	{"/publications/prepared/:prepared/withdraw", "version=1", "s - - - > - - - -"},
	{"/publications/prepared/:none/withdraw", "version=1", "s - - - - - - - -"},
	{"/publications/:pub_partner/recall", "version=2&reason=A+wrong+figure", "s - - - > - - - -"},
	{"/publications/:pub_recalled/recall", "version=3&reason=A+wrong+figure", "s - - - c - - - -"},
	{"/publications/:none/recall", "version=2&reason=A+wrong+figure", "s - - - - - - - -"},
	{"/publications/:pub_record/clearance", "verdict=cleared", "s - - - - - > - -"},
	{"/publications/:pub_cleared/clearance", "verdict=changes&remark=Too+late", "s - - - - - c - -"},
	{"/publications/:none/clearance", "verdict=cleared", "s - - - - - - - -"},
	{"/publications/:pub_cleared/cleared", "go=1", "s - - - > - - - -"},
	{"/publications/:pub_record/cleared", "go=1", "s - - - c - - - -"},
	{"/publications/:none/cleared", "go=1", "s - - - - - - - -"},
	{"/verify", "", "! ! ! ! ! ! ! ! !"},

	{"/commitments/new", terms, "s - - - > - - - -"},
	{"/commitments/:shared/revise", revised, "s - - - > - - - -"},
	{"/commitments/:none/revise", revised, "s - - - - - - - -"},
	{"/commitments/:alone/transfer", "from=:institution&to=:institution_mha&effective_on=8+November+2021&reason=Agreed", "s - - - > - - - -"},
	{"/commitments/:none/transfer", "from=:institution&to=:institution_mha&effective_on=8+November+2021&reason=Agreed", "s - - - - - - - -"},
	{"/commitments/:alone/answers", "item=:item&extent=wholly&reason=The+same", "s - - - > - - - -"},
	{"/commitments/:none/answers", "item=:item&extent=wholly&reason=The+same", "s - - - - - - - -"},
	{"/commitments/:shared/answers/:answer/end", "reason=No+more", "s - - - > - - - -"},
	{"/commitments/:alone/answers/:answer/end", "reason=No+more", "s - - - - - - - -"},
	{"/commitments/:shared/answers/:none/end", "reason=No+more", "s - - - - - - - -"},
	{"/clearance/:to_clear/clear", "version=2", "s - > - - - - - -"},
	{"/clearance/:not_cleared/clear", "version=3", "s - - - - - - - -"},
	{"/clearance/:none/clear", "version=2", "s - - - - - - - -"},
	{"/clearance/:to_clear/refuse", "version=2&reason=Not+so", "s - > - - - - - -"},
	{"/clearance/:none/refuse", "version=2&reason=Not+so", "s - - - - - - - -"},
	{"/clearance/measurements/:m_to_clear/clear", "version=2", "s - > - - - - - -"},
	{"/clearance/measurements/:m_not_cleared/clear", "version=3", "s - - - - - - - -"},
	{"/clearance/measurements/:none/clear", "version=2", "s - - - - - - - -"},
	{"/clearance/measurements/:m_to_clear/refuse", "version=2&reason=Not+so", "s - > - - - - - -"},
	{"/clearance/measurements/:none/refuse", "version=2&reason=Not+so", "s - - - - - - - -"},
	{"/admin/institutions/:bds/clearing", "version=1&clearing=", "s - - - - - - - >"},
	{"/admin/institutions/:none/clearing", "version=1&clearing=", "s - - - - - - - -"},
	{"/commitments/:shared/ratings", "period=:period&value=at_risk&reason=Not+seen", "s > x x > - - - -"},
	{"/commitments/:alone/ratings", "period=:period&value=at_risk&reason=Not+seen", "s > x - > - - - -"},
	{"/commitments/:none/ratings", "period=:period&value=at_risk&reason=Not+seen", "s - - - - - - - -"},
	{"/recommendations/:recommendation/ratings", "period=:period&value=partially&reason=Not+seen", "s > x - > - - - -"},
	{"/recommendations/:none/ratings", "period=:period&value=partially&reason=Not+seen", "s - - - - - - - -"},
	{"/publications/:pub_partner/ratings/:rated", "value=at_risk&reason=Not+seen", "s - - - - - > - -"},
	{"/publications/:pub_partner/ratings/:none", "value=at_risk&reason=Not+seen", "s - - - - - - - -"},
	{"/publications/:pub_recalled/ratings/:rated", "value=at_risk&reason=Not+seen", "s - - - - - c - -"},
	{"/publications/:none/ratings/:none", "value=at_risk&reason=Not+seen", "s - - - - - - - -"},
	{"/commitments/:shared/updates/new", said, "s > > > > - - - -"},
	{"/commitments/:alone/updates/new", said, "s > x - > - - - -"},
	{"/commitments/:none/updates/new", said, "s - - - - - - - -"},

	{"/indicators/new", "ref=NEW&title=New&text=What+counts&unit=case&direction=up&frequency=year&institution=:msd_id", "s - - - > - - - -"},
	{"/indicators/:counted/change", "version=1&title=Otherwise&text=What+counts&unit=victim&direction=up&frequency=year&institution=:msd_id&reason=Agreed", "s - - - > - - - -"},
	{"/indicators/:none/change", "version=1&title=Otherwise&reason=Agreed", "s - - - - - - - -"},
	{"/indicators/:counted/measurements/new", counting, "s > x - > - - - -"},
	{"/indicators/:counted_ngo/measurements/new", counting, "s x x > > - - - -"},
	{"/indicators/:none/measurements/new", counting, "s - - - - - - - -"},
	{"/measurements/:m_draft/edit", counting + "&version=1", "s > - - - - - - -"},
	{"/measurements/:m_sent/edit", counting + "&version=2", "s c - - x - - - -"},
	{"/measurements/:m_back/edit", counting + "&version=3", "s > - - x - - - -"},
	{"/measurements/:m_behalf_draft/edit", counting + "&version=1", "s - - - > - - - -"},
	{"/measurements/:none/edit", counting + "&version=1", "s - - - - - - - -"},
	{"/measurements/:m_approved/correct", counting, "s > x - > - - - -"},
	{"/measurements/:m_sent/correct", counting, "s c - - c - - - -"},
	{"/measurements/:none/correct", counting, "s - - - - - - - -"},
	{"/measurements/:m_draft/discard", "version=1", "s > - - - - - - -"},
	{"/measurements/:m_sent/discard", "version=2", "s x - - x - - - -"},
	{"/measurements/:m_behalf_draft/discard", "version=1", "s - - - > - - - -"},
	{"/measurements/:none/discard", "version=1", "s - - - - - - - -"},
	{"/measurements/:m_sent/approve", "version=2", "s x - - > - - - -"},
	{"/measurements/:m_behalf/approve", "version=2", "s > - - x - - - -"},
	{"/measurements/:m_approved/approve", "version=3", "s c c - c - - - -"},
	{"/measurements/:m_draft/approve", "version=1", "s c - - - - - - -"},
	{"/measurements/:none/approve", "version=2", "s - - - - - - - -"},
	{"/measurements/:m_sent/return", "version=2&reason=Say+more", "s x - - > - - - -"},
	{"/measurements/:m_behalf/return", "version=2&reason=Say+more", "s > - - x - - - -"},
	{"/measurements/:none/return", "version=2&reason=Say+more", "s - - - - - - - -"},
	{"/measurements/:m_approved/choose", "measurement=:m_told&was=:m_approved&reason=It+was+published", "s - - - > - - - -"},
	{"/measurements/:m_ngo/choose", "measurement=:m_told&reason=It+was+published", "s - - - c - - - -"},
	{"/measurements/:none/choose", "measurement=:m_told&reason=It+was+published", "s - - - - - - - -"},
	{"/updates/:draft/edit", said + "&version=1", "s > - - - - - - -"},
	{"/updates/:submitted/edit", said + "&version=3", "s c - - x - - - -"},
	{"/updates/:returned/edit", said + "&version=3", "s > - - x - - - -"},
	{"/updates/:correction/edit", said + "&version=3", "s c x x x - - - -"},
	{"/updates/:behalf_draft/edit", said + "&version=1", "s - - - > - - - -"},
	{"/updates/:none/edit", said + "&version=1", "s - - - - - - - -"},
	{"/updates/:correction/correct", said, "s > x x > - - - -"},
	{"/updates/:submitted/correct", said, "s c - - c - - - -"},
	{"/updates/:none/correct", said, "s - - - - - - - -"},
	{"/updates/:draft/discard", "version=1", "s > - - - - - - -"},
	{"/updates/:submitted/discard", "", "s c - - x - - - -"},
	{"/updates/:behalf_draft/discard", "version=1", "s - - - > - - - -"},
	{"/updates/:none/discard", "", "s - - - - - - - -"},
	{"/review/unchanged", "update=1-1", "s - - - y - - - -"},
	{"/updates/:submitted/approve", "version=3", "s x - - > - - - -"},
	{"/updates/:submitted/comments", "comment=Which+district", "s > - - > - - - -"},
	{"/updates/:draft/comments", "comment=Which+district", "s c - - - - - - -"},
	{"/updates/:correction/comments", "comment=Which+district", "s > x x > - - - -"},
	{"/updates/:returned/comments", "comment=Which+district", "s > - - > - - - -"},
	{"/updates/:none/comments", "comment=Which+district", "s - - - - - - - -"},
	{"/updates/:draft/approve", "version=1", "s c - - - - - - -"},
	{"/updates/:behalf/approve", "version=2", "s > - - x - - - -"},
	{"/updates/:correction/approve", "version=3", "s c c c c - - - -"},
	{"/updates/:none/approve", "version=2", "s - - - - - - - -"},
	{"/updates/:submitted/return", "version=3&reason=Say+more", "s x - - > - - - -"},
	{"/updates/:behalf/return", "version=2&reason=Say+more", "s > - - x - - - -"},
	{"/updates/:none/return", "version=2&reason=Say+more", "s - - - - - - - -"},
	{"/updates/:correction/release", "version=3", "s - - - > - - - -"},
	{"/updates/:foreign/release", "version=4", "s - - - c - - - -"},
	{"/updates/:behalf_draft/release", "version=1", "s - - - c - - - -"},
	{"/updates/:draft/release", "version=1", "s - - - - - - - -"},
	{"/updates/:none/release", "version=3", "s - - - - - - - -"},
	{"/updates/:correction/verify", "version=3&verdict=disputed&reason=Not+seen", "s - - - > - - - -"},
	{"/updates/:behalf_draft/verify", "version=1&verdict=disputed&reason=Not+seen", "s - - - c - - - -"},
	{"/updates/:draft/verify", "version=1&verdict=disputed&reason=Not+seen", "s - - - - - - - -"},
	{"/updates/:none/verify", "version=3&verdict=disputed&reason=Not+seen", "s - - - - - - - -"},
	{"/updates/:foreign/withdraw", "version=5", "s - - - > - - - -"},
	{"/updates/:submitted/withdraw", "version=2", "s - - - c - - - -"},
	{"/updates/:none/withdraw", "version=4", "s - - - - - - - -"},
	{"/updates/:filed/evidence/new", "title_1=x", "s c x x x - - - -"},
	{"/updates/:submitted/evidence/new", "title_1=x", "s c - - x - - - -"},
	{"/updates/:none/evidence/new", "title_1=x", "s - - - - - - - -"},
	{"/updates/:draft/evidence/:paper_draft/remove", "version=1", "s > - - - - - - -"},
	{"/updates/:submitted/evidence/:paper_sent/remove", "version=1", "s c - - x - - - -"},
	{"/updates/:filed/evidence/:paper_lent/remove", "version=1", "s c x x x - - - -"},
	{"/updates/:none/evidence/:none/remove", "version=1", "s - - - - - - - -"},
	{"/updates/:submitted/evidence/:paper_sent/quarantine", "version=1&reason=A+name", "s - - - > - - - -"},
	{"/updates/:filed/evidence/:paper/quarantine", "version=1&reason=A+name", "s - - - > - - - >"},
	{"/updates/:filed/evidence/:paper_lent/quarantine", "version=1&reason=A+name", "s - - - > - - - >"},
	{"/updates/:filed/evidence/:paper_barred/quarantine", "version=2&reason=A+name", "s - - - c - - - c"},
	{"/updates/:none/evidence/:none/quarantine", "version=1&reason=A+name", "s - - - - - - - -"},
	{"/updates/:filed/evidence/:paper_barred/lift", "version=2&reason=By+mistake", "s - - - > - - - -"},
	{"/updates/:filed/evidence/:paper/lift", "version=1&reason=By+mistake", "s - - - c - - - -"},
	{"/updates/:none/evidence/:none/lift", "version=1&reason=By+mistake", "s - - - - - - - -"},
	{"/updates/:filed/evidence/:paper_barred/purge", "version=2", "s - - - - - - - >"},
	{"/updates/:filed/evidence/:paper/purge", "version=1", "s - - - - - - - c"},
	{"/updates/:none/evidence/:none/purge", "version=1", "s - - - - - - - -"},

	{"/periods/new", "label=2022-23&starts_on=1+April+2022&ends_on=31+March+2023", "s - - - > - - - -"},
	{"/periods/:period/change", "version=1&answers=TIP+2021&judged_by=TIP+2022", "s - - - > - - - -"},
	{"/periods/:none/change", "version=1&answers=TIP+2021&judged_by=TIP+2022", "s - - - - - - - -"},
	{"/periods/:period/deadlines/new", "title=Hearing&purpose=request&due_on=28+February+2022", "s - - - > - - - -"},
	{"/periods/:none/deadlines/new", "title=Hearing&purpose=request&due_on=28+February+2022", "s - - - - - - - -"},
	{"/periods/deadlines/:deadline/change", quarter, "s - - - > - - - -"},
	{"/periods/deadlines/:none/change", quarter, "s - - - - - - - -"},
	{"/periods/deadlines/:deadline/close", "version=1", "s - - - > - - - -"},
	{"/periods/deadlines/:dialogue/close", "version=1", "s - - - - - - - -"},
	{"/periods/deadlines/:none/close", "version=1", "s - - - - - - - -"},
	{"/periods/deadlines/:closed/close", "version=2", "s - - - c - - - -"},
	{"/periods/deadlines/:closed/reopen", "version=2", "s - - - > - - - -"},
	{"/periods/deadlines/:closed/certify", "version=2", "s - - - > > - - -"},
	{"/periods/deadlines/:deadline/certify", "version=1", "s - - - c c - - -"},
	{"/periods/deadlines/:dialogue/certify", "version=1", "s - - - - - - - -"},
	{"/periods/deadlines/:none/certify", "version=1", "s - - - - - - - -"},
	{"/periods/deadlines/:none/reopen", "version=2", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/close", "version=1", "s - - - > - - - -"},
	{"/periods/deadlines/:asked/certify", "version=1", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request/new", "questions=More", "s - - - > - - - -"},
	{"/periods/deadlines/:dialogue/request/new", "questions=More", "s - - - - - - - -"},
	{"/periods/deadlines/:none/request/new", "questions=More", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request/submit", "handed_on=8+November+2021", "s - - - > - - - -"},
	{"/periods/deadlines/:none/request/submit", "handed_on=8+November+2021", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request/:q_msd", "answer=Nothing+yet", "s > x - > - - - -"},
	{"/periods/deadlines/:asked/request/:q_ngo", "answer=Nothing+yet", "s x x > > - - - -"},
	{"/periods/deadlines/:asked/request/:q_own", "answer=Nothing+yet", "s x x - > - - - -"},
	{"/periods/deadlines/:none/request/:none", "answer=Nothing+yet", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request/:q_msd/change", "version=1&text=Other", "s - - - > - - - -"},
	{"/periods/deadlines/:asked/request/:q_own/change", "version=1&text=Other", "s - - - c - - - -"},
	{"/periods/deadlines/:none/request/:none/change", "version=1&text=Other", "s - - - - - - - -"},
	{"/periods/deadlines/:asked/request/:q_msd/remove", "version=1", "s - - - > - - - -"},
	{"/periods/deadlines/:asked/request/:q_own/remove", "version=1", "s - - - c - - - -"},
	{"/periods/deadlines/:none/request/:none/remove", "version=1", "s - - - - - - - -"},

	{"/dialogues/new", talk, "s - - - > - - - -"},
	{"/dialogues/:talk/change", talk, "s - - - > - - - -"},
	{"/dialogues/:none/change", talk, "s - - - - - - - -"},
	{"/dialogues/:talk/held", "version=1", "s - - - > - - - -"},
	{"/dialogues/:talked/held", "version=2", "s - - - c - - - -"},
	{"/dialogues/:none/held", "version=1", "s - - - - - - - -"},
	{"/dialogues/:talk/prepared", "version=1", "s - - - > - - - -"},
	{"/dialogues/:none/prepared", "version=1", "s - - - - - - - -"},
	{"/dialogues/:talked/followed-up", "version=2", "s - - - > - - - -"},
	{"/dialogues/:none/followed-up", "version=2", "s - - - - - - - -"},
	{"/dialogues/:talked/planned", "version=2", "s - - - > - - - -"},
	{"/dialogues/:none/planned", "version=1", "s - - - - - - - -"},
	{"/dialogues/:coming/agenda/new", "recommendations=:recommendation", "s - - - > - - - -"},
	{"/dialogues/:talk/packs", "pack=partner&parts=asks", "s - - - > - - - -"},
	{"/dialogues/:none/packs", "pack=partner&parts=asks", "s - - - - - - - -"},
	{"/dialogues/:talk/packs/publish", "pack=partner", "s - - - > - - - -"},
	{"/dialogues/:none/packs/publish", "pack=partner", "s - - - - - - - -"},
	{"/dialogues/:none/agenda/new", "recommendations=:recommendation", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/change", spoken, "s - - - > - - - -"},
	{"/dialogues/:coming/agenda/:point/change", spoken, "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/change", spoken, "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/record", "said=We+did&seen_said=0", "s - - - > - - - -"},
	{"/dialogues/:coming/agenda/:point/record", "said=We+did&seen_said=0", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/record", "said=We+did&seen_said=0", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/indicators", "indicators=:counted", "s - - - > - - - -"},
	{"/dialogues/:coming/agenda/:point/indicators", "indicators=:counted", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/indicators", "indicators=:counted", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/agree", "ref=DIA-9&title=A+step&lead=:institution&due_on=1+March+2022", "s - - - > - - - -"},
	{"/dialogues/:coming/agenda/:point/agree", "ref=DIA-9&title=A+step&lead=:institution&due_on=1+March+2022", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/agree", "ref=DIA-9&title=A+step&lead=:institution&due_on=1+March+2022", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/undertake", "institution=:partner_id&text=Two+trainers", "s - - - > - - - -"},
	{"/dialogues/:coming/agenda/:point/undertake", "institution=:partner_id&text=Two+trainers", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/undertake", "institution=:partner_id&text=Two+trainers", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/recommend", heard, "s - - - > - - - -"},
	{"/dialogues/:coming/agenda/:point/recommend", heard, "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/recommend", heard, "s - - - - - - - -"},
	{"/undertakings/:undertaken", "version=1&kind=acknowledged&text=Good", "s - - - > - > - -"},
	{"/undertakings/:undertaken_other", "version=1&kind=acknowledged&text=Good", "s - - - > - - - -"},
	{"/undertakings/:none", "version=1&kind=acknowledged&text=Good", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/move", "position=1&to=down", "s - - - > - - - -"},
	{"/dialogues/:coming/agenda/:point/move", "position=1&to=down", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/move", "position=1&to=down", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:point/remove", "version=1", "s - - - > - - - -"},
	{"/dialogues/:coming/agenda/:point/remove", "version=1", "s - - - - - - - -"},
	{"/dialogues/:talk/agenda/:none/remove", "version=1", "s - - - - - - - -"},

	{"/admin/people", "email=new@tracker.example&institution=:msd&title=Adviser&role=focal_point", "s - - - - - - - y"},
	{"/admin/people/:person/move", "version=1&post=:post", "s - - - - - - - >"},
	{"/admin/people/:none/move", "version=1&post=:post", "s - - - - - - - -"},
	{"/admin/people/:person/disable", "version=1", "s - - - - - - - >"},
	{"/admin/people/:none/disable", "version=1", "s - - - - - - - -"},
	{"/admin/people/:disabled/second-factor", "reason=Lost", "s - - - - - - - >"},
	{"/admin/people/:none/second-factor", "reason=Lost", "s - - - - - - - -"},
	{"/admin/people/:disabled/enable", "version=2", "s - - - - - - - >"},
	{"/admin/people/:none/enable", "version=1", "s - - - - - - - -"},
	{"/admin/people/:person/end-sessions", "version=1", "s - - - - - - - >"},
	{"/admin/people/:none/end-sessions", "version=1", "s - - - - - - - -"},
	{"/admin/people/:person/link", "", "s - - - - - - - y"},
	{"/admin/people/:none/link", "", "s - - - - - - - -"},
	{"/admin/people/:person_mha/identities/:identity_mha/unlink", "", "s - - - - - - - >"},
	{"/admin/people/:person_mha/identities/:identity/unlink", "", "s - - - - - - - -"},
	{"/admin/people/:person_mha/identities/:none/unlink", "", "s - - - - - - - -"},
	{"/admin/people/:none/identities/:identity/unlink", "", "s - - - - - - - -"},
	{"/admin/institutions", "code=NEW&name=New+ministry&short_name=New&kind=government", "s - - - - - - - >"},
	{"/admin/institutions/:msd", "version=1&name=New+name&short_name=New&kind=government", "s - - - - - - - >"},
	{"/admin/institutions/:none", "version=1&name=New+name&short_name=New&kind=government", "s - - - - - - - -"},
	{"/admin/institutions/:msd/posts", "title=Adviser&role=focal_point", "s - - - - - - - >"},
	{"/admin/institutions/:none/posts", "title=Adviser&role=focal_point", "s - - - - - - - -"},
	{"/admin/institutions/:msd/succession", "kind=merge&to=MHA&effective_on=8+November+2021&reason=Law&confirmed=1", "s - - - - - - - >"},
	{"/admin/institutions/:none/succession", "kind=merge&to=MHA&effective_on=8+November+2021&reason=Law&confirmed=1", "s - - - - - - - -"},
	{"/admin/settings", "version=1&stale_days=60", "s - - - - - - - >"},
	{"/admin/purge/entries/:entry", "field=reason&reason=It+names+a+person&confirmed=yes", "s - - - - - - - >"},
	{"/admin/purge/entries/:none", "field=reason&reason=It+names+a+person&confirmed=yes", "s - - - - - - - -"},
	{"/admin/purge/publications/:recalled", "version=3&reason=It+names+a+person&confirmed=yes", "s - - - - - - - >"},
	{"/admin/purge/publications/:taken_back", "version=2&reason=It+names+a+person&confirmed=yes", "s - - - - - - - >"},
	{"/admin/purge/publications/:prepared", "version=1&reason=It+names+a+person&confirmed=yes", "s - - - - - - - c"},
	{"/admin/purge/publications/:none", "version=1&reason=It+names+a+person&confirmed=yes", "s - - - - - - - -"},
	{"/outbox/:mail/retry", "", "s - - - - - - - >"},
	{"/outbox/:none/retry", "", "s - - - - - - - -"},
	{"/reports/files", "form=pdf&query=as_of%3D2021-11-01", "s > > - > > - > >"},
	{"/import", "", "s ! ! ! ! - - - !"},
	{"/import/:import", "a.target=NSF&step=again", "s - - - > - - - -"},
	{"/import/:import_other", "a.target=NSF&step=again", "s - - - - - - - -"},
	{"/import/:import_admin", "step=take", "s - - - - - - - >"},
	{"/import/:none", "a.target=NSF&step=again", "s - - - - - - - -"},
	{"/import/:import/discard", "", "s - - - > - - - -"},
	{"/import/:import_other/discard", "", "s - - - - - - - -"},
	{"/import/:none/discard", "", "s - - - - - - - -"},
	{"/jobs/:job/again", "", "s - - - c - - - -"},
	{"/jobs/:job_lost/again", "", "s - - - > - - - -"},
	{"/jobs/:job_other/again", "", "s - - - - - - - -"},
	{"/jobs/:job_trail/again", "", "s - - - - - - c -"},
	{"/jobs/:none/again", "", "s - - - - - - - -"},
	{"/audit/verify", "", "s - - - - - - y -"},
}

// signs are the statuses behind the signs.
var signs = map[string]int{"s": http.StatusSeeOther, ">": http.StatusSeeOther, "y": http.StatusOK, "-": http.StatusNotFound, "x": http.StatusForbidden, "c": http.StatusConflict,
	"!": http.StatusUnprocessableEntity}

// Guards against a route that nobody thought about: each stands in the matrix,
// and the matrix names no other.
func TestEveryRouteStandsInTheMatrix(t *testing.T) {
	h := newHouse(t, testDay)
	routes := map[string]bool{} // whether the matrix has it, or needs ":none" for it
	for _, r := range h.s.echo.Routes() {
		routes[r.Method+" "+r.Path] = false
	}
	seen := func(method, path, answers string) {
		found := 0
		for route := range routes {
			if names(route, method+" "+path) {
				found++
				routes[route] = routes[route] || !strings.Contains(route, ":") || strings.Contains(path, ":none")
			}
		}
		if found != 1 {
			t.Errorf("%s %s is %d routes", method, path, found)
		}
		if n := len(strings.Fields(answers)); n != len(visitors) {
			t.Errorf("%s %s has %d answers for %d visitors", method, path, n, len(visitors))
		}
	}
	for _, l := range reading {
		seen(get, l.path, l.answers)
	}
	for _, l := range writing {
		seen(post, l.path, l.answers)
	}
	for route, there := range routes {
		if !there {
			t.Errorf("%s does not stand in the matrix, or not with an object that is not there", route)
		}
	}
}

// names says whether an address of the matrix is one of a route.
func names(route, address string) bool {
	return slices.EqualFunc(strings.Split(route, "/"), strings.Split(address, "/"), func(a, b string) bool {
		return a == b || strings.HasPrefix(a, ":") && strings.HasPrefix(b, ":")
	})
}

// Guards what each role and institution may read, by every route: what is
// hidden answers as what does not exist, and the attempt is noted.
func TestEveryoneReadsWhatTheMatrixSays(t *testing.T) {
	eachVisitor(t, func(t *testing.T, s *scene, column int) {
		name := visitors[column]
		h, v := s.copy(t, name)
		v.plain = true
		for _, l := range reading {
			sign := strings.Fields(l.answers)[column]
			refused := h.refusals(v)
			a := v.get(s.path(name, l.path))
			a.answers(name, sign)
			if sign != "-" && sign != "x" {
				continue
			}
			if n := h.refusals(v) - refused; n != v.counted() && strings.HasPrefix(l.answers, "s") {
				t.Errorf("%s: %s: %d refusals were noted", name, a.path, n)
			}
			if sign == "-" {
				a.looksLike(v.get(s.path(name, missingOf(l.path))))
			}
		}
	})
}

// Guards what each role and institution may change, by every route.
func TestEveryoneWritesWhatTheMatrixSays(t *testing.T) {
	eachVisitor(t, func(t *testing.T, s *scene, column int) {
		name := visitors[column]
		h, v := s.copy(t, name)
		before := h.content()
		for _, l := range writing {
			sign := strings.Fields(l.answers)[column]
			if v.plain = strings.Contains("-xs", sign); v.plain {
				s.refuses(v, name, l.path, l.form, sign, strings.HasPrefix(l.answers, "s"))
				continue
			}
			a := v.post(s.path(name, l.path), s.form(name, l.form))
			a.answers(name, sign)
			if changed := h.restore(before); !changed && sign == ">" && name != "nobody" {
				t.Errorf("%s: %s changed nothing", name, a.path)
			}
		}
		if !h.restore(before) {
			return
		}
		for _, l := range writing { // something refused had an effect: which?
			if sign := strings.Fields(l.answers)[column]; strings.Contains("-xs", sign) {
				s.refuses(v, name, l.path, l.form, sign, false)
				if h.restore(before) {
					t.Errorf("%s: %s is refused and changes something", name, l.path)
				}
			}
		}
		t.Errorf("%s: a post that is refused changes something", name)
	})
}

// refuses posts what the matrix says is refused: as it would be accepted from
// others, empty and as nonsense.
func (s *scene) refuses(v *visitor, name, path, form, sign string, noted bool) {
	v.house.t.Helper()
	full, before := s.form(name, form), v.house.refusals(v)
	a := v.post(s.path(name, path), full)
	a.answers(name, sign)
	times := 1
	if v.reaches(post, path) { // else nobody read the form
		v.post(s.path(name, path), url.Values{}).answers(name, sign)
		v.post(s.path(name, path), spoilt(full)).answers(name, sign)
		times = 3
	}
	if sign == "-" {
		a.looksLike(v.post(s.path(name, missingOf(path)), full))
	}
	if n := v.house.refusals(v) - before; noted && n < times*v.counted() {
		v.house.t.Errorf("%s: %s: %d refusals were noted", name, path, n)
	}
}

// eachVisitor runs a walk for every visitor of the matrix, side by side.
func eachVisitor(t *testing.T, walk func(t *testing.T, s *scene, column int)) {
	s := newScene(t)
	for column, name := range visitors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			walk(t, s, column)
		})
	}
}

// spoilt is a form with nonsense in every field, and asking for one row more.
func spoilt(form url.Values) url.Values {
	bad := url.Values{"add": {"paper"}}
	for name := range form {
		if name != "key" {
			bad.Set(name, "nonsense")
		}
	}
	return bad
}

// missingOf is an address of the matrix with nothing in its objects' places.
func missingOf(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, ":") {
			parts[i] = ":none"
		}
	}
	return strings.Join(parts, "/")
}

// answers holds an answer against its sign.
func (a *answer) answers(name, sign string) {
	a.t.Helper()
	to := a.header.Get("Location")
	asked := a.status == http.StatusSeeOther && strings.HasPrefix(to, "/sign-in") && a.path != "/sign-out"
	if a.status != signs[sign] || asked != (sign == "s") {
		a.t.Errorf("%s: %s answers %d %s, not %q: %.200s", name, a.path, a.status, to, sign, a.text(".govuk-error-summary, h1"))
	}
}

// looksLike holds what is hidden against what is not there: status, headers
// and body are the same but for the request's id.
func (a *answer) looksLike(missing *answer) {
	a.t.Helper()
	plain := func(a *answer) string {
		header := a.header.Clone()
		header.Del("X-Request-Id")
		return fmt.Sprint(a.status, header, strings.ReplaceAll(a.body, a.header.Get("X-Request-Id"), ""))
	}
	if one, other := plain(a), plain(missing); one != other {
		a.t.Errorf("%s can be told from %s, which does not exist", a.path, missing.path)
	}
}

// reaches says whether the table of routes lets the visitor through to what
// answers an address of the matrix.
func (v *visitor) reaches(method, path string) bool {
	i := slices.IndexFunc(v.house.s.routes(), func(r route) bool { return r.method == method && names(r.path, path) })
	return v.house.s.routes()[i].may.allows(v.actor.Role)
}

// counted is how many refusals an attempt of the visitor adds to the trail.
func (v *visitor) counted() int {
	if v.cookie == "" {
		return 0
	}
	return 1
}

// refusals counts the attempts of a visitor that were noted, those that are
// to be summed up included.
func (h *house) refusals(v *visitor) (n int) {
	h.t.Helper()
	must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT coalesce(sum(count), 0) FROM audit_refusals WHERE actor_id = ? AND actor_id > 0", v.actor.PersonID).Scan(&n).Error
	}))
	return n
}

// restore puts back every table that is not as it was, and says whether there
// was one.
func (h *house) restore(before map[string][]map[string]any) (changed bool) {
	h.t.Helper()
	now := h.content()
	must(h.t, h.db.Write(h.t.Context(), func(tx *gorm.DB) error {
		if err := tx.Exec("PRAGMA defer_foreign_keys = ON").Error; err != nil {
			return err
		}
		for table, rows := range before {
			if sameRows(rows, now[table]) {
				continue
			}
			changed = true
			if err := tx.Exec("DELETE FROM " + table).Error; err != nil {
				return err
			}
			for _, row := range rows {
				if err := tx.Table(table).Create(maps.Clone(row)).Error; err != nil {
					return err
				}
			}
		}
		if !changed {
			return nil
		}
		return audit.Append(tx, testDay, audit.Event{Action: "test.restore", Object: "everything"}) // what is kept of before is of no use now
	}))
	return changed
}

func sameRows(a, b []map[string]any) bool {
	if len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) { // nobody wrote to the table
		return true
	}
	return slices.EqualFunc(a, b, func(a, b map[string]any) bool {
		return len(a) == len(b) && !slices.ContainsFunc(slices.Collect(maps.Keys(a)), func(k string) bool { return k != "seen_at" && !reflect.DeepEqual(a[k], b[k]) })
	})
}

// same says whether the database holds what it held before.
func (h *house) same(before map[string][]map[string]any) bool {
	return maps.EqualFunc(before, h.content(), sameRows)
}

package web

// Who they are, again and again: those who read the whole plan, and those who
// read of it what concerns their institution.
const (
	wholeReaders    = "focal_point/government coordinator countersigner auditor administrator"
	involvedReaders = wholeReaders + " focal_point/involved"
	byWriters       = "focal_point/writing coordinator/writing"
	reviewers       = "focal_point/own coordinator auditor"
)

var planThings = []thing{
	{name: "framework", acts: []act{
		{name: "read", routes: "/framework", may: []claim{{"", wholeReaders}}},
		{name: "add", routes: "/framework/new", takes: "code title short_name basis starts_on ends_on note"},
		{name: "change", routes: "/framework/:code/change", takes: "version code title short_name basis starts_on ends_on note"},
	}},
	{name: "node", acts: []act{
		{name: "add", routes: "/framework/:code/nodes/new", takes: "parent level number title theme"},
		{name: "change", routes: "/framework/:code/nodes/:id/change", takes: "version level title theme"},
		{name: "remove", routes: "/framework/:code/nodes/:id/remove", takes: "version"},
	}},
	{name: "commitment", acts: []act{
		{name: "read", routes: "/commitments/:ref", may: []claim{{"", involvedReaders}}},
		{name: "list", routes: "/commitments, /commitments.csv, /commitments.xlsx"},
		{name: "add", routes: "/commitments/new", takes: "ref origin effective_on " + termFields},
		{name: "change", routes: "/commitments/:ref/revise", takes: "version effective_on " + termFields},
		{name: "transfer", routes: "/commitments/:ref/transfer", takes: "from to effective_on reason"},
		{name: "log", routes: "/commitments/:ref/updates/new", takes: "for " + updateFields, may: []claim{{"", "focal_point/involved coordinator"}}},
	}},
	{name: "answer", acts: []act{
		{name: "list", routes: "GET /commitments/:ref/answers"},
		{name: "link", routes: "POST /commitments/:ref/answers", takes: "item extent linked_on reason"},
		{name: "link_from", routes: "/recommendations/:id/answers/new", takes: "q commitment item extent linked_on reason"},
		{name: "end", routes: "/commitments/:ref/answers/:id/end", takes: "ended_on reason"},
	}},
	{name: "institution", acts: []act{
		{name: "read", routes: "/institutions/:code", may: []claim{{"", wholeReaders + " focal_point/own"}}},
		{name: "list", routes: "/institutions, /institutions.csv, /institutions.xlsx", may: []claim{{"", wholeReaders}}},
		{name: "workbook", routes: "/institutions/:code/workbook", may: []claim{{"", "focal_point/own coordinator"}}},
	}},
	{name: "money", acts: []act{{name: "list", routes: "/money, /money.csv, /money.xlsx", may: []claim{{"", wholeReaders}}}}},
}

// termFields are the fields of what a commitment promises.
const termFields = "add title text lead supporting node themes sdg indicia starts_on due_on means_of_verification assumptions share reason milestones.* budget.*"

// updateFields are those of the form of an update.
const updateFields = "version happened done no_progress blocker status as_of milestone next_step obstacles internal_note shared_summary evidence_* money_* take add resume send"

var progressThings = []thing{
	{name: "update", states: "draft submitted returned approved", acts: []act{
		{name: "read", routes: "/updates/:id", may: []claim{{"draft", byWriters}, {"submitted returned", reviewers}, {"approved", involvedReaders}}},
		{name: "change", routes: "/updates/:id/edit", takes: updateFields, may: []claim{{"draft returned", byWriters}}},
		{name: "correct", routes: "/updates/:id/correct", takes: updateFields, may: []claim{{"approved", "focal_point/own coordinator"}}},
		{name: "discard", routes: "/updates/:id/discard", takes: "version", may: []claim{{"draft", byWriters}}},
		{name: "attach", routes: "/updates/:id/evidence/new", takes: "title_* kind_* share_* source_* dated_on_* file_*", may: []claim{{"draft returned", byWriters}}},
		{name: "approve", routes: "/updates/:id/approve", takes: "version release", may: []claim{{"submitted", "focal_point/deciding coordinator/deciding"}}},
		{name: "return", routes: "/updates/:id/return", takes: "version reason wording", may: []claim{{"submitted", "focal_point/deciding coordinator/deciding"}}},
		{name: "comment", routes: "/updates/:id/comments", takes: "comment", may: []claim{{"submitted returned approved", "focal_point/own coordinator"}}},
		{name: "release", routes: "/updates/:id/release", takes: "version", may: []claim{{"approved", "coordinator"}}},
		{name: "withdraw", routes: "/updates/:id/withdraw", takes: "version", may: []claim{{"approved", "coordinator"}}},
		{name: "verify", routes: "/updates/:id/verify", takes: "version verdict reason papers", may: []claim{{"approved", "coordinator"}}},
		{name: "review", routes: "/review, /review.csv, /review.xlsx"},
		{name: "unchanged", routes: "/review/unchanged", takes: "update"},
	}, shows: []shown{
		{"read_inside", "updates.obstacles updates.internal_note decisions.reason decisions.wording verifications.reason", []claim{{"draft", byWriters}, {"submitted returned", reviewers}, {"approved", wholeReaders + " focal_point/own"}}},
		{"read_comments", "comments.text", []claim{{"submitted returned approved", reviewers}}},
		{"read_refusal", "clearances.reason", []claim{{"", "focal_point/own coordinator/own"}}},
	}},
	{name: "evidence", states: "unsent submitted approved lent quarantined", acts: []act{
		{name: "read", routes: "/updates/:id/evidence/:paper", may: []claim{{"unsent", byWriters}, {"submitted", reviewers}, {"approved", wholeReaders}, {"lent", involvedReaders}}},
		{name: "list", routes: "/evidence, /evidence.csv, /evidence.xlsx"},
		{name: "remove", routes: "/updates/:id/evidence/:paper/remove", takes: "version", may: []claim{{"unsent", byWriters}}},
		{name: "quarantine", routes: "/updates/:id/evidence/:paper/quarantine", takes: "version reason", may: []claim{{"submitted", "coordinator"}, {"approved lent", "coordinator administrator"}}},
		{name: "lift", routes: "/updates/:id/evidence/:paper/lift", takes: "version reason", may: []claim{{"quarantined", "coordinator"}}},
		{name: "purge", routes: "/updates/:id/evidence/:paper/purge", takes: "version", may: []claim{{"quarantined", "administrator"}}},
	}},
	{name: "clearance", states: "asked refused", acts: []act{
		{name: "read", routes: "/clearance/:id, /clearance/measurements/:id", may: []claim{{"asked", "all/clears"}}},
		{name: "list", routes: "/clearance", may: []claim{{"", "all/clears"}}},
		{name: "clear", routes: "/clearance/:id/clear, /clearance/measurements/:id/clear", takes: "version", may: []claim{{"asked", "all/clears"}}},
		{name: "refuse", routes: "/clearance/:id/refuse, /clearance/measurements/:id/refuse", takes: "version reason", may: []claim{{"asked", "all/clears"}}},
	}},
	{name: "rating", acts: []act{
		{name: "read", routes: "GET /commitments/:ref/ratings", may: []claim{{"", involvedReaders}}},
		{name: "rate", routes: "POST /commitments/:ref/ratings", takes: "period value reason", may: []claim{{"", "focal_point/lead coordinator"}}},
		{name: "read_asked", routes: "GET /recommendations/:id/ratings", may: []claim{{"", wholeReaders}}},
		{name: "rate_asked", routes: "POST /recommendations/:id/ratings", takes: "period value reason", may: []claim{{"", "focal_point/answers coordinator"}}},
		{name: "list", routes: "/ratings, /ratings.csv, /ratings.xlsx", may: []claim{{"", wholeReaders}}},
	}},
	{name: "period", acts: []act{
		{name: "list", routes: "/periods, /periods.csv, /periods.xlsx"},
		{name: "add", routes: "/periods/new", takes: "add label starts_on ends_on answers judged_by deadlines.*"},
		{name: "change", routes: "/periods/:id/change", takes: "version answers judged_by"},
	}},
	{name: "deadline", states: "open closed meeting", acts: []act{
		{name: "read", routes: "/periods/deadlines/:id", may: []claim{{"", involvedReaders}}},
		{name: "add", routes: "/periods/:id/deadlines/new", takes: "title purpose covers_from covers_to due_on note"},
		{name: "change", routes: "/periods/deadlines/:id/change", takes: "version title covers_from covers_to due_on note"},
		{name: "close", routes: "/periods/deadlines/:id/close", takes: "version", may: []claim{{"open", "coordinator"}}},
		{name: "reopen", routes: "/periods/deadlines/:id/reopen", takes: "version", may: []claim{{"closed", "coordinator"}}},
		{name: "certify", routes: "/periods/deadlines/:id/certify", takes: "version", may: []claim{{"closed", "coordinator/second countersigner/second"}}},
		{name: "institutions", routes: "/periods/deadlines/:id/institutions.csv, /periods/deadlines/:id/institutions.xlsx", may: []claim{{"", wholeReaders}}},
		{name: "discipline", routes: "/discipline, /discipline.csv, /discipline.xlsx, /discipline/commitments, /discipline/commitments.csv, /discipline/commitments.xlsx, /discipline/not-reported", may: []claim{{"", wholeReaders}}},
	}},
	{name: "question", states: "open answered", acts: []act{
		{name: "read", routes: "GET /periods/deadlines/:id/request/:question", may: []claim{{"", wholeReaders + " focal_point/asked"}}},
		{name: "list", routes: "/periods/deadlines/:id/request, /periods/deadlines/:id/request.csv, /periods/deadlines/:id/request.xlsx", may: []claim{{"", wholeReaders + " focal_point/asked"}}},
		{name: "ask", routes: "/periods/deadlines/:id/request/new", takes: "questions institution"},
		{name: "answer", routes: "POST /periods/deadlines/:id/request/:question", takes: "answer", may: []claim{{"", "focal_point/asked coordinator"}}},
		{name: "change", routes: "/periods/deadlines/:id/request/:question/change", takes: "version text institution", may: []claim{{"open", "coordinator"}}},
		{name: "remove", routes: "/periods/deadlines/:id/request/:question/remove", takes: "version", may: []claim{{"open", "coordinator"}}},
		{name: "hand_on", routes: "/periods/deadlines/:id/request/submit", takes: "handed_on note"},
	}},
}

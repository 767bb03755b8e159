package web

import "tracker/internal/accounts"

// figureFields are those of the form of measured figures.
const figureFields = "version basis covers_from covers_to edition qualifier attribution source note parts_reason cell_* resume send"

var figureThings = []thing{
	{name: "indicator", acts: []act{
		{name: "read", routes: "/indicators/:ref", may: []claim{{"", involvedReaders}}},
		{name: "list", routes: "/indicators, /indicators.csv, /indicators.xlsx"},
		{name: "add", routes: "/indicators/new", takes: "ref " + indicatorFields},
		{name: "change", routes: "/indicators/:ref/change", takes: "version reason breaks " + indicatorFields},
		{name: "log", routes: "/indicators/:ref/measurements/new", takes: figureFields, may: []claim{{"", "focal_point/own coordinator"}}},
	}},
	{name: "measurement", states: "draft submitted returned approved", acts: []act{
		{name: "read", routes: "/measurements/:id", may: []claim{{"draft", byWriters}, {"submitted returned", reviewers}, {"approved", involvedReaders}}},
		{name: "change", routes: "/measurements/:id/edit", takes: figureFields, may: []claim{{"draft returned", byWriters}}},
		{name: "correct", routes: "/measurements/:id/correct", takes: figureFields, may: []claim{{"approved", "focal_point/own coordinator"}}},
		{name: "discard", routes: "/measurements/:id/discard", takes: "version", may: []claim{{"draft", byWriters}}},
		{name: "approve", routes: "/measurements/:id/approve", takes: "version", may: []claim{{"submitted", "focal_point/deciding coordinator/deciding"}}},
		{name: "return", routes: "/measurements/:id/return", takes: "version reason", may: []claim{{"submitted", "focal_point/deciding coordinator/deciding"}}},
		{name: "choose", routes: "/measurements/:id/choose", takes: "measurement was reason", may: []claim{{"approved", "coordinator"}}},
	}},
}

// indicatorFields are those of an indicator's definition.
const indicatorFields = "title text statistic unit currency scale direction source frequency institution baseline baseline_year headline districts targets share sdg links effective_on dimensions crossed"

var askedThings = []thing{
	{name: "mechanism", acts: []act{
		{name: "add", routes: "/recommendations/mechanisms/new", takes: mechanismFields},
		{name: "change", routes: "/recommendations/mechanisms/:code/change", takes: "version " + mechanismFields},
	}},
	{name: "edition", acts: []act{
		{name: "read", routes: "/recommendations/editions/:mechanism/:year", may: []claim{{"", wholeReaders}}},
		{name: "list", routes: "/recommendations/editions.csv, /recommendations/editions.xlsx", may: []claim{{"", wholeReaders}}},
		{name: "add", routes: "/recommendations/editions/new", takes: "mechanism year released_on completeness tier source note"},
		{name: "change", routes: "/recommendations/editions/:mechanism/:year/change", takes: "version mechanism year released_on completeness tier source note"},
		{name: "remove", routes: "/recommendations/editions/:mechanism/:year/remove", takes: "version"},
		{name: "paste", routes: "/recommendations/editions/:mechanism/:year/import", takes: "text file"},
		{name: "save_list", routes: "/recommendations/editions/:mechanism/:year/import/list", takes: "rows basis completeness step basis.* source.* cut.* items.* text.* fate.*"},
	}},
	{name: "lineage", acts: []act{
		{name: "read", routes: "GET /recommendations/editions/:mechanism/:year/lineage, GET /recommendations/editions/:mechanism/:year/classification", may: []claim{{"", wholeReaders}}},
		{name: "say", routes: "POST /recommendations/editions/:mechanism/:year/lineage", takes: "older newer kin kin.* was.*"},
		{name: "classify", routes: "POST /recommendations/editions/:mechanism/:year/classification", takes: "theme.* was_theme.* indicium.* was_indicium.*"},
	}},
	{name: "recommendation", acts: []act{
		{name: "read", routes: "/recommendations/:id, /recommendations/:id/changes", may: []claim{{"", wholeReaders}}},
		{name: "list", routes: "/recommendations, /recommendations.csv, /recommendations.xlsx, /recommendations/coverage, /recommendations/coverage.csv, /recommendations/coverage.xlsx", may: []claim{{"", wholeReaders}}},
		{name: "add", routes: "/recommendations/editions/:mechanism/:year/recommendations/new", takes: "number items.* " + recommendationFields},
		{name: "change", routes: "/recommendations/:id/change", takes: "version " + recommendationFields},
		{name: "remark", routes: "/recommendations/:id/remarks/:kind", takes: "word statement given_on was"},
	}},
	{name: "item", acts: []act{
		{name: "add", routes: "/recommendations/:id/items/new", takes: "text lead supporting"},
		{name: "change", routes: "/recommendations/:id/items/:item/change", takes: "version text lead supporting"},
		{name: "split", routes: "/recommendations/:id/items/:item/split", takes: "version items.*"},
		{name: "merge", routes: "/recommendations/:id/items/merge", takes: "from version.* items.*"},
		{name: "relink", routes: "/recommendations/:id/items/relink", takes: "answer.* reason"},
		{name: "retire", routes: "/recommendations/:id/items/:item/retire", takes: "version"},
	}},
}

const (
	mechanismFields      = "code name short_name url scale responses cycle_months note"
	recommendationFields = "title text theme indicium basis source cut not_done_years not_done_source"
	dialogueFields       = "title format held_on since_on place partner our_side their_side note"
)

var meetingThings = []thing{
	{name: "dialogue", states: "planned prepared held followed_up", acts: []act{
		{name: "read", routes: "/dialogues/:id, /dialogues/:id/room, /dialogues/:id/briefing.pdf, /dialogues/:id/briefing.xlsx", may: []claim{{"", wholeReaders}}},
		{name: "list", routes: "/dialogues", may: []claim{{"", wholeReaders}}},
		{name: "add", routes: "/dialogues/new", takes: dialogueFields},
		{name: "change", routes: "/dialogues/:id/change", takes: "version " + dialogueFields},
		{name: "prepared", routes: "/dialogues/:id/prepared", takes: "version", may: []claim{{"planned", "coordinator"}}},
		{name: "held", routes: "/dialogues/:id/held", takes: "version", may: []claim{{"planned prepared", "coordinator"}}},
		{name: "followed_up", routes: "/dialogues/:id/followed-up", takes: "version", may: []claim{{"held", "coordinator"}}},
		{name: "planned", routes: "/dialogues/:id/planned", takes: "version", may: []claim{{"prepared held followed_up", "coordinator"}}},
		{name: "packs", routes: "GET /dialogues/:id/packs, /dialogues/:id/packs/:pack/:format", may: []claim{{"", wholeReaders}}},
		{name: "choose", routes: "POST /dialogues/:id/packs", takes: "pack parts"},
		{name: "prepare", routes: "/dialogues/:id/packs/publish", takes: "pack"},
	}},
	{name: "agenda", acts: []act{
		{name: "read", routes: "/dialogues/:id/agenda/:item/history", may: []claim{{"", wholeReaders}}},
		{name: "add", routes: "/dialogues/:id/agenda/new", takes: "recommendations commitments open point"},
		{name: "before", routes: "/dialogues/:id/agenda/:item/change", takes: "talking_points asks position questions notes seen_*"},
		{name: "record", routes: "/dialogues/:id/agenda/:item/record", takes: "said heard agreed seen_*"},
		{name: "fix", routes: "/dialogues/:id/agenda/:item/indicators", takes: "indicators was"},
		{name: "agree", routes: "/dialogues/:id/agenda/:item/agree", takes: "ref title text lead answers due_on"},
		{name: "undertake", routes: "/dialogues/:id/agenda/:item/undertake", takes: "institution text due_on"},
		{name: "recommend", routes: "/dialogues/:id/agenda/:item/recommend", takes: "mechanism title text theme basis source"},
		{name: "move", routes: "/dialogues/:id/agenda/:item/move", takes: "position to"},
		{name: "remove", routes: "/dialogues/:id/agenda/:item/remove", takes: "version"},
	}},
	{name: "undertaking", acts: []act{
		{name: "read", routes: "GET /undertakings/:id", may: []claim{{"", wholeReaders + " partner/own"}}},
		{name: "list", routes: "/undertakings", may: []claim{{"", wholeReaders + " partner"}}},
		{name: "say", routes: "POST /undertakings/:id", takes: "version kind text", may: []claim{{"", "coordinator partner/own"}}},
	}},
}

// addressed are those who find a publication that was published.
const addressedReaders = wholeReaders + " focal_point/addressed partner/addressed anybody/public"

var toldThings = []thing{
	{name: "report", acts: []act{
		{name: "read", routes: "/reports, /reports/status.pdf, /reports/status.xlsx, /reports/status.csv, /reports/status.json, /reports/status.html, /reports/changes, /reports/changes.csv, /reports/changes.xlsx", may: []claim{{"", wholeReaders}}},
		{name: "choose", routes: "/reports/choices", takes: "name query", may: []claim{{"", wholeReaders}}},
		{name: "forget", routes: "/reports/choices/:id/remove", may: []claim{{"", "all/theirs"}}},
		{name: "write", routes: "/reports/files", takes: "form query", may: []claim{{"", wholeReaders}}},
	}},
	{name: "publication", states: "prepared published record recalled", acts: []act{
		{name: "read", routes: "/publications/:number", may: []claim{{"published record recalled", addressedReaders}}},
		{name: "list", routes: "/publications"},
		{name: "open", routes: "/publications/:number/read, /publications/:number/files/:format, /publications/:number/differences, /publications/:number/differences.csv, /publications/:number/differences.xlsx", may: []claim{{"published record", addressedReaders}, {"recalled", "coordinator auditor"}}},
		{name: "prepare", routes: "/publications/prepare", takes: "query title audience readers"},
		{name: "preview", routes: "/publications/prepared/:id, /publications/prepared/:id/files/:format", may: []claim{{"prepared", "all"}}},
		{name: "write", routes: "/publications/prepared/:id/files", takes: "form", may: []claim{{"prepared", "all"}}},
		{name: "publish", routes: "/publications/prepared/:id/publish", takes: "version", may: []claim{{"prepared", "coordinator/second countersigner/second"}}},
		{name: "withdraw", routes: "/publications/prepared/:id/withdraw", takes: "version", may: []claim{{"prepared", "coordinator"}}},
		{name: "downloads", routes: "/publications/:number/downloads"},
		{name: "recall", routes: "/publications/:number/recall", takes: "version reason replacement", may: []claim{{"published record", "coordinator"}}},
		{name: "clear", routes: "/publications/:number/clearance", takes: "verdict remark", may: []claim{{"record", "partner/addressed"}}},
		{name: "prepare_cleared", routes: "/publications/:number/cleared", may: []claim{{"record", "coordinator"}}},
		{name: "rate", routes: "GET /publications/:number/ratings, /publications/:number/ratings/:row", takes: "value reason", may: []claim{{"published", "partner/addressed"}}},
		{name: "verify", routes: "/verify", takes: "file"},
	}},
	{name: "job", states: "done failed", acts: []act{
		{name: "read", routes: "/jobs/:id", may: []claim{{"", "all/theirs"}}},
		{name: "list", routes: "/jobs", may: []claim{{"", wholeReaders}}},
		{name: "take", routes: "/jobs/:id/file", may: []claim{{"done", "all/theirs"}}},
		{name: "again", routes: "/jobs/:id/again", may: []claim{{"failed", "all/theirs"}}},
	}},
}

var fileThings = []thing{
	{name: "import", acts: []act{
		{name: "read", routes: "GET /import/:id, /import/:id/report.xlsx", may: []claim{{"", "all/theirs"}}},
		{name: "send", routes: "/import", takes: "what file"},
		{name: "template", routes: "/import/template.xlsx"},
		{name: "take", routes: "POST /import/:id", takes: "step a.* asks_remember remember", may: []claim{{"", "all/theirs"}}},
		{name: "discard", routes: "/import/:id/discard", may: []claim{{"", "all/theirs"}}},
	}},
	{name: "list", acts: []act{
		{name: "list", routes: "/lists"},
		{name: "take", routes: "/lists/institutions.csv, /lists/institutions.xlsx, /lists/people.csv, /lists/people.xlsx, /lists/commitments.csv, /lists/commitments.xlsx, /lists/recommendations.csv, /lists/recommendations.xlsx, /lists/indicators.csv, /lists/indicators.xlsx, /lists/measurements.csv, /lists/measurements.xlsx"},
	}},
}

// settingNames are the settings that people set, divided by spaces.
func settingNames() (names string) {
	for _, d := range accounts.SettingTable() {
		if !d.Fixed {
			names += " " + d.Name
		}
	}
	return names
}

var adminThings = []thing{
	{name: "person", acts: []act{
		{name: "read", routes: "/admin/people/:id"},
		{name: "list", routes: "GET /admin/people, /admin/people.csv, /admin/people.xlsx"},
		{name: "add", routes: "GET /admin/people/new, POST /admin/people", takes: "email institution title role"},
		{name: "move", routes: "/admin/people/:id/move", takes: "version post"},
		{name: "disable", routes: "/admin/people/:id/disable", takes: "version"},
		{name: "enable", routes: "/admin/people/:id/enable", takes: "version"},
		{name: "end_sessions", routes: "/admin/people/:id/end-sessions", takes: "version"},
		{name: "invite", routes: "/admin/people/:id/link"},
		{name: "lose_second", routes: "/admin/people/:id/second-factor", takes: "reason"},
		{name: "unlink", routes: "/admin/people/:id/identities/:identity/unlink"},
	}},
	{name: "register", acts: []act{
		{name: "list", routes: "GET /admin/institutions, GET /admin/institutions/:code"},
		{name: "add", routes: "GET /admin/institutions/new, POST /admin/institutions", takes: "code name short_name kind valid_from valid_to note"},
		{name: "change", routes: "POST /admin/institutions/:code", takes: "version name short_name kind valid_from valid_to note"},
		{name: "post", routes: "/admin/institutions/:code/posts", takes: "title role"},
		{name: "clearing", routes: "/admin/institutions/:code/clearing", takes: "version clearing"},
		{name: "succeed", routes: "/admin/institutions/:code/succession", takes: "kind to effective_on reason confirmed part-*"},
	}},
	{name: "setting", acts: []act{
		{name: "read", routes: "/admin"},
		{name: "change", routes: "/admin/settings", takes: "version " + settingNames()},
	}},
	{name: "mail", acts: []act{
		{name: "list", routes: "/outbox"},
		{name: "again", routes: "/outbox/:id/retry"},
	}},
	{name: "trail", acts: []act{
		{name: "list", routes: "/audit, /audit.csv, /audit.xlsx"},
		{name: "verify", routes: "/audit/verify"},
		{name: "purge_list", routes: purgePath},
		{name: "purge", routes: purgePath + "/entries/:seq", takes: "field reason confirmed"},
	}},
	{name: "told", states: "prepared recalled withdrawn", acts: []act{
		{name: "read", routes: "GET " + purgePath + "/publications/:id"},
		{name: "purge", routes: "POST " + purgePath + "/publications/:id", takes: "version reason confirmed", may: []claim{{"recalled withdrawn", "administrator"}}},
	}},
	{name: "permission", acts: []act{{name: "list", routes: permissionsPath + ", " + permissionsPath + ".csv, " + permissionsPath + ".xlsx"}}},
}

var doorThings = []thing{
	{name: "account", acts: []act{
		{name: "read", routes: "/, /account, /help, /help/:page"},
		{name: "password", routes: "/account/password", takes: "current password"},
		{name: "second", routes: "/account/second-factor", takes: "current code"},
		{name: "second_set_up", routes: "/account/second-factor/confirm", takes: "offer code"},
		{name: "second_codes", routes: "/account/second-factor/recovery-codes", takes: "current code"},
		{name: "second_remove", routes: "/account/second-factor/remove", takes: "current code"},
		{name: "identity", routes: "/account/identities", takes: "identity_current"},
		{name: "unlink", routes: "/account/identities/:id/unlink", may: []claim{{"", "all/theirs"}}},
		{name: "end_session", routes: "/account/sessions/:id/end", may: []claim{{"", "all/theirs"}}},
		{name: "end_sessions", routes: "/account/sessions/end-others"},
		{name: "kept", routes: "GET /kept-form, /kept-form/forget"},
	}},
	{name: "door", states: "invited", acts: []act{
		{name: "sign_in", routes: "/sign-in", takes: "email password next"},
		{name: "code", routes: "/sign-in/code", takes: "code next"},
		{name: "issuer", routes: "/sign-in/oidc, /issuer, /sign-in/oidc/callback", takes: "next"},
		{name: "invited", routes: "/links/:token/oidc", may: []claim{{"invited", "anybody"}}},
		{name: "sign_out", routes: "/sign-out"},
		{name: "forgotten", routes: "/forgotten", takes: "email"},
		{name: "link", routes: "/links/:token", takes: "password"},
		{name: "open", routes: "/help/signing-in, /healthz, /readyz, /static/:name, /schemas/status-1.json"},
	}},
}

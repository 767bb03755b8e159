package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/dialogues"
)

// route is one line of the table: nothing is served that does not stand here,
// and everything says who may use it. Row rules ("my institution's") are the
// slices'.
type route struct {
	method string
	path   string
	may    permission
	handle echo.HandlerFunc
}

// leadsTo says whether the route answers a path.
func (r route) leadsTo(path string) bool {
	want, have := strings.Split(r.path, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i, part := range want {
		if part != have[i] && (!strings.HasPrefix(part, ":") || have[i] == "") {
			return false
		}
	}
	return true
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is the table of everything that the tracker answers.
func (s *Server) routes() []route {
	return slices.Concat(s.administration(), s.forEverybody(), s.entry(), s.reviewing(), s.calendar(), s.meetings(), s.files(), s.imports(), s.background(), s.publishing(), s.evidence(), s.rating(), s.clearing(), s.dataRequest(), s.counting(), s.sheets(), []route{
		{get, "/healthz", anybody, s.healthz},
		{get, "/readyz", anybody, s.readyz},
		{get, "/static/:name", anybody, s.static},
		{get, "/", signedIn, s.home},
		{get, "/recommendations", planReaders, s.recommendationList},
		{get, "/recommendations/coverage", planReaders, s.coverageShow},
		{get, "/recommendations/editions/:mechanism/:year", planReaders, s.editionShow},
		{get, "/recommendations/editions/:mechanism/:year/lineage", planReaders, s.lineageShow},
		{get, "/recommendations/editions/:mechanism/:year/classification", planReaders, s.classificationShow},
		{get, "/recommendations/:id", planReaders, s.recommendationShow},
		{get, "/recommendations/:id/changes", planReaders, s.recommendationChanges},
		{get, "/recommendations/:id/answers/new", coordinator, s.answerNewForm},
		{post, "/recommendations/:id/answers/new", coordinator, s.answerNew},
		{get, "/institutions", planReaders, s.institutionList},
		{get, "/institutions/:code", planReaders, s.institutionShow},
		{get, "/institutions/:code/workbook", writers, s.workbookGive},

		{get, "/framework", planReaders, s.frameworkShow},
		{get, "/reports", planReaders, s.reportShow},
		{get, comparePath, planReaders, s.compareShow},
		{get, "/reports/status.pdf", planReaders, s.reportFile("pdf")},
		{get, "/reports/status.xlsx", planReaders, s.reportFile("xlsx")},
		{get, "/reports/status.csv", planReaders, s.reportFile("csv")},
		{get, "/reports/status.json", planReaders, s.reportFile("json")},
		{get, "/reports/status.html", planReaders, s.reportFile("html")},
		{post, "/reports/choices", planReaders, s.choiceSave},
		{post, "/reports/choices/:id/remove", planReaders, s.choiceRemove},
		{get, "/schemas/status-1.json", anybody, s.reportSchema},

		{get, "/commitments", planReaders, s.commitmentList},
		{get, "/commitments/new", coordinator, s.commitmentNew},
		{post, "/commitments/new", coordinator, s.commitmentCreate},
		{get, "/commitments/:ref", planReaders, s.commitmentShow},
		{get, "/commitments/:ref/revise", coordinator, s.commitmentRevise},
		{post, "/commitments/:ref/revise", coordinator, s.commitmentReviseSave},
		{get, "/commitments/:ref/transfer", coordinator, s.commitmentTransfer},
		{post, "/commitments/:ref/transfer", coordinator, s.commitmentTransferMake},
		{get, "/commitments/:ref/answers", coordinator, s.answerList},
		{post, "/commitments/:ref/answers", coordinator, s.answerLink},
		{get, "/commitments/:ref/answers/:id/end", coordinator, s.answerEndForm},
		{post, "/commitments/:ref/answers/:id/end", coordinator, s.answerEnd},
		{get, "/commitments/:ref/updates/new", writers, s.updateNew},
		{post, "/commitments/:ref/updates/new", writers, s.updateCreate},
	})
}

// reviewing is the part of the table for updates, from their form to what was
// judged of them.
func (s *Server) reviewing() []route {
	return []route{
		{get, "/review", writers, s.review},
		{get, "/review/unchanged", coordinator, s.reviewTogether},
		{post, "/review/unchanged", coordinator, s.reviewTogetherMake},
		{get, "/updates/:id", planReaders, s.updateShow},
		{get, "/updates/:id/edit", writers, s.updateEditForm},
		{post, "/updates/:id/edit", writers, s.updateEdit},
		{get, "/updates/:id/correct", writers, s.updateCorrectForm},
		{post, "/updates/:id/correct", writers, s.updateCorrect},
		{get, "/updates/:id/discard", writers, s.updateDiscardForm},
		{post, "/updates/:id/discard", writers, s.updateDiscard},
		{post, "/updates/:id/approve", writers, s.updateApprove},
		{post, "/updates/:id/return", writers, s.updateReturn},
		{post, "/updates/:id/comments", writers, s.commentAdd},
		{get, "/updates/:id/release", coordinator, s.releaseAsk(false)},
		{post, "/updates/:id/release", coordinator, s.releaseAct(false)},
		{get, "/updates/:id/withdraw", coordinator, s.releaseAsk(true)},
		{post, "/updates/:id/withdraw", coordinator, s.releaseAct(true)},
		{get, "/updates/:id/verify", coordinator, s.verifyClaim},
		{post, "/updates/:id/verify", coordinator, s.verifyClaimMake},
	}
}

// counting is the part of the table for indicators and what is measured.
func (s *Server) counting() []route {
	return []route{
		{get, indicatorsPath, planReaders, s.indicatorList},
		{get, "/indicators/new", coordinator, s.indicatorNew},
		{post, "/indicators/new", coordinator, s.indicatorCreate},
		{get, "/indicators/:ref", planReaders, s.indicatorShow},
		{get, "/indicators/:ref/change", coordinator, s.indicatorChange},
		{post, "/indicators/:ref/change", coordinator, s.indicatorChangeSave},
		{get, "/indicators/:ref/measurements/new", writers, s.measureNew},
		{post, "/indicators/:ref/measurements/new", writers, s.measureCreate},
		{get, "/measurements/:id", planReaders, s.measurementShow},
		{get, "/measurements/:id/edit", writers, s.measureEditForm},
		{post, "/measurements/:id/edit", writers, s.measureEdit},
		{get, "/measurements/:id/correct", writers, s.measureCorrectForm},
		{post, "/measurements/:id/correct", writers, s.measureCorrect},
		{get, "/measurements/:id/discard", writers, s.measureDiscardForm},
		{post, "/measurements/:id/discard", writers, s.measureDiscard},
		{post, "/measurements/:id/approve", writers, s.measurementApprove},
		{post, "/measurements/:id/return", writers, s.measurementReturn},
		{get, "/measurements/:id/choose", coordinator, s.measureChoose},
		{post, "/measurements/:id/choose", coordinator, s.measureChooseSave},
	}
}

// forEverybody is the part of the table for signing in, one's own account and
// the manual.
func (s *Server) forEverybody() []route {
	return []route{
		{get, "/sign-in", anybody, s.signInForm},
		{post, "/sign-in", anybody, s.signIn},
		{get, codePath, anybody, s.codeForm},
		{post, codePath, anybody, s.code},
		{post, "/sign-out", anybody, s.signOut},
		{get, "/links/:token", anybody, s.linkForm},
		{post, "/links/:token", anybody, s.linkUse},
		{post, "/links/:token/oidc", anybody, s.linkIssuer},
		{post, "/sign-in/oidc", anybody, s.issuerSignIn},
		{get, issuerPath, anybody, s.issuerShow},
		{get, IssuerReturn, anybody, s.issuerBack},
		{get, "/forgotten", anybody, s.forgottenForm},
		{post, "/forgotten", anybody, s.forgotten},

		{get, "/help", signedIn, s.helpOwn},
		{get, "/help/signing-in", anybody, s.helpOpen},
		{get, "/help/:page", signedIn, s.helpShow},

		{get, keptPath, signedIn, s.keptForm},
		{post, keptPath + "/forget", signedIn, s.keptFormForget},
		{get, "/account", signedIn, s.accountShow},
		{post, "/account/password", signedIn, s.accountPassword},
		{get, secondPath, signedIn, s.secondShow},
		{post, secondPath, signedIn, s.secondOffer},
		{post, secondPath + "/confirm", signedIn, s.secondConfirm},
		{post, secondPath + "/recovery-codes", signedIn, s.secondCodes},
		{post, secondPath + "/remove", signedIn, s.secondRemove},
		{post, "/account/identities", signedIn, s.accountLink},
		{post, "/account/identities/:id/unlink", signedIn, s.accountUnlink},
		{post, "/account/sessions/:id/end", signedIn, s.accountEndSession},
		{post, "/account/sessions/end-others", signedIn, s.accountEndOthers},
	}
}

// entry is the part of the table in which coordinators enter what was asked
// and the framework.
func (s *Server) entry() []route {
	return []route{
		{get, "/recommendations/mechanisms/new", coordinator, s.mechanismNew},
		{post, "/recommendations/mechanisms/new", coordinator, s.mechanismCreate},
		{get, "/recommendations/mechanisms/:code/change", coordinator, s.mechanismChange},
		{post, "/recommendations/mechanisms/:code/change", coordinator, s.mechanismChangeSave},
		{get, "/recommendations/editions/new", coordinator, s.editionNew},
		{post, "/recommendations/editions/new", coordinator, s.editionCreate},
		{get, "/recommendations/editions/:mechanism/:year/change", coordinator, s.editionChange},
		{post, "/recommendations/editions/:mechanism/:year/change", coordinator, s.editionChangeSave},
		{get, "/recommendations/editions/:mechanism/:year/remove", coordinator, s.editionRemove},
		{post, "/recommendations/editions/:mechanism/:year/remove", coordinator, s.editionRemoveMake},
		{get, "/recommendations/editions/:mechanism/:year/recommendations/new", coordinator, s.recommendationNew},
		{post, "/recommendations/editions/:mechanism/:year/recommendations/new", coordinator, s.recommendationCreate},
		{post, "/recommendations/editions/:mechanism/:year/lineage", coordinator, s.lineageSay},
		{post, "/recommendations/editions/:mechanism/:year/classification", coordinator, s.classificationSay},
		{get, "/recommendations/editions/:mechanism/:year/import", coordinator, s.importForm},
		{post, "/recommendations/editions/:mechanism/:year/import", coordinator, s.importRead},
		{post, "/recommendations/editions/:mechanism/:year/import/list", coordinator, s.importSave},
		{get, "/recommendations/:id/change", coordinator, s.recommendationChange},
		{post, "/recommendations/:id/change", coordinator, s.recommendationChangeSave},
		{get, "/recommendations/:id/items/new", coordinator, s.itemNew},
		{post, "/recommendations/:id/items/new", coordinator, s.itemCreate},
		{get, "/recommendations/:id/remarks/:kind", coordinator, s.remarkShow},
		{post, "/recommendations/:id/remarks/:kind", coordinator, s.remarkSay},
		{get, "/recommendations/:id/items/merge", coordinator, s.itemsMerge},
		{post, "/recommendations/:id/items/merge", coordinator, s.itemsMergeMake},
		{get, "/recommendations/:id/items/relink", coordinator, s.itemsRelink},
		{post, "/recommendations/:id/items/relink", coordinator, s.itemsRelinkMake},
		{get, "/recommendations/:id/items/:item/split", coordinator, s.itemSplit},
		{post, "/recommendations/:id/items/:item/split", coordinator, s.itemSplitMake},
		{get, "/recommendations/:id/items/:item/change", coordinator, s.itemChange},
		{post, "/recommendations/:id/items/:item/change", coordinator, s.itemChangeSave},
		{get, "/recommendations/:id/items/:item/retire", coordinator, s.itemRetire},
		{post, "/recommendations/:id/items/:item/retire", coordinator, s.itemRetireMake},
		{get, "/framework/new", coordinator, s.frameworkNew},
		{post, "/framework/new", coordinator, s.frameworkCreate},
		{get, "/framework/:code/change", coordinator, s.frameworkChange},
		{post, "/framework/:code/change", coordinator, s.frameworkChangeSave},
		{get, "/framework/:code/nodes/new", coordinator, s.nodeNew},
		{post, "/framework/:code/nodes/new", coordinator, s.nodeCreate},
		{get, "/framework/:code/nodes/:id/change", coordinator, s.nodeChange},
		{post, "/framework/:code/nodes/:id/change", coordinator, s.nodeChangeSave},
		{get, "/framework/:code/nodes/:id/remove", coordinator, s.nodeRemove},
		{post, "/framework/:code/nodes/:id/remove", coordinator, s.nodeRemoveMake},
	}
}

// administration is the part of the table for accounts, settings, mails and
// the trail.
func (s *Server) administration() []route {
	return []route{
		{get, "/admin", administrator, s.adminShow},
		{get, "/admin/people", administrator, s.peopleList},
		{get, "/admin/people/new", administrator, s.personNewForm},
		{post, "/admin/people", administrator, s.personCreate},
		{get, "/admin/people/:id", administrator, s.personShow},
		{post, "/admin/people/:id/move", administrator, s.personMove},
		{get, "/admin/people/:id/disable", administrator, s.personDisableForm},
		{post, "/admin/people/:id/disable", administrator, s.personDisable},
		{get, "/admin/people/:id/second-factor", administrator, s.personSecondForm},
		{post, "/admin/people/:id/second-factor", administrator, s.personSecondRemove},
		{post, "/admin/people/:id/enable", administrator, s.personEnable},
		{post, "/admin/people/:id/end-sessions", administrator, s.personEndSessions},
		{post, "/admin/people/:id/link", administrator, s.personLink},
		{post, "/admin/people/:id/identities/:identity/unlink", administrator, s.personUnlink},
		{get, "/admin/institutions", administrator, s.institutionsAdmin},
		{get, "/admin/institutions/new", administrator, s.institutionNewForm},
		{post, "/admin/institutions", administrator, s.institutionCreate},
		{get, "/admin/institutions/:code", administrator, s.institutionAdmin},
		{post, "/admin/institutions/:code", administrator, s.institutionChange},
		{post, "/admin/institutions/:code/posts", administrator, s.postCreate},
		{get, "/admin/institutions/:code/succession", administrator, s.successionForm},
		{post, "/admin/institutions/:code/succession", administrator, s.succeed},
		{get, "/admin/settings", administrator, s.settingsForm},
		{post, "/admin/settings", administrator, s.settingsChange},
		{get, permissionsPath, guardians, s.permissionList},
		{get, purgePath, administrator, s.purgeList},
		{get, purgePath + "/entries/:seq", administrator, s.purgeTextForm},
		{post, purgePath + "/entries/:seq", administrator, s.purgeText},
		{get, purgePath + "/publications/:id", administrator, s.purgePublicationForm},
		{post, purgePath + "/publications/:id", administrator, s.purgePublication},
		{get, "/outbox", administrator, s.outboxList},
		{post, "/outbox/:id/retry", administrator, s.outboxRetry},

		{get, "/audit", auditor, s.auditList},
		{post, "/audit/verify", auditor, s.auditVerify},
	}
}

// publishing is the part of the table for publications. What is public is
// open to everybody; of the rest the slice says who may know of it.
func (s *Server) publishing() []route {
	return []route{
		{get, "/publications", anybody, s.publicationList},
		{get, "/publications/prepare", coordinator, s.publicationPrepare},
		{post, "/publications/prepare", coordinator, s.publicationPrepareMake},
		{get, "/publications/prepared/:id", signers, s.publicationPreview},
		{get, "/publications/prepared/:id/files/:format", signers, s.publicationPreviewFile},
		{post, "/publications/prepared/:id/files", signers, s.publicationPreviewAsk},
		{post, "/publications/prepared/:id/publish", coordinator | countersigner, s.publicationPublish},
		{get, "/publications/prepared/:id/withdraw", coordinator, s.publicationWithdraw},
		{post, "/publications/prepared/:id/withdraw", coordinator, s.publicationWithdrawMake},
		{get, "/publications/:number", anybody, s.forStrangers(s.publicationShow)},
		{get, "/publications/:number/read", anybody, s.forStrangers(s.publicationRead)},
		{get, "/publications/:number/files/:format", anybody, s.forStrangers(s.publicationFileTake)},
		{get, "/publications/:number/differences", anybody, s.forStrangers(s.publicationDifferences)},
		{get, "/publications/:number/downloads", overseers, s.publicationDownloads},
		{get, "/publications/:number/clearance", partner, s.recordClearanceForm},
		{post, "/publications/:number/clearance", partner, s.recordClear},
		{post, "/publications/:number/cleared", coordinator, s.recordCleared},
		{get, "/publications/:number/recall", coordinator, s.publicationRecall},
		{post, "/publications/:number/recall", coordinator, s.publicationRecallMake},
		{get, "/verify", anybody, s.verifyForm},
		{post, "/verify", anybody, s.verify},
	}
}

// calendar is the part of the table for periods and their deadlines.
func (s *Server) calendar() []route {
	return []route{
		{get, moneyPath, planReaders, s.moneyShow},
		{get, "/discipline", planReaders, s.disciplineShow},
		{get, "/discipline/commitments", planReaders, s.entryList},
		{get, "/discipline/not-reported", planReaders, s.disciplineReminders},
		{get, "/periods", planReaders, s.periodList},
		{get, "/periods/new", coordinator, s.periodNew},
		{post, "/periods/new", coordinator, s.periodCreate},
		{get, "/periods/:id/change", coordinator, s.periodChangeForm},
		{post, "/periods/:id/change", coordinator, s.periodChange},
		{get, "/periods/:id/deadlines/new", coordinator, s.deadlineNew},
		{post, "/periods/:id/deadlines/new", coordinator, s.deadlineCreate},
		{get, "/periods/deadlines/:id", planReaders, s.deadlineShow},
		{get, "/periods/deadlines/:id/change", coordinator, s.deadlineChangeForm},
		{post, "/periods/deadlines/:id/change", coordinator, s.deadlineChange},
		{get, "/periods/deadlines/:id/close", coordinator, s.deadlineAsk(false)},
		{post, "/periods/deadlines/:id/close", coordinator, s.deadlineAct(false)},
		{get, "/periods/deadlines/:id/reopen", coordinator, s.deadlineAsk(true)},
		{post, "/periods/deadlines/:id/reopen", coordinator, s.deadlineAct(true)},
		{get, "/periods/deadlines/:id/certify", coordinator | countersigner, s.deadlineCertify},
		{post, "/periods/deadlines/:id/certify", coordinator | countersigner, s.deadlineCertifyMake},
	}
}

// meetings is the part of the table for dialogues and their agendas.
func (s *Server) meetings() []route {
	return []route{
		{get, "/dialogues", planReaders, s.dialogueList},
		{get, "/dialogues/new", coordinator, s.dialogueNew},
		{post, "/dialogues/new", coordinator, s.dialogueCreate},
		{get, "/dialogues/:id", planReaders, s.dialogueShow},
		{get, "/dialogues/:id/room", planReaders, s.dialogueRoom},
		{get, "/dialogues/:id/briefing.pdf", planReaders, s.briefingFile("pdf")},
		{get, "/dialogues/:id/briefing.xlsx", planReaders, s.briefingFile("xlsx")},
		{get, "/dialogues/:id/packs", planReaders, s.packList},
		{post, "/dialogues/:id/packs", coordinator, s.packChoose},
		{post, "/dialogues/:id/packs/publish", coordinator, s.packPublish},
		{get, "/dialogues/:id/packs/:pack/:format", planReaders, s.packFile},
		{get, "/dialogues/:id/change", coordinator, s.dialogueChange},
		{post, "/dialogues/:id/change", coordinator, s.dialogueChangeSave},
		{get, "/dialogues/:id/prepared", coordinator, s.dialogueAsk(dialogues.Prepared)},
		{post, "/dialogues/:id/prepared", coordinator, s.dialogueStep(dialogues.Prepared)},
		{get, "/dialogues/:id/held", coordinator, s.dialogueAsk(dialogues.Held)},
		{post, "/dialogues/:id/held", coordinator, s.dialogueStep(dialogues.Held)},
		{get, "/dialogues/:id/followed-up", coordinator, s.dialogueAsk(dialogues.FollowedUp)},
		{post, "/dialogues/:id/followed-up", coordinator, s.dialogueStep(dialogues.FollowedUp)},
		{get, "/dialogues/:id/planned", coordinator, s.dialogueAsk(dialogues.Planned)},
		{post, "/dialogues/:id/planned", coordinator, s.dialogueStep(dialogues.Planned)},
		{get, "/dialogues/:id/agenda/new", coordinator, s.agendaNew},
		{post, "/dialogues/:id/agenda/new", coordinator, s.agendaChoose},
		{get, "/dialogues/:id/agenda/:item/change", coordinator, s.agendaWrite(dialogues.Before)},
		{post, "/dialogues/:id/agenda/:item/change", coordinator, s.agendaWriteSave(dialogues.Before)},
		{get, "/dialogues/:id/agenda/:item/record", coordinator, s.agendaWrite(dialogues.Record)},
		{post, "/dialogues/:id/agenda/:item/record", coordinator, s.agendaWriteSave(dialogues.Record)},
		{get, "/dialogues/:id/agenda/:item/history", planReaders, s.agendaHistory},
		{get, "/dialogues/:id/agenda/:item/indicators", coordinator, s.agendaFixForm},
		{post, "/dialogues/:id/agenda/:item/indicators", coordinator, s.agendaFix},
		{get, "/dialogues/:id/agenda/:item/agree", coordinator, s.agreeNew},
		{post, "/dialogues/:id/agenda/:item/agree", coordinator, s.agreeSave},
		{get, "/dialogues/:id/agenda/:item/undertake", coordinator, s.undertakeNew},
		{post, "/dialogues/:id/agenda/:item/undertake", coordinator, s.undertakeSave},
		{get, "/dialogues/:id/agenda/:item/recommend", coordinator, s.recommendedNew},
		{post, "/dialogues/:id/agenda/:item/recommend", coordinator, s.recommendedSave},
		{get, "/undertakings", planReaders | partner, s.undertakingList},
		{get, "/undertakings/:id", planReaders | partner, s.undertakingShow},
		{post, "/undertakings/:id", coordinator | partner, s.undertakingSay},
		{post, "/dialogues/:id/agenda/:item/move", coordinator, s.agendaMove},
		{get, "/dialogues/:id/agenda/:item/remove", coordinator, s.agendaRemove},
		{post, "/dialogues/:id/agenda/:item/remove", coordinator, s.agendaRemoveMake},
	}
}

// cost says what the route takes, and so which limits it has: limits.go names
// those that take more than a page.
func (r route) cost() cost { return costOf(r.method, r.path) }

// register puts the table into Echo, each line behind its permission and its
// limits.
func (s *Server) register() {
	for _, r := range s.routes() {
		s.echo.Add(r.method, r.path, s.guard(r.may, s.limited(r.cost(), r.handle)))
	}
}

# make setup test   everything the tests need, then every test
# make run          the demonstration on this machine
# make help         the other targets

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup test check format vet staticcheck unit tests bench compare timing leak-walk samples screenshots build reproducible run image sbom licences vulnerabilities soak watched alone clean

GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# The race detector watches this program and every library but SQLite, translated from C, and three that only compute; the check of
# unsafe pointers, which comes with it, is left out (docs/adr/0010). RACE=-race does both, and takes three times as long.
UNWATCHED := modernc.org/sqlite/lib modernc.org/libc modernc.org/memory compress/flate golang.org/x/crypto/argon2 golang.org/x/crypto/blake2b
RACE ?= -race '-gcflags=all=-d=checkptr=0' $(foreach p,$(UNWATCHED),'-gcflags=$(p)=-race=false -d=checkptr=0')

# The detector unmaps its notes on each freed piece of memory from 64 kB on, and every page of them is made anew at the next touch:
# up to 64 MB it is to wipe them instead. It changes nothing of what is found, and took two fifths off the tests of the document.
SHADOW := clear_shadow_mmap_threshold=67108864

# The walks from page to page, one request after the other: the race detector does not watch them (docs/adr/0020).
WALKS := ^(TestNoTextReachesAnyoneNotEntitled|TestEveryPageIsAccessibleOnADeskAndOnAPhone|TestEveryFormThatIsWrongIsAccessibleOnADeskAndOnAPhone|TestEveryLinkLeadsSomewhere|TestHostileTextInEveryFieldStaysText|TestWhatIsNotSeenLeavesNoTrace|TestAnUpdateIsLoggedReturnedCorrectedApprovedAndToldEverywhere|TestADialogueIsPreparedHeldAndFollowedUp|TestAListIsPastedSavedAndConnectedInABrowser|TestAnItemIsSplitAndItsAnswersLinkedAnewInABrowser|TestFiguresAreLoggedReturnedRestatedAndReadInABrowser|TestPagesAskAFixedNumberOfQueries|TestEveryAnswerHasEveryHeader|TestNoAddressIsAFault|TestEveryTemplateMakesAGoodPage|TestScreenshots|TestScreenshotsOfTheManual|TestEveryLaterPageIsLight|TestALargePublicationIsALightPage|TestAFrameworkOfManyCommitmentsShowsTheirNumbers|TestAWorkbookComesBackFilledInInABrowser|TestAPlanIsFilledInAndBroughtInInABrowser|TestASecondFactorIsSetUpAndUsedInABrowser|TestTheMenuOpensOnAPhone|TestAnUpdateIsAMinuteOnAPhone|TestWhatWasTypedSurvivesALineThatFails|TestStillInProgressIsOneTap|TestEnterInTheFormOfAnUpdateSavesTheDraft|TestThePagesOfSigningInElsewhereAreAccessible|TestTheBrowserSeesWhatIsWrongWithAPage|TestPeopleSignInAtAnIssuerInABrowser|TestAPublicationIsPreparedSignedReadAndChecked)$$

# What is done in turns, one thing after the other, is not watched by it either: walks with every form or as every visitor, files that are
# refused, and tests of other packages. A test of internal/house follows each of them (docs/adr/0036).
TURNS := ^(TestEveryFormWithAVersionRefusesAnOlderOne|TestAFieldThatNoFormHasChangesNothing|TestABodyThatIsNoFormChangesNothing|TestNoRouteTakesWhatAnotherSiteOrMethodSends|TestMailsHoldNothingButTheLinkOfTheirPerson|TestEveryRoleHasItsPageOfTheManual|TestLinksOfTheManualLeadWhereItsReaderMayGo|TestPagesLeadIntoTheManualWhereItIs|TestScripts|TestScriptsOnPostgreSQL|TestARandomHistoryIsToldTheSameAgain|TestWhatIsKeptIsWhatIsThereAfterEveryWriteOfAnyReplica|TestABombIsLookedAtSoFarAndNoFurther|TestWhatIsHiddenIsWhatIsNotThere|TestWhatThePermissionsDoNotNameNobodyDoes|TestTheLogTellsWhoSaidWhat|TestEveryFormAsksForTheFieldsThatThePermissionsList|TestALinkOutwardsTellsWhereItsReaderCameFrom|TestABrowserGoesOnAfterItsPersonIsOut|TestAZipOfAHundredThousandPartsIsWalked|TestManyDifferencesAreALightPage|TestAPublicationIsNarrowedByItsAddress|TestEveryChildIsLoadedThroughItsParent|TestAnotherSiteEmbedsNothing|TestAFormIsKeptOfTheHiddenAsOfTheMissing|TestAFileOverTheBoundIsTaken|TestAFileFarOverTheBoundIsReadWhole|TestAReportCountsWhatItsLinksList|TestChartsCountWhatAClickLists|TestCoverageCountsWhatAClickLists|TestBothEnginesAnswerAlike|TestARandomHistoryOfFiguresIsToldAgain|TestTheWalkFindsALeak|TestAReportTellsWhatIsApprovedAndNothingElse|TestVerifySaysWhatAFileIs|TestAReportDiffersInNothingFromItself|TestACitationThatDoesNotHoldIsMarked|TestDifferencesMirror|TestABriefingTellsTheRatingsOfThePeriod|TestARecallNamesWhatReplacesIt|TestPartnersRateInsideAPublication|TestDownloadsAreCounted|TestTheOneBeforeIsOfTheSameEditionAndPart|TestOnlyWhatIsFrozenIsCompared|TestEachOfTwoIsReadByItsOwnPermission|TestABriefingIsAFileWithAName|TestTheSettingsSayInDaysHowFarTheClockIs|TestTheChildrenOfTheSceneAreThere|TestNoAddressTakesMoreThanItsBound|TestAListGoesOutAndComesBackByItsPages|TestManyQuestionsAreAskedInParts|TestAdministrationSaysWhatWantsMending|TestAnAgendaOfThreeKindsAndItsRecord|TestAnybodyChecksAFile|TestHomeAndListNameTheNextDialogue|TestARecalledPublicationIsMarked|TestWhatIsAgreedIsFollowedUp|TestAFileThatIsRefused|TestAListIsOfferedToThoseWhoMayHaveIt|TestWhatIsWrongWithThePeriodsFormsStandsBesideItsField|TestATrailTooLongForAFileSaysSo|TestWhatIsRecommendedInTheRoomIsRecorded|TestTheRegisterOfEvidence|TestAnInstitutionOfManyCommitmentsShowsTheFirst|TestWorkbooksAreGivenOutInThreeLanguages|TestInstitutionsShowTheirPartAndTheirReporting|TestEveryLinkOfWhatIsAskedLeadsToAPage|TestNoOtherPublicationIsLearntByComparing|TestAnIndicatorIsDefinedAndItsSeriesBreaks|TestWhatChangedOfThePlanIsListedAsItIsCounted|TestWhatNoPageSendsIsRefused|TestWhatIsNotPublicLooksLikeNothingToStrangers|TestARecalledPublicationIsComparedByWhoAnswersForIt|TestWhatCannotBeComparedIsSaid|TestEveryNodeCountsWhatItsListHolds|TestAReportIsPreparedSignedAndRead|TestTheDialoguePageTellsTheBriefing|TestTheListOfPeopleIsFiltered|TestTheTrailIsFilteredAndPaged|TestItemsAreSplitMergedAndTheirAnswersLinkedAnew|TestAMatrixIsBroughtInFromItsPage|TestThePageOfAReportShowsWhatTheWholeReportTells|TestListsLeaveAsTheirFilterShowsThem|TestAReportTellsWhatWasKnownThen|TestAPublicationIsWholeOrNotThere|TestAFileIsGenuineToTheByte|TestAFileThatAnotherProgramSavedIsAltered|TestWhoSeesAPublication|TestARecordIsClearedByBothSides|TestWhatMayNotLeaveAnyMoreIsNotPublished|TestWhatLeavesOfADialogueHoldsNoInternalTextInAnyByte|TestKillLeavesAPublicationWholeOrPrepared|TestTheRulesSuggestAnAgenda|TestAChoiceIsKeptForItsOwner|TestTheCountedPapersAreListed|TestTheMonthsOfAReportEndInItsStatus|TestTheMonthsAreHistory|TestAnInstitutionShowsItsMoneyOfThePlan)$$
TURNS_AT := ./cmd/tracker ./internal/indicators ./internal/reports ./internal/reports/publications ./scripts/leakwalk

# Packages that start nothing beside anything, neither in code nor in tests: there is no race in them to be seen (docs/adr/0036).
ALONE := calendar chart files house i18n recommendations/classify recommendations/lineage recommendations/narrative recommendations/terms recommendations/wording reports/csv reports/data reports/forms reports/html reports/pdf reports/wording reports/xlsx sheet workbook/adopt workbook/lists workbook/matrix workbook/round workbook/template
ALONE_AT := $(addprefix ./internal/,$(ALONE)) ./scripts/testdb ./seeds ./seeds/large ./seeds/published
WATCHED_AT = $$($(GO) list ./... | grep -vxE 'tracker/(web$(subst $() ,,$(foreach p,$(ALONE_AT),|$(p:./%=%))))')

# The Python that has openpyxl: the one on the path, or the system's.
export TRACKER_TEST_PYTHON ?= $(shell python3 -c 'import openpyxl' 2>/dev/null && echo python3 || echo /usr/bin/python3)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 18

setup: ## install what the tests need (apt), or print the line that does
	@scripts/setup.sh

test: check unit soak ## format, vet, staticcheck, every test with the race detector on both databases, the browser test, the soak

check: format vet staticcheck ## the checks that run no test

format: ## fail when gofmt would change a file
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...

unit: ## every test with the race detector, on SQLite and PostgreSQL, and in the browser
	@scripts/setup.sh --check
	$(GO) run ./scripts/testdb $(MAKE) --no-print-directory tests

# Nobody debugs these binaries: without what debuggers read, linking takes two thirds as long. Memory is collected more seldom than usual,
# half as often where the detector keeps notes on all of it, and an eighth as often elsewhere, up to 2 GB.
ONCE := -vet=off -count=1 -timeout 30m -ldflags=-w

tests: # beside the databases that they begin with: first what is watched, the longest first; then the walks, beside what is done in turns or alone
	GOGC=200 GORACE=$(SHADOW) $(GO) test $(RACE) $(ONCE) -skip '$(WALKS)|$(TURNS)' ./web $(WATCHED_AT)
	export GOGC=800 GOMEMLIMIT=2GiB; \
	{ $(GO) test -p 1 $(ONCE) -run '$(TURNS)' $(TURNS_AT); took=$$?; $(GO) test $(ONCE) $(ALONE_AT) && exit $$took; } & \
	$(GO) test $(ONCE) -run '$(WALKS)|$(TURNS)' ./web; walked=$$?; wait $$! && exit $$walked

soak: ## two minutes of 100 requests a second, nine reads to one write, on a hundred times the demonstration (docs/adr/0037)
	$(GO) run ./scripts/soak -for 2m

bench: ## every benchmark, one package at a time
	@scripts/setup.sh --check
	$(GO) test -p 1 -run '^$$' -bench . -benchmem -timeout 60m ./...

compare: ## document and workbook against python3-reportlab and python3-xlsxwriter, whole processes
	@scripts/setup.sh --check
	$(GO) run ./scripts/compare

timing: ## whether the time of an answer tells who has an account (4 minutes)
	$(GO) run ./scripts/signintiming

leak-walk: ## every route of the demonstration as everybody, with every name there is: nothing may leak
	$(GO) run ./scripts/leakwalk

SAMPLE := docs/samples/lesotho-status-2021-11-08-DEMONSTRATION
samples: ## a document and a workbook of the demonstration, into docs/samples
	@mkdir -p $(dir $(SAMPLE)); data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && \
	$(GO) run ./cmd/tracker seed seeds/lesotho --data "$$data" && for form in pdf xlsx; do \
	$(GO) run ./cmd/tracker report status --data "$$data" --as-of 2021-11-08 --since 2021-06-30 -o $(SAMPLE).$$form || exit 1; done

screenshots: ## the pictures of the README and of the manual, into docs/screenshots and web/static/manual
	@scripts/setup.sh --check
	TRACKER_SCREENSHOTS=$(CURDIR) $(GO) test -count=1 -timeout 10m -run '^TestScreenshots' ./web/...

build: ## bin/tracker, static, for this machine
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)' -o bin/tracker ./cmd/tracker

reproducible: build ## the same again in another folder and without the build cache: the same bytes, and static
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && mkdir "$$dir/elsewhere" && git ls-files -z | xargs -0 cp --parents -t "$$dir/elsewhere" && \
	GOCACHE="$$dir/cache" $(MAKE) --no-print-directory -C "$$dir/elsewhere" build VERSION='$(VERSION)' && \
	sha256sum bin/tracker "$$dir/elsewhere/bin/tracker" && cmp bin/tracker "$$dir/elsewhere/bin/tracker" && \
	! readelf -l bin/tracker | grep -q INTERP && echo "The same, and static."

run: ## the Lesotho demonstration on this machine
	$(GO) run ./cmd/tracker demo

image: ## the container image
	docker build --build-arg VERSION=$(VERSION) -t action-plan-tracker .

sbom: ## what others wrote of the program, as CycloneDX, into bin/sbom.cdx.json
	@mkdir -p bin
	$(GO) run ./scripts/parts sbom '$(VERSION)' > bin/sbom.cdx.json

licences: ## the licences of what others wrote; fails on one that is not allowed
	$(GO) run ./scripts/parts licences

# GOVULNDB=file:///folder names a copy of the database, for a machine without the network.
vulnerabilities: ## known vulnerabilities in what is used (needs the network, or GOVULNDB=file:///folder)
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 $(if $(GOVULNDB),-db '$(GOVULNDB)') ./...

watched: ## the packages that are tested with the race detector
	@echo ./web $(WATCHED_AT)

alone: ## the packages that are tested without it, for nothing in them runs beside anything
	@echo $(ALONE_AT)

clean: ## remove what was built
	rm -rf bin

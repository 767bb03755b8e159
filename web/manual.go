package web

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/progress"
)

// The manual: a Markdown file a page, in a folder a language. See manual/README.md.
//
//go:embed manual/*/*.md
var manualFiles embed.FS

// Pages of the manual that are not of one role.
const (
	helpSigningIn = "signing_in" // open to people who are not signed in
	helpNever     = "what_not_to_write"
	helpRules     = "rules"
	helpWords     = "words"
	helpFigures   = "figures"
	helpDialogue  = "dialogue"
	helpLists     = "lists"
	helpWorkbook  = "workbook"
	helpPlan      = "plan"
)

// manualNames lists the pages of the manual in their order: one for each role, then those for everybody.
func manualNames() []string {
	var names []string
	for _, role := range accounts.Roles {
		names = append(names, string(role))
	}
	return append(names, helpSigningIn, helpNever, helpRules, helpFigures, helpDialogue, helpPlan, helpWorkbook, helpLists, helpWords)
}

// Manual is the manual in one language, read at start: any error in one of its pages stops the program there.
type Manual struct {
	pages map[string]manualPage
}

// manualPage is one page: a template that defines "lede" and "body", waiting for the facts of the instance.
type manualPage struct {
	Title    string
	Contents []Link // to its sections
	text     *template.Template
}

// manualFacts are the numbers that the manual names. They come from the settings and the code, never from the text.
type manualFacts struct {
	Contact                              string // whom to ask; may be empty
	DueSoonDays, StaleDays               int
	PasswordMin, LinkHours               int
	IdleMinutes, SessionHours, FormHours int
	Failures, FailureMinutes             int
	Papers, TextMax, Refusals            int
	FileEntries                          int // of the trail
}

// NewManual reads the manual of a language, with its pictures among the assets.
func NewManual(lang string, assets *Assets) (*Manual, error) {
	sub, err := fs.Sub(manualFiles, "manual/"+lang)
	if err != nil {
		return nil, fmt.Errorf("manual: %w", err)
	}
	return readManual(sub, assets.pictures)
}

// readManual reads the pages of a folder: all of them and no others, each filled once to see that it can be.
func readManual(files fs.FS, pictures map[string]picture) (*Manual, error) {
	m := &Manual{pages: map[string]manualPage{}}
	there, err := fs.Glob(files, "*.md")
	if err != nil {
		return nil, fmt.Errorf("manual: %w", err)
	}
	for _, name := range there {
		if !slices.Contains(manualNames(), strings.TrimSuffix(name, ".md")) {
			return nil, fmt.Errorf("manual: %s is no page of it", name)
		}
	}
	for _, name := range manualNames() {
		source, err := fs.ReadFile(files, name+".md")
		if err != nil {
			return nil, fmt.Errorf("manual: %w", err)
		}
		page, err := readManualPage(source, pictures)
		if err == nil {
			_, _, err = page.fill(manualFacts{})
		}
		if err != nil {
			return nil, fmt.Errorf("manual: %s.md: %w", name, err)
		}
		m.pages[name] = page
	}
	return m, nil
}

// fill puts the facts into a page.
func (p manualPage) fill(facts manualFacts) (lede, body template.HTML, err error) {
	for name, into := range map[string]*template.HTML{"lede": &lede, "body": &body} {
		var b strings.Builder
		if err := p.text.ExecuteTemplate(&b, name, facts); err != nil {
			return "", "", err
		}
		*into = template.HTML(b.String()) //nolint:gosec // of the program's own files, filled by html/template
	}
	return lede, body, nil
}

// factsFor are the facts of this instance.
func factsFor(set accounts.Settings) manualFacts {
	return manualFacts{Contact: set.Contact, DueSoonDays: set.DueSoonDays, StaleDays: set.StaleDays,
		PasswordMin: accounts.MinPassword, LinkHours: int(accounts.LinkLimit.Hours()),
		IdleMinutes: int(accounts.IdleLimit.Minutes()), SessionHours: int(accounts.SessionLimit.Hours()), FormHours: int(accounts.FormKept.Hours()),
		Failures: accounts.FailuresPerAccount, FailureMinutes: int(accounts.ThrottleWindow.Minutes()),
		Papers: maxPapers, TextMax: progress.MaxText, Refusals: audit.RefusalsPerMinute, FileEntries: audit.MostInFile}
}

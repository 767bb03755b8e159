package house

import (
	"slices"
	"strings"
	"testing"
)

// layers are the program's rooms, highest first. A package imports only from lines below its own.
// A sub-package that is not listed belongs to its parent's line.
var layers = [][]string{
	{"cmd/tracker"},
	{"web"},
	{"seeds", "internal/seed"},
	{"internal/reports", "internal/workbook"},
	{"internal/dialogues"},
	{"internal/indicators"},
	{"internal/progress"},
	{"internal/plan"},
	{"internal/recommendations"},
	{"internal/accounts"},
	{"internal/backup"},
	{"internal/audit", "internal/mail", "internal/jobs"},
	{"internal/sheet", "internal/chart", "internal/i18n", "internal/disclosure"},
	{"internal/files", "internal/keys", "internal/issuer"},
	{"internal/db"},
	{"internal/calendar"},
	{"internal/problem"},
}

// testOnly are packages that no built file may import.
var testOnly = []string{"internal/db/dbtest", "internal/issuer/issuertest", "internal/plan/plantest", "internal/reports/reportstest", "internal/sheet/peak", "internal/house", "seeds/large", "seeds/seedstest", "scripts/compare", "scripts/leakwalk", "scripts/parts", "scripts/signintiming", "scripts/soak", "scripts/testdb"}

// layerOf gives the line of a package and the listed package it belongs to; -1 when no line names it.
func layerOf(rel string) (int, string) {
	for name := rel; ; {
		for i, line := range layers {
			if slices.Contains(line, name) {
				return i, name
			}
		}
		cut := strings.LastIndexByte(name, '/')
		if cut < 0 {
			return -1, ""
		}
		name = name[:cut]
	}
}

func TestPackagesImportOnlyFromLowerLayers(t *testing.T) {
	for _, p := range packages(t) {
		if slices.Contains(testOnly, p.rel()) {
			continue
		}
		from, owner := layerOf(p.rel())
		if from < 0 {
			t.Errorf("%s stands in no layer: give it a line in layers_test.go and in the decision record", p.rel())
			continue
		}
		for _, imp := range p.Imports {
			rel, own := strings.CutPrefix(imp, module+"/")
			if !own {
				continue
			}
			if slices.Contains(testOnly, rel) {
				t.Errorf("%s imports %s, which is for tests only", p.rel(), rel)
				continue
			}
			if to, other := layerOf(rel); to <= from && other != owner {
				t.Errorf("%s (%s) imports %s, which does not stand below it", p.rel(), owner, rel)
			}
		}
	}
}

// modules says who may import each module that is not the standard library. A module that is not listed is refused.
// "once" means one package only, whichever it is; tests may import what they need.
var modules = map[string]struct {
	in   []string
	once bool
}{
	"github.com/labstack/echo/v4": {in: []string{"web"}},
	"gorm.io/gorm": {in: []string{
		"seeds", "internal/seed", "internal/reports", "internal/workbook", "internal/dialogues", "internal/indicators", "internal/progress", "internal/plan",
		"internal/recommendations", "internal/accounts", "internal/audit", "internal/mail", "internal/jobs", "internal/backup", "internal/db", "scripts/leakwalk",
	}},
	"gorm.io/driver/postgres":             {in: []string{"internal/db"}},
	"github.com/libtnb/sqlite":            {in: []string{"internal/db"}},
	"modernc.org/sqlite":                  {in: []string{"internal/db"}},
	"github.com/jackc/pgx/v5":             {in: []string{"internal/db"}},
	"github.com/pressly/goose/v3":         {in: []string{"internal/db"}},
	"github.com/go-pdf/fpdf":              {in: []string{"internal/reports"}, once: true},
	"github.com/xuri/excelize/v2":         {in: []string{"internal/reports", "internal/workbook", "internal/sheet"}},
	"github.com/alexedwards/argon2id":     {in: []string{"internal/accounts"}, once: true},
	"github.com/pquerna/otp":              {in: []string{"internal/accounts"}},
	"github.com/wneessen/go-mail":         {in: []string{"internal/mail"}, once: true},
	"github.com/caarlos0/env/v11":         {in: []string{"cmd/tracker"}, once: true},
	"go.yaml.in/yaml/v3":                  {in: []string{"seeds", "internal/seed", "internal/house"}},
	"github.com/yuin/goldmark":            {in: []string{"web"}, once: true},
	"github.com/coreos/go-oidc/v3":        {in: []string{"internal/issuer"}, once: true},
	"golang.org/x/oauth2":                 {in: []string{"internal/issuer"}, once: true},
	"github.com/zitadel/oidc/v3":          {in: []string{"internal/issuer"}, once: true}, // of issuertest: no program has it
	"github.com/go-jose/go-jose/v4":       {in: []string{"internal/issuer"}, once: true}, // of issuertest too
	"golang.org/x/text":                   {in: []string{"internal/accounts", "internal/sheet", "internal/i18n", "internal/plan", "internal/recommendations", "internal/db", "internal/reports"}},
	"golang.org/x/net":                    {in: []string{"internal/recommendations"}},
	"golang.org/x/crypto":                 {in: []string{"internal/accounts"}},
	"golang.org/x/sync":                   {in: []string{"web", "internal/accounts", "internal/jobs", "scripts/leakwalk"}},
	"golang.org/x/sys":                    {in: []string{"internal/db"}},
	"golang.org/x/time":                   {in: []string{"web"}, once: true},
	"github.com/prometheus/client_golang": {in: []string{"web"}, once: true},
	"github.com/boombuler/barcode":        {in: []string{"web"}, once: true},
	"github.com/klauspost/compress":       {in: []string{"web"}, once: true},
	"golang.org/x/mod":                    {in: []string{"internal/audit"}, once: true},
}

// moduleOf gives the listed module an import belongs to, "" when none does.
func moduleOf(imp string) string {
	for name := range modules {
		if imp == name || strings.HasPrefix(imp, name+"/") {
			return name
		}
	}
	return ""
}

func TestModulesAreImportedOnlyWhereTheTableSays(t *testing.T) {
	users := map[string][]string{}
	for _, p := range packages(t) {
		_, owner := layerOf(p.rel())
		if slices.Contains(testOnly, p.rel()) && owner == "" {
			owner = p.rel()
		}
		for _, imp := range p.Imports {
			if first, _, _ := strings.Cut(imp, "/"); first == module || !strings.Contains(first, ".") {
				continue // of this module, or the standard library
			}
			name := moduleOf(imp)
			if name == "" {
				t.Errorf("%s imports %s, which no line of the table allows", p.rel(), imp)
				continue
			}
			if !slices.Contains(modules[name].in, owner) {
				t.Errorf("%s imports %s; only %s may", p.rel(), imp, strings.Join(modules[name].in, ", "))
			}
			if !slices.Contains(users[name], p.rel()) {
				users[name] = append(users[name], p.rel())
			}
		}
	}
	for name, by := range users {
		if modules[name].once && len(by) > 1 {
			t.Errorf("%s has a single home, yet %s import it", name, strings.Join(by, ", "))
		}
	}
}

package house

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

// The patterns are put together here so that this file does not hold what it looks for.
var (
	machinePath = regexp.MustCompile(`(^|[^\w.~-])/(` + strings.Join([]string{"ro" + "ot", "wo" + "rk", "mn" + "t", "Us" + "ers"}, "|") +
		`)/[\w.]|/ho` + `me/[a-z]+/|/t` + `mp/[\w]+|[A-Z]:\\Us` + `ers`)
	registryHost = regexp.MustCompile(`"resolved": *"https?:|GOPROXY=` + `https?:|--registry[= ]https?:|(?m:^)deb https?:|--index` + `-url`)
	leftForLater = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b`)
	skippedTest  = regexp.MustCompile(`\.(Ski` + `p|Ski` + `pf|Ski` + `pNow)\(|testing\.Sho` + `rt\(`)
)

// others tells files that this project holds but did not write.
func others(name string) bool {
	return strings.Contains(name, ".min.") || strings.Contains(name, "/vendor/") || name == "LICENSE" || name == "go.sum"
}

// isText tells by its ending a file that people write.
func isText(name string) bool {
	switch path.Ext(name) {
	case ".go", ".md", ".sql", ".html", ".css", ".js", ".sh", ".yml", ".yaml", ".json", ".txt", ".txtar", ".csv", ".mod", "":
		return true
	}
	return false
}

func TestNoFileNamesAMachineOrARegistry(t *testing.T) {
	for _, name := range files(t) {
		if !isText(name) || others(name) {
			continue
		}
		text := read(t, name)
		for what, pattern := range map[string]*regexp.Regexp{"a path of a machine": machinePath, "a package registry": registryHost} {
			if at := pattern.FindStringIndex(text); at != nil {
				t.Errorf("%s:%d names %s: %q", name, 1+strings.Count(text[:at[0]], "\n"), what, text[at[0]:at[1]])
			}
		}
	}
}

func TestNothingIsLeftForLaterInTheCode(t *testing.T) {
	for _, name := range files(t) {
		switch path.Ext(name) {
		case ".go", ".sql", ".html", ".css", ".js", ".sh":
		default:
			continue
		}
		if others(name) {
			continue
		}
		text := read(t, name)
		if at := leftForLater.FindStringIndex(text); at != nil {
			t.Errorf("%s:%d leaves work for later", name, 1+strings.Count(text[:at[0]], "\n"))
		}
	}
}

// A skipped test hides that a database, a browser or a program is missing.
func TestNoTestSkips(t *testing.T) {
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".go") || others(name) {
			continue
		}
		text := read(t, name)
		if at := skippedTest.FindStringIndex(text); at != nil {
			t.Errorf("%s:%d can pass without running", name, 1+strings.Count(text[:at[0]], "\n"))
		}
	}
}

func TestThePatternsFindWhatTheyAreFor(t *testing.T) {
	for _, c := range []struct {
		pattern *regexp.Regexp
		text    string
		want    bool
	}{
		{machinePath, "cd /ro" + "ot/go", true},
		{machinePath, "open(/t" + "mp/x1)", true},
		{machinePath, "/ho" + "me/ana/src", true},
		{machinePath, "https://example.org/wo" + "rk/plan", false},
		{machinePath, "docs/wo" + "rk/plan.md", false},
		{registryHost, "--regis" + "try https://x", true},
		{leftForLater, "// TO" + "DO: later", true},
		{leftForLater, "the mastodon", false},
		{skippedTest, "t.Ski" + `p("no server")`, true},
		{skippedTest, "rows.Skipped()", false},
	} {
		if got := c.pattern.MatchString(c.text); got != c.want {
			t.Errorf("%q: found %v, want %v", c.text, got, c.want)
		}
	}
}

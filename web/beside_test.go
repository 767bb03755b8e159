package web

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"tracker/seeds/seedstest"
)

// The packages that write and read files have no tests under the race detector (docs/adr/0036): here they work beside themselves
// and each other, on one server, with what they share. A file comes out as it does alone.
func TestFilesAreWrittenAndReadBesideEachOther(t *testing.T) {
	s := demonstration.stage(t, seedstest.Lesotho.SQLite(t))
	var all sync.WaitGroup
	for _, p := range pages {
		path := p.path(s.sights)
		if form, _, _ := strings.Cut(path, "?"); !strings.HasSuffix(form, "pdf") && !strings.HasSuffix(form, "xlsx") && !strings.HasSuffix(form, "csv") && !strings.HasSuffix(form, "workbook") {
			continue
		}
		ask := func() *answer {
			v := *s.visitors[p.who]
			v.plain = true
			return v.get(path)
		}
		for range 2 {
			all.Go(func() {
				first, again := ask(), ask()
				if first.status != http.StatusOK || first.body != again.body {
					t.Errorf("%s answers %d and %d, with %d and %d bytes", path, first.status, again.status, len(first.body), len(again.body))
				}
			})
		}
	}
	for n := range 2 {
		plan, list := part{"file", fmt.Sprintf("plan-%d.csv", n), ministryPlan}, part{"file", fmt.Sprintf("list-%d.csv", n), "code,name\nMSD,Ministry of Care\n"}
		for what, sent := range map[string]part{"plan": plan, "list:commitments": plan, "list:recommendations": list} {
			all.Go(func() {
				v := *s.visitors["coordinator"]
				v.plain = true
				if a := v.sendFiles("/import", part{"what", "", what}, sent); a.status >= 500 {
					t.Errorf("a file sent as %s is answered with %d", what, a.status)
				}
			})
		}
	}
	all.Wait()
}

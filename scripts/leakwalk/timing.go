package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// timed are requests of a person for what is hidden from them: a query finds
// its name, and none is the same without anything there.
var timed = []struct{ email, path, name string }{
	{"focal.moh@tracker.example", "/updates/%s", "SELECT u.id FROM updates u JOIN institutions i ON i.id = u.institution_id WHERE u.state <> 'approved' AND i.code <> 'MOH' ORDER BY u.id LIMIT 1"},
	{"focal.moh@tracker.example", "/measurements/%s", "SELECT m.id FROM measurements m JOIN institutions i ON i.id = m.institution_id WHERE m.state <> 'approved' AND i.code <> 'MOH' ORDER BY m.id LIMIT 1"},
	{"focal.moh@tracker.example", "/jobs/%s", "SELECT j.id FROM jobs j JOIN people p ON p.id = j.person_id WHERE p.email <> 'focal.moh@tracker.example' ORDER BY j.id LIMIT 1"},
	{"focal.bds@tracker.example", "/commitments/%s", "SELECT c.ref FROM commitments c WHERE c.ref NOT LIKE '% %' LIMIT 1"},
	{"focal.bds@tracker.example", "/indicators/%s", "SELECT i.ref FROM indicators i JOIN indicator_definitions d ON d.indicator_id = i.id JOIN institutions o ON o.id = d.institution_id WHERE o.code <> 'BDS' ORDER BY i.id LIMIT 1"},
	{"partner.iom@tracker.example", "/publications/%s", "SELECT label FROM publications WHERE audience = 'internal' AND label <> '' LIMIT 1"},
}

// tries is how often each request is sent, the hidden and the missing in turn.
const tries = 200

// compareTimes prints the medians of the hidden and of the missing.
func compareTimes(ctx context.Context, s stage, cookies map[string]string, out io.Writer) error {
	for _, one := range timed {
		var name string
		if err := s.db.Read(ctx, func(tx *gorm.DB) error { return tx.Raw(one.name).Scan(&name).Error }); err != nil {
			return err
		}
		if name == "" {
			fmt.Fprintf(out, "%-20s nothing is hidden\n", one.path)
			continue
		}
		hidden, missing := fmt.Sprintf(one.path, strings.ReplaceAll(name, " ", "%20")), fmt.Sprintf(one.path, "987654321")
		var took [2][]time.Duration
		for range tries {
			for i, path := range []string{hidden, missing} {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.AddCookie(&http.Cookie{Name: "session", Value: cookies[one.email]})
				a, began := httptest.NewRecorder(), time.Now()
				s.server.Handler().ServeHTTP(a, r)
				took[i] = append(took[i], time.Since(began))
				if a.Code != http.StatusNotFound {
					return fmt.Errorf("%s answers %d", path, a.Code)
				}
			}
		}
		slices.Sort(took[0])
		slices.Sort(took[1])
		a, b := took[0][tries/2], took[1][tries/2]
		fmt.Fprintf(out, "%-20s hidden %s, missing %s: %+.1f%%\n", one.path, a.Round(time.Microsecond), b.Round(time.Microsecond), 100*(float64(a)/float64(b)-1))
	}
	return nil
}

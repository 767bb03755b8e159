package web

import (
	"net/http"
	"strings"
	"testing"

	"tracker/internal/accounts"
)

func TestReportLeavesAsPageAndFilesForReadersOfTheWholePlanOnly(t *testing.T) {
	h := newHouse(t, testDay)
	h.institution("MSC", "Secretariat", accounts.Government)
	h.institution("USE", "Embassy", accounts.PartnerOutside)
	h.institution("BDS", "Shelter", accounts.NonGovernment)
	coordinator := h.person("c@tracker.example", "MSC", accounts.Coordinator)
	coordinator.get("/reports").is(http.StatusOK)
	coordinator.get("/reports?as_of=30+Sep+2021").is(http.StatusOK)
	for path, magic := range map[string]string{"/reports/status.pdf": "%PDF-", "/reports/status.xlsx?as_of=2021-09-30": "PK"} {
		a := coordinator.get(path).is(http.StatusOK)
		if !strings.HasPrefix(a.body, magic) || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment; filename=") {
			t.Errorf("%s is no file: %v", path, a.header)
		}
	}
	for _, bad := range []string{"soon", "2031-01-01", "9999-12-31", "%00"} {
		a := coordinator.get("/reports?as_of=" + bad).is(http.StatusUnprocessableEntity)
		if !strings.Contains(a.body, `id="as_of-error"`) {
			t.Errorf("as_of=%s: no message beside the field", bad)
		}
	}
	for name, v := range map[string]*visitor{"partner": h.person("p@tracker.example", "USE", accounts.Partner), "shelter": h.person("n@tracker.example", "BDS", accounts.FocalPoint)} {
		for _, path := range []string{"/reports", "/reports/status.pdf", "/reports/status.xlsx"} {
			if a := v.get(path); a.status != http.StatusNotFound {
				t.Errorf("%s gets %d for %s", name, a.status, path)
			}
		}
	}
}

package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/issuer"
)

// described is an issuer that says no more than where it is: enough for pages
// and forms that lead there. Nobody comes back from it.
var described = sync.OnceValues(func() (*issuer.Issuer, error) {
	at := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" { // a browser that is led there stays where it is
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":"%[1]s/a","token_endpoint":"%[1]s/t","jwks_uri":"%[1]s/k"}`, at) //nolint:errcheck // the client is gone
	}))
	at = s.URL
	return issuer.New(issuer.Settings{Address: at, ClientID: "tracker", Name: "the ministry's directory", Return: "http://tracker.example" + IssuerReturn}, time.Now)
})

// askIssuer has the house know that issuer.
func (h *house) askIssuer(c accounts.Config) {
	c.Keys = testKeys(h.t)
	h.t.Helper()
	var err error
	c.Issuer, err = described()
	must(h.t, err)
	h.s.Accounts, err = accounts.New(h.db, h.clock, time.Now, c)
	must(h.t, err)
}

// identify links an identity to a person and gives its id.
func (h *house) identify(personID int64, subject string) (id int64) {
	h.t.Helper()
	known, err := described()
	must(h.t, err)
	h.write(func(tx *gorm.DB) error {
		own := accounts.Identity{Issuer: known.Address(), Subject: subject, PersonID: personID, LinkedAt: testDay.UTC()}
		err := tx.Create(&own).Error
		id = own.ID
		return err
	})
	return id
}

package seeds

import (
	"io/fs"
	"time"

	"tracker/internal/calendar"
)

// Publication is a report that was prepared and, by a second person, published.
// Package seeds/published publishes it: this one knows no report.
type Publication struct {
	AsOf        calendar.Date `yaml:"as_of"`
	Since       calendar.Date `yaml:"since"`
	Audience    string        `yaml:"audience"`
	Readers     []string      `yaml:"readers"` // codes of institutions
	Title       string        `yaml:"title"`
	PreparedBy  string        `yaml:"prepared_by"`
	PublishedBy string        `yaml:"published_by"` // empty: it waits for somebody
	Ratings     []Rating      `yaml:"ratings"`      // of partners, inside it
}

// Publications reads what a folder publishes, and the instant at which its
// clock starts.
func Publications(files fs.FS) ([]Publication, time.Time, error) {
	f, err := read(files)
	return f.publications, f.country.Clock, err
}

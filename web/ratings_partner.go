package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// partnerRatingsPage is what a publication lets a partner rate.
type partnerRatingsPage struct {
	Page
	Label, Heading string
	Period         string // empty where nothing can be rated
	What           string // of reports.RatingSubjects
	Tabs           []Link // the two subjects with their counts; the one shown has no address
	Rows           []partnerRatingRow
	Paging         Paging
}

// partnerRatingRow is one of the rows of it.
type partnerRatingRow struct {
	Ref, Subject string
	Mine         *progress.RatingTold
	Href         string // to rate it
}

// partnerRatingsSize is how many a page shows.
const partnerRatingsSize = 50

// partnerRatings answers GET /publications/:number/ratings.
func (s *Server) partnerRatings(c echo.Context) error {
	sheet, err := s.Publications.Ratings(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, readable(c.Param("number")))
	if err != nil {
		return err
	}
	title, path := s.t.Msg("ratings.yours"), publicationPath(sheet.Label, "ratings")
	p := partnerRatingsPage{Page: s.page(c, title, s.publicationCrumbs(sheet.Label, title)...), Label: sheet.Label, Heading: sheet.Title, Period: sheet.Period.Label, What: c.QueryParam("what")}
	if !slices.Contains(reports.RatingSubjects, p.What) {
		p.What = reports.RatingSubjects[0]
	}
	for _, what := range reports.RatingSubjects {
		rated, of := sheet.Count(what)
		tab := Link{Label: s.t.Msg("ratings.tab."+what, "n", rated, "of", of)}
		if what != p.What {
			tab.Href = partnerRatingsPath(sheet.Label, what)
		}
		p.Tabs = append(p.Tabs, tab)
	}
	for _, one := range sheet.Rows {
		if one.Subject != p.What {
			continue
		}
		row := partnerRatingRow{Ref: one.Ref, Subject: one.Title, Mine: one.Mine}
		if p.Period != "" {
			row.Href = publicationPath(sheet.Label, "ratings", one.Name)
		}
		p.Rows = append(p.Rows, row)
	}
	p.Paging = NewPaging(pageNumber(c), partnerRatingsSize, len(p.Rows), path, c.QueryParams())
	p.Rows = p.Rows[p.Paging.Offset():p.Paging.Last]
	return s.show(c, "ratings/partner_ratings", p)
}

// partnerRatePage is the form by which a partner rates one thing.
type partnerRatePage struct {
	Page
	Label, Ref, Subject, Period string
	Mine                        *progress.RatingTold
	Form                        ratingForm
	Name, Back                  string
}

// partnerRatePage finds what is to be rated.
func (s *Server) partnerRatePage(c echo.Context) (p partnerRatePage, err error) {
	sheet, err := s.Publications.Ratings(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, readable(c.Param("number")))
	if err != nil {
		return p, err
	}
	row, there := sheet.Row(readable(c.Param("row")))
	if !there || sheet.Period.ID == 0 {
		return p, problem.Missing()
	}
	p = partnerRatePage{Page: s.page(c, s.t.Msg("ratings.rate"), s.publicationCrumbs(sheet.Label, s.t.Msg("ratings.yours"), row.Ref)...), Label: sheet.Label, Ref: row.Ref, Subject: row.Title, Name: row.Name,
		Period: sheet.Period.Label, Mine: row.Mine, Back: partnerRatingsPath(sheet.Label, row.Subject)}
	p.Crumbs[len(p.Crumbs)-2].Href = p.Back
	p.Form = ratingForm{Values: s.scaleOptions(row.Scale, row.Mine != nil), Key: newKey()}
	if row.Mine != nil {
		p.Form.Value, p.Form.Reason = row.Mine.Value, row.Mine.Reason
	}
	return p, nil
}

// partnerRate answers GET /publications/:number/ratings/:row.
func (s *Server) partnerRate(c echo.Context) error {
	p, err := s.partnerRatePage(c)
	if err != nil {
		return err
	}
	return s.show(c, "ratings/partner_rate", p)
}

// partnerRateGive answers POST /publications/:number/ratings/:row. The page is
// read only to show the form again: reading it takes the whole publication.
func (s *Server) partnerRateGive(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	label := readable(c.Param("number"))
	subject, err := s.Publications.Rate(c.Request().Context(), actorOf(c), t.line("key"), settingsOf(c).CountryCode, label, readable(c.Param("row")), t.line("value"), t.text("reason"))
	if status, wrong, again := s.again(err, ratingFields...); again {
		p, e := s.partnerRatePage(c)
		if e != nil {
			return err
		}
		p.Form.Value, p.Form.Reason, p.Errors = t.line("value"), t.text("reason"), wrong
		return s.showAs(c, status, "ratings/partner_rate", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, partnerRatingsPath(label, subject), s.ratingDone(t.line("value")))
}

// partnerRatingsPath is the address of what a publication lets a partner rate
// of a subject.
func partnerRatingsPath(label, subject string) string {
	return publicationPath(label, "ratings") + "?what=" + subject
}

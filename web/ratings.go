package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// ratingFields are the fields of a rating, in the order of the form.
var ratingFields = []string{"period", "value", "reason"}

// ratingForm is a rating as typed.
type ratingForm struct {
	Period, Value, Reason string
	Values                []Option // the scale, and to take one's rating back
	Periods               []Option
	Key                   string
}

// ratingPage is how one thing is rated, and a form for who may rate it.
type ratingPage struct {
	Page
	Ref, Subject string // its reference and title
	Of           string // its own page
	Action       string
	Now          []progress.RatingTold
	Period       string // the period of Now
	Suggested    suggestedView
	All          []ratingLine
	MayRate      bool
	WholePlan    bool // the reader reads the list of all
	Form         ratingForm
}

// ratingLine is a rating in the table of all of them.
type ratingLine struct {
	progress.RatingTold
	InForce bool
}

// suggestedView is a suggestion with its rule in words.
type suggestedView struct{ Value, Rule string }

func (s *Server) suggestedView(one reports.Suggestion) suggestedView {
	if one.Rule == "" {
		return suggestedView{}
	}
	return suggestedView{one.Value, s.t.Msg("ratings.rule."+one.Rule, "n", one.N, "of", one.Of)}
}

// scaleOptions are the ratings of a scale as choices; withdraw adds taking
// one's rating back.
func (s *Server) scaleOptions(scale []string, withdraw bool) []Option {
	var list []Option
	for _, one := range scale {
		o := Option{Value: one, Label: s.ratingWord(one)}
		if key := "ratings.hint." + one; s.t.Has(key) {
			o.Hint = s.t.Msg(key)
		}
		list = append(list, o)
	}
	if withdraw {
		list = append(list, Option{Value: progress.RatingWithdrawn, Label: s.t.Msg("ratings.withdraw"), Hint: s.t.Msg("ratings.hint.withdrawn")})
	}
	return list
}

// ratingWord is a rating in words; those of a mechanism's own scale are words.
func (s *Server) ratingWord(value string) string {
	if key := "rating." + value; s.t.Has(key) {
		return s.t.Msg(key)
	}
	return value
}

// fillRatings puts what is known of the ratings into a page.
func (s *Server) fillRatings(actor accounts.Actor, p *ratingPage, f reports.RatingFile) {
	p.Now, p.Period, p.Suggested = f.Now(), f.Current().Label, s.suggestedView(f.Suggested)
	var inForce []int64
	for _, period := range f.Periods {
		p.Form.Periods = append(p.Form.Periods, Option{Value: itoa(period.ID), Label: period.Label})
		for _, r := range f.Of(period.ID) {
			inForce = append(inForce, r.ID)
		}
	}
	for _, r := range f.Ratings {
		p.All = append(p.All, ratingLine{r, slices.Contains(inForce, r.ID)})
	}
	p.WholePlan = actor.CanReadWholePlan()
	p.MayRate = f.Rater != "" && len(f.Periods) > 0
	mine := slices.ContainsFunc(f.Ratings, func(r progress.RatingTold) bool { return r.Rater == f.Rater && r.Value != progress.RatingWithdrawn })
	p.Form.Values, p.Form.Key = s.scaleOptions(f.Scale, mine), newKey()
	if p.Form.Period == "" {
		p.Form.Period = itoa(f.Current().ID)
	}
}

// ratedPage reads the page of the ratings of what an address names, and what a
// rating given there would judge.
type ratedPage func(c echo.Context) (ratingPage, progress.Rateable, error)

// commitmentRatings is the page of the ratings of a commitment.
func (s *Server) commitmentRatings(c echo.Context) (p ratingPage, on progress.Rateable, err error) {
	q := s.ledgerQuery(c)
	f, rated, err := s.Reports.RatedCommitment(c.Request().Context(), q, refOf(c))
	if err != nil {
		return p, on, err
	}
	title := s.t.Msg("ratings.title")
	p = ratingPage{Page: s.page(c, title, s.commitmentCrumbs(q.Actor, f.Path, f.Ref, title)...), Ref: f.Ref, Subject: f.Current.Title, Of: commitmentPath(f.Ref)}
	p.Action = p.Of + "/ratings"
	s.fillRatings(actorOf(c), &p, rated)
	return p, progress.Rateable{CommitmentID: f.ID}, nil
}

// recommendationRatings is the page of the ratings of a recommendation.
func (s *Server) recommendationRatings(c echo.Context) (p ratingPage, on progress.Rateable, err error) {
	r, err := s.recommendation(c)
	if err != nil {
		return p, on, err
	}
	title := s.t.Msg("ratings.title")
	p = ratingPage{Page: s.page(c, title, s.recommendationCrumbs(r, Crumb{Label: title})...), Ref: r.Row.Ref(), Subject: r.Row.Title, Of: recommendationPath(r.Row.ID)}
	p.Action = p.Of + "/ratings"
	s.fillRatings(actorOf(c), &p, r.Rating)
	return p, progress.Rateable{RecommendationID: r.Row.ID}, nil
}

// ratingShow answers GET on the ratings of one thing.
func (s *Server) ratingShow(of ratedPage) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, _, err := of(c)
		if err != nil {
			return err
		}
		return s.show(c, "ratings/rating_show", p)
	}
}

// ratingGive answers POST on the ratings of one thing.
func (s *Server) ratingGive(of ratedPage) echo.HandlerFunc {
	return func(c echo.Context) error {
		t, err := typedOf(c)
		if err != nil {
			return err
		}
		p, on, err := of(c)
		if err != nil {
			return err
		}
		err = s.Progress.Rate(c.Request().Context(), actorOf(c), t.line("key"), on,
			progress.RatingNew{PeriodID: t.number("period"), Value: t.line("value"), Reason: t.text("reason")})
		if status, wrong, again := s.again(err, ratingFields...); again {
			p.Form.Period, p.Form.Value, p.Form.Reason, p.Errors = t.line("period"), t.line("value"), t.text("reason"), wrong
			return s.showAs(c, status, "ratings/rating_show", p)
		}
		if err != nil {
			return err
		}
		return s.done(c, p.Action, s.ratingDone(t.line("value")))
	}
}

// ratingDone says what became of a rating.
func (s *Server) ratingDone(value string) string {
	if value == progress.RatingWithdrawn {
		return s.t.Msg("ratings.done.withdrawn")
	}
	return s.t.Msg("ratings.done", "rating", s.ratingWord(value))
}

// ratingEvents tells the ratings of a commitment in its story.
func (s *Server) ratingEvents(ref string, rated reports.RatingFile) (events []storyEvent) {
	for _, r := range rated.Ratings {
		key := "story.rated"
		if r.Value == progress.RatingWithdrawn {
			key = "story.rating_withdrawn"
		}
		who := r.Post
		if r.Rater == progress.ByPartner {
			who = r.InstitutionName
		}
		e := s.event(r.RatedAt, "note", "ink", who, s.t.Msg(key, "period", r.Period))
		e.Quote, e.Href = r.Reason, commitmentPath(ref)+"/ratings"
		if r.Value != progress.RatingWithdrawn {
			e.Rating = r.Value
		}
		events = append(events, e)
	}
	return events
}

// rating is the part of the table for ratings; a partner's stand in
// publications.
func (s *Server) rating() []route {
	return []route{
		{get, "/ratings", planReaders, s.ratingList},
		{get, "/commitments/:ref/ratings", planReaders, s.ratingShow(s.commitmentRatings)},
		{post, "/commitments/:ref/ratings", writers, s.ratingGive(s.commitmentRatings)},
		{get, "/recommendations/:id/ratings", planReaders, s.ratingShow(s.recommendationRatings)},
		{post, "/recommendations/:id/ratings", writers, s.ratingGive(s.recommendationRatings)},
		{get, "/publications/:number/ratings", partner, s.partnerRatings},
		{get, "/publications/:number/ratings/:row", partner, s.partnerRate},
		{post, "/publications/:number/ratings/:row", partner, s.partnerRateGive},
	}
}

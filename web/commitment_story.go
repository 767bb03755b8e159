package web

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// storyEvent is an entry of the timeline with the instant that orders it.
type storyEvent struct {
	at time.Time
	TimelineEntry
}

// story is everything that happened to a commitment, newest first, under the
// names of the months.
func (s *Server) story(today calendar.Date, f reports.CommitmentFile, rated reports.RatingFile) []TimelineEntry {
	var events []storyEvent
	for _, u := range f.Updates {
		events = append(events, s.updateEvents(u)...)
	}
	events = append(events, s.revisionEvents(f)...)
	events = append(events, s.answerEvents(f)...)
	events = append(events, s.ratingEvents(f.Ref, rated)...)
	events = append(events, s.deadlineEvents(today, f)...)
	slices.SortStableFunc(events, func(a, b storyEvent) int { return b.at.Compare(a.at) })
	var entries []TimelineEntry
	month := ""
	for _, e := range events {
		if m := s.t.MonthYear(e.On); m != month {
			month = m
			entries = append(entries, TimelineEntry{Month: m})
		}
		entries = append(entries, e.TimelineEntry)
	}
	return entries
}

// event begins an entry for something that a person did at an instant.
func (s *Server) event(at time.Time, mark, tone, who, text string) storyEvent {
	return storyEvent{at, TimelineEntry{Mark: mark, Tone: tone, Who: who, On: s.Clock.DayOf(at), Text: text}}
}

// said is what an update says in its writer's words.
func (s *Server) said(done, noProgress string) string {
	if noProgress != "" {
		return s.t.Msg("updates.no_progress_because", "text", noProgress)
	}
	return done
}

// updateEvents tells an update: its draft, each time it was sent, what came
// back and the approval.
func (s *Server) updateEvents(u progress.Told) []storyEvent {
	kind, href := string(u.Kind), "/updates/"+itoa(u.ID)
	writer := u.DraftedBy + ", " + u.InstitutionName
	if u.OnBehalf {
		writer = s.t.Msg("story.on_behalf", "post", u.DraftedBy, "institution", u.InstitutionName)
	}
	var events []storyEvent
	if u.State == progress.Draft {
		e := s.event(u.DraftedAt, "draft", "idle", writer, s.t.Msg("story.draft."+kind, "date", u.AsOf))
		e.Href, e.Review, e.Quote = href, string(u.State), s.said(u.Done, u.NoProgress)
		events = append(events, e)
	}
	sent := 0
	for _, d := range u.Decisions {
		var e storyEvent
		switch d.Kind {
		case progress.Submitted:
			sent++
			if sent > 1 {
				e = s.event(d.At, "submitted", "submitted", writer, s.t.Msg("story.again."+kind, "date", u.AsOf))
				break
			}
			e = s.event(d.At, "submitted", "submitted", writer, s.t.Msg("story.sent."+kind, "date", u.AsOf))
			s.tellSent(&e, u)
		case progress.Returned:
			e = s.event(d.At, "returned", "returned", d.Post, s.t.Msg("story.returned."+kind, "date", u.AsOf))
			e.Quote = d.Reason
		case progress.Approved:
			e = s.event(d.At, "approved", "approved", d.Post, s.t.Msg("story.approved."+kind, "date", u.AsOf))
			e.Status = string(u.Status)
			if u.OwnInstitution {
				e.Note = s.t.Msg("story.own_institution")
			}
		}
		e.Href = href
		events = append(events, e)
	}
	return append(events, s.verdictEvents(u)...)
}

// tellSent adds to the first sending what the update says.
func (s *Server) tellSent(e *storyEvent, u progress.Told) {
	e.Quote, e.Status = s.said(u.Done, u.NoProgress), string(u.Status)
	if u.State != progress.Approved {
		e.Review = string(u.State)
	}
	if u.Late {
		e.Flag, e.Days = "late", u.LateDays()
	}
	e.Marks = s.standing(u.Addendum(), u.CorrectsID != nil, u.SupersededBy != 0)
	if len(u.Evidence) > 0 {
		e.Proof = "evidenced"
	}
	for _, paper := range u.Evidence {
		if paper.File == nil || paper.File.QuarantinedAt == nil {
			e.Links = append(e.Links, Link{Label: paper.Title, Href: paperHref(paper)})
		}
	}
	switch {
	case u.SupersededBy != 0:
		e.Note = s.t.Msg("story.superseded")
	case u.CorrectsID != nil:
		e.Note = s.t.Msg("story.corrects")
	}
}

// standing are the words about an update that stand beside Late in lists.
func (s *Server) standing(addendum, correction, corrected bool) (words []string) {
	mark := func(is bool, word string) {
		if is {
			words = append(words, word)
		}
	}
	mark(addendum, s.t.Msg("review.addendum"))
	mark(correction, s.t.Msg("review.correction"))
	mark(corrected, s.t.Msg("review.corrected"))
	return words
}

// revisionEvents tells how the plan of the commitment came and changed. A
// revision that a transfer made is told as that transfer.
func (s *Server) revisionEvents(f reports.CommitmentFile) []storyEvent {
	var events []storyEvent
	moved := map[time.Time]bool{}
	for _, t := range f.Transfers {
		text := s.t.Msg("story.transfer."+t.Part, "from", f.Institutions[t.FromID].Short, "to", f.Institutions[t.ToID].Short, "date", t.EffectiveOn)
		e := s.event(t.RecordedAt, "submitted", "ink", s.poster(f, t.RecordedByID), text)
		e.Quote = t.Reason
		events = append(events, e)
		moved[t.RecordedAt.UTC()] = true
	}
	for i, r := range f.History {
		who := s.poster(f, r.RecordedByID)
		if i == 0 {
			e := s.event(r.RecordedAt, "plus", "ink", who, s.t.Msg("story.added"))
			e.Quote = r.Reason
			events = append(events, e)
			continue
		}
		if moved[r.RecordedAt.UTC()] && onlyInstitutions(r.Changed) {
			continue
		}
		e := s.event(r.RecordedAt, "note", "ink", who, s.t.Msg("story.changed"))
		if r.EffectiveOn != e.On {
			e.Text = s.t.Msg("story.changed_from", "date", r.EffectiveOn)
		}
		e.Quote, e.Changes = r.Reason, s.changes(f, r.Changed)
		events = append(events, e)
	}
	return events
}

func onlyInstitutions(list []plan.Difference) bool {
	return !slices.ContainsFunc(list, func(d plan.Difference) bool { return d.Field != "lead" && d.Field != "supporting" })
}

// poster is the post of who changed the plan; the command line has none.
func (s *Server) poster(f reports.CommitmentFile, id *int64) string {
	if id == nil || f.Posts[*id] == "" {
		return s.t.Msg("story.command_line")
	}
	return f.Posts[*id]
}

var isoDay = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)

// changes puts the differences of a revision into the words of the pages.
func (s *Server) changes(f reports.CommitmentFile, list []plan.Difference) []Change {
	codes := map[string]string{}
	for _, i := range f.Institutions {
		codes[i.Code] = i.Short
	}
	out := make([]Change, len(list))
	for i, d := range list {
		write := func(text string) string { return s.inWords(d.Field, text, codes) }
		out[i] = Change{Field: s.t.Msg("commitments.field." + d.Field), Old: write(d.Old), New: write(d.New)}
	}
	return out
}

// inWords writes one side of a difference: days and institutions as pages
// show them.
func (s *Server) inWords(field, text string, codes map[string]string) string {
	each := func(word func(string) string) string {
		parts := strings.Split(text, "; ")
		for i, part := range parts {
			parts[i] = word(part)
		}
		return strings.Join(parts, "; ")
	}
	switch {
	case text == "":
		return ""
	case field == "lead" || field == "supporting":
		return each(func(code string) string { return codes[code] })
	case field == "themes":
		return each(func(theme string) string { return s.t.Msg("theme." + theme) })
	case field == "share":
		return s.t.Msg("audience." + text)
	}
	return isoDay.ReplaceAllStringFunc(text, func(day string) string {
		d, err := calendar.Parse(day)
		if err != nil {
			return day
		}
		return s.t.ShortDate(d)
	})
}

// answerEvents tells when the commitment was linked to what is asked, and when
// that ended.
func (s *Server) answerEvents(f reports.CommitmentFile) []storyEvent {
	var events []storyEvent
	for _, a := range f.CommitmentPage.Answers {
		item, known := f.Items[a.ItemID]
		if !known {
			continue
		}
		e := s.event(a.LinkedAt, "plus", "ink", s.poster(f, a.LinkedByID), s.t.Msg("story.linked", "ref", item.Ref()))
		e.Quote = a.Reason
		events = append(events, e)
		if a.EndedAt != nil {
			e := s.event(*a.EndedAt, "cancel", "idle", s.poster(f, a.EndedByID), s.t.Msg("story.ended", "ref", item.Ref()))
			e.Quote = a.EndedReason
			events = append(events, e)
		}
	}
	return events
}

// deadlineEvents tells which days passed without what was due on them.
func (s *Server) deadlineEvents(today calendar.Date, f reports.CommitmentFile) []storyEvent {
	var events []storyEvent
	add := func(on calendar.Date, text, flag string) *storyEvent {
		// The day is over when the deadline has passed: it comes after all that was done on it.
		at := time.Date(on.Year(), on.Month(), on.Day(), 23, 59, 59, 0, s.Clock.Zone())
		e := s.event(at, "flag", "off", s.t.Msg("story.deadline"), text)
		e.Flag = flag
		events = append(events, e)
		return &events[len(events)-1]
	}
	for _, m := range f.Missed {
		e := add(m.DueOn, s.t.Msg("story.missed", "from", m.CoversFrom, "to", m.CoversTo), "not_reported")
		if m.Late > 0 {
			e.Flag, e.Note = "late", s.t.Msg("story.came_late", "n", m.Late)
		}
	}
	if f.Line.Overdue > 0 {
		add(f.Current.DueOn, s.t.Msg("story.overdue"), "overdue")
	}
	for i, m := range f.Current.Milestones {
		done, there := f.MilestonesDone[i+1]
		if !m.DueOn.Before(today) || there && !done.After(m.DueOn) || !there && f.Line.Status.Closed() {
			continue
		}
		e := add(m.DueOn, s.t.Msg("story.milestone", "n", i+1, "title", m.Title), "")
		if there {
			e.Note = s.t.Msg("story.milestone_later", "date", done)
		}
	}
	return events
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// nodeAnchor is the id of a node's place on the page of the framework.
func nodeAnchor(id int64) string { return "node-" + itoa(id) }

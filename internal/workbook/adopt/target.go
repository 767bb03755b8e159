package adopt

import (
	"errors"
	"slices"
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/workbook"
)

// target is where the matrix goes: a framework that is there or is to be made,
// and what its activities are.
type target struct {
	framework plan.Framework // ID 0 where it is to be made
	origin    plan.Origin
}

// made is the answer that something new is to be made.
const made = "new"

// where asks into which framework the matrix goes. Nothing is taken before a
// person has said it.
func (t *taking) where() error {
	frameworks, err := plan.Frameworks(t.tx, t.in.Country)
	if err != nil {
		return err
	}
	q := workbook.Question{ID: "target", Group: "target"}
	for _, f := range frameworks {
		q.Options = append(q.Options, workbook.Option{Value: f.Code, Label: f.Code + ", " + f.ShortName})
	}
	q.Options = append(q.Options, workbook.Option{Value: made, Key: "target.new"})
	proposed, err := t.likely(frameworks)
	if err != nil {
		return err
	}
	answer, given := t.chosen(q, proposed)
	q.Answer, q.Open = answer, !given
	if i := slices.IndexFunc(frameworks, func(f plan.Framework) bool { return f.Code == answer }); i >= 0 {
		t.target.framework = frameworks[i]
	} else {
		t.newFramework(&q, frameworks)
	}
	for _, id := range []string{"code", "title", "short_name", "starts_on", "ends_on"} {
		if !slices.ContainsFunc(q.Fields, func(f workbook.Field) bool { return f.ID == "target."+id }) {
			q.Fields = append(q.Fields, workbook.Field{ID: "target." + id, Key: "framework." + id, With: made, Value: t.in.Answers["target."+id]})
		}
	}
	t.out.Questions = slices.Insert(t.out.Questions, 0, q)
	t.askOrigin()
	return nil
}

// likely is the code of the framework that has most of the tree's numbers with
// their titles already, two at least and more than half of them; else a new one is proposed.
func (t *taking) likely(frameworks []plan.Framework) (string, error) {
	nodes, err := plan.Nodes(t.tx, t.in.Country)
	if err != nil {
		return "", err
	}
	titles, said := map[int64]map[string]bool{}, map[string]bool{}
	for _, n := range nodes {
		if titles[n.FrameworkID] == nil {
			titles[n.FrameworkID] = map[string]bool{}
		}
		titles[n.FrameworkID][plan.Fold(n.Title)] = true
	}
	for _, table := range t.read.Tables {
		for _, row := range table.Rows {
			for _, s := range row.Path {
				said[plan.Fold(cut(cmpOr(s.Title, s.Number), mostTitle))] = true
			}
		}
	}
	code, most := made, max(1, len(said)/2)
	for _, f := range frameworks {
		n := 0
		for title := range said {
			if titles[f.ID][title] {
				n++
			}
		}
		if n > most {
			code, most = f.Code, n
		}
	}
	return code, nil
}

// askOrigin asks what the activities are. Those of a framework hang on its
// tree: of a matrix without one they are a ministry's own.
func (t *taking) askOrigin() {
	q := workbook.Question{ID: "origin", Group: "target"}
	proposed := plan.FromFramework
	for _, table := range t.read.Tables {
		for _, r := range table.Rows {
			if len(r.Path) == 0 {
				proposed = plan.FromMinistry
			}
		}
	}
	for _, o := range []plan.Origin{plan.FromFramework, plan.FromMinistry, plan.FromActionPlan} {
		q.Options = append(q.Options, workbook.Option{Value: string(o), Key: "origin." + string(o)})
	}
	q.Answer, _ = t.chosen(q, string(proposed))
	t.target.origin = plan.Origin(q.Answer)
	t.out.Questions = slices.Insert(t.out.Questions, 1, q)
}

// newFramework reads what is said of a framework to be made, and asks for what
// is missing.
func (t *taking) newFramework(q *workbook.Question, there []plan.Framework) {
	a := t.in.Answers
	text := func(id string) string { return strings.TrimSpace(a["target."+id]) }
	f := plan.Framework{Country: t.in.Country, Code: strings.ToUpper(text("code")), Title: text("title"), ShortName: text("short_name"), Basis: plan.FrameworkBases[0]}
	wrong := map[string]problem.Message{}
	for id, to := range map[string]*calendar.Date{"starts_on": &f.StartsOn, "ends_on": &f.EndsOn} {
		day, err := calendar.ParseHuman(text(id))
		if err != nil && text(id) != "" {
			wrong[id] = problem.Message{Key: "problem.date"}
		}
		*to = day
	}
	if slices.ContainsFunc(there, func(have plan.Framework) bool { return have.Code == f.Code }) {
		wrong["code"] = problem.Message{Key: "plan.error.framework_there"}
	}
	var p *problem.Error
	if err := f.Check(); errors.As(err, &p) {
		for id, message := range p.Fields {
			if _, have := wrong[id]; !have {
				wrong[id] = message
			}
		}
	}
	q.Open = q.Open || len(wrong) > 0
	for _, id := range []string{"code", "title", "short_name", "starts_on", "ends_on"} {
		field := workbook.Field{ID: "target." + id, Key: "framework." + id, With: made, Value: a["target."+id]}
		if w, is := wrong[id]; is && t.in.Answers["target"] == made {
			field.Wrong = &w
		}
		q.Fields = append(q.Fields, field)
	}
	if f.Code == "" {
		f.Code = "PLAN"
	}
	t.target.framework = f
}

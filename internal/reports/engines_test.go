package reports_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/seeds"
)

// demonstration is the Lesotho demonstration in one database, on its own day.
type demonstration struct {
	t               *testing.T
	reports         *reports.Store
	plan            *plan.Store
	recommendations *recommendations.Store
	progress        *progress.Store
	dialogues       *dialogues.Store
	day             calendar.Date

	commitments, updates, asked, institutions []int64
	refs, codes                               []string
}

// reading asks one question for somebody: with every id or reference that
// there is, where the question is about one thing.
type reading func(d *demonstration, a accounts.Actor) []any

// readings are the exported methods that read, by store.
var readings = map[string]map[string]reading{
	"reports": {
		"Watch": func(d *demonstration, _ accounts.Actor) []any {
			w, err := d.reports.Watch(d.t.Context())
			return []any{w, err}
		},
		"SuggestAgenda": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) {
				return d.reports.SuggestAgenda(d.t.Context(), q, q.D.AddDays(-130))
			})
		},
		"Ledger": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) { return d.reports.Ledger(d.t.Context(), q) })
		},
		"Overview": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) { return d.reports.Overview(d.t.Context(), q) })
		},
		"Desk": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) { return d.reports.Desk(d.t.Context(), q) })
		},
		"Compare": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) {
				return d.reports.Compare(d.t.Context(), reports.ComparisonQuery{Query: q, From: q.D.AddDays(-60), Zone: time.UTC, By: reports.GroupedByRecommendation})
			})
		},
		"Money": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) {
				return d.reports.Money(d.t.Context(), reports.MoneyQuery{Query: q, By: reports.MoneyByInstitution})
			})
		},
		"Coverage": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) { return d.reports.Coverage(d.t.Context(), q, "TIP 2021", "") })
		},
		"Editions": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) { return d.reports.Editions(d.t.Context(), q) })
		},
		"InstitutionList": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) { return d.reports.InstitutionList(d.t.Context(), q) })
		},
		"Discipline": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) { return d.reports.Discipline(d.t.Context(), q, "", "") })
		},
		"PeriodList": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) { return d.reports.PeriodList(d.t.Context(), q) })
		},
		"Opening": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) { return d.reports.Opening(d.t.Context(), q) })
		},
		"Status": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) {
				return d.reports.Status(d.t.Context(), reports.About{Country: "LS"}, reports.StatusQuery{Query: q, Since: calendar.MustParse("2021-07-01")})
			})
		},
		"Size": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) {
				sizes := map[string]int{}
				for _, scope := range []reports.Scope{{}, {Institutions: []string{"MSD"}}, {Institutions: []string{"MOH", "MOET"}}, {Institutions: []string{"MHA"}, Nodes: []string{"3"}}, {Institutions: []string{"none"}}} {
					n, err := d.reports.Size(d.t.Context(), reports.StatusQuery{Query: q, Scope: scope})
					sizes[fmt.Sprintf("%v: %v", scope, err)] = n
				}
				return sizes, nil
			})
		},
		"Scopes": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) { return d.reports.Scopes(d.t.Context(), q) })
		},
		"Differences": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) {
				return d.reports.Differences(d.t.Context(), q, reports.RatingFilter{Show: reports.RatingsAll})
			})
		},
		"RatingsTold": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) {
				all, err := d.reports.Differences(d.t.Context(), q, reports.RatingFilter{Show: reports.RatingsGiven})
				if err != nil {
					return nil, err
				}
				return d.reports.RatingsTold(d.t.Context(), q, all.Rows)
			})
		},
		"Evidence": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) {
				return d.reports.Evidence(d.t.Context(), q, reports.EvidenceFilter{Sort: "-dated"})
			})
		},
		"Choices": func(d *demonstration, a accounts.Actor) []any {
			list, err := d.reports.Choices(d.t.Context(), a)
			return []any{answer(list, err)}
		},
		"Pack": func(d *demonstration, a accounts.Actor) (answers []any) {
			for _, pack := range dialogues.Packs {
				answers = append(answers, both(d, a, func(q reports.Query) (any, error) {
					return d.reports.Pack(d.t.Context(), reports.About{Country: "LS"}, q, 1, pack)
				})...)
			}
			return answers
		},
		"Briefing": func(d *demonstration, a accounts.Actor) []any {
			return both(d, a, func(q reports.Query) (any, error) {
				return d.reports.Briefing(d.t.Context(), reports.About{Country: "LS"}, q, 1)
			})
		},
		"Commitments": func(d *demonstration, a accounts.Actor) []any {
			var out []any
			for _, f := range []reports.Filter{{}, {Words: "procedures"}, {Words: "100%"}, {Institution: "MSD", Sort: "-due"}, {Flags: []reports.Flag{reports.FlagOverdue}, Sort: "lead"}, {Answers: "none"}} {
				_, chosen, err := d.reports.Commitments(d.t.Context(), d.query(a, true), f)
				out = append(out, answer(chosen, err))
			}
			return out
		},
		"Commitment": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.refs, func(ref string) (any, error) { return d.reports.Commitment(d.t.Context(), d.query(a, true), ref) })
		},
		"RatedCommitment": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.refs, func(ref string) (any, error) {
				_, r, err := d.reports.RatedCommitment(d.t.Context(), d.query(a, true), ref)
				return r, err
			})
		},
		"Recommendation": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.asked, func(id int64) (any, error) { return d.reports.Recommendation(d.t.Context(), d.query(a, true), id) })
		},
		"RecommendationSince": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.asked, func(id int64) (any, error) {
				return d.reports.RecommendationSince(d.t.Context(), d.query(a, true), id, d.day.AddDays(-90))
			})
		},
		"Institution": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.codes, func(code string) (any, error) { return d.reports.Institution(d.t.Context(), d.query(a, true), code) })
		},
	},
	"plan": {
		"Frameworks":  func(d *demonstration, a accounts.Actor) []any { return one(d.plan.Frameworks(d.t.Context(), a, "LS")) },
		"Commitments": func(d *demonstration, a accounts.Actor) []any { return one(d.plan.Commitments(d.t.Context(), a)) },
		"Commitment": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.refs, func(ref string) (any, error) { return d.plan.Commitment(d.t.Context(), a, ref) })
		},
		"Parts": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.institutions, func(id int64) (any, error) { return d.plan.Parts(d.t.Context(), a, id, d.day) })
		},
	},
	"recommendations": {
		"Mechanisms": func(d *demonstration, a accounts.Actor) []any {
			return one(d.recommendations.Mechanisms(d.t.Context(), a))
		},
		"Mechanism": func(d *demonstration, a accounts.Actor) []any {
			return one(d.recommendations.Mechanism(d.t.Context(), a, "TIP"))
		},
		"Editions": func(d *demonstration, a accounts.Actor) []any {
			return one(d.recommendations.Editions(d.t.Context(), a, "LS", d.day))
		},
		"Items": func(d *demonstration, a accounts.Actor) []any {
			return one(d.recommendations.Items(d.t.Context(), a, "LS", d.day))
		},
		"Edition": func(d *demonstration, a accounts.Actor) []any {
			return every(a, []int{2019, 2020, 2021, 2022, 2023}, func(year int) (any, error) {
				return d.recommendations.Edition(d.t.Context(), a, "LS", "TIP", year, d.day)
			})
		},
		"Lineage": func(d *demonstration, a accounts.Actor) []any {
			return every(a, []int{2018, 2019, 2021}, func(year int) (any, error) {
				return d.recommendations.Lineage(d.t.Context(), a, "LS", "TIP", year, d.day)
			})
		},
		"Classification": func(d *demonstration, a accounts.Actor) []any {
			return every(a, []int{2018, 2021}, func(year int) (any, error) {
				return d.recommendations.Classification(d.t.Context(), a, "LS", "TIP", year, d.day)
			})
		},
		"Recommendation": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.asked, func(id int64) (any, error) {
				r, items, err := d.recommendations.Recommendation(d.t.Context(), a, "LS", id, d.day)
				return []any{r, items}, err
			})
		},
	},
	"dialogues": {
		"All": func(d *demonstration, a accounts.Actor) []any { return one(d.dialogues.All(d.t.Context(), a, "LS")) },
		"Dialogue": func(d *demonstration, a accounts.Actor) []any {
			talk, agenda, err := d.dialogues.Dialogue(d.t.Context(), a, "LS", 1)
			return one([]any{talk, agenda}, err)
		},
		"Next": func(d *demonstration, a accounts.Actor) []any {
			next, found, err := d.dialogues.Next(d.t.Context(), a, "LS", d.day)
			return one([]any{next, found}, err)
		},
		"NextRef": func(d *demonstration, a accounts.Actor) []any {
			return one(d.dialogues.NextRef(d.t.Context(), a, "LS"))
		},
		"OriginOf": func(d *demonstration, a accounts.Actor) []any {
			var all []any
			for _, id := range d.commitments {
				origin, found, err := d.dialogues.OriginOf(d.t.Context(), a, id)
				all = append(all, one([]any{origin, found}, err)...)
			}
			return all
		},
		"MadeIn": func(d *demonstration, a accounts.Actor) []any {
			var all []any
			for _, id := range d.asked {
				origin, found, err := d.dialogues.MadeIn(d.t.Context(), a, id)
				all = append(all, one([]any{origin, found}, err)...)
			}
			return all
		},
		"Parts": func(d *demonstration, a accounts.Actor) []any {
			return one(d.dialogues.Parts(d.t.Context(), a, "LS", 1))
		},
		"Undertakings": func(d *demonstration, a accounts.Actor) []any {
			return one(d.dialogues.Undertakings(d.t.Context(), a, "LS"))
		},
		"Undertaking": func(d *demonstration, a accounts.Actor) []any {
			return one(d.dialogues.Undertaking(d.t.Context(), a, "LS", 1))
		},
		"History": func(d *demonstration, a accounts.Actor) []any {
			list, err := d.dialogues.History(d.t.Context(), a, "LS", 1, 1)
			return []any{list, err}
		},
		"LastBefore": func(d *demonstration, a accounts.Actor) []any {
			last, found, err := d.dialogues.LastBefore(d.t.Context(), a, "LS", d.day.AddDays(30))
			return one([]any{last, found}, err)
		},
	},
	"progress": {
		"Periods": func(d *demonstration, a accounts.Actor) []any { return one(d.progress.Periods(d.t.Context(), "LS")) },
		"Review":  func(d *demonstration, a accounts.Actor) []any { return one(d.progress.Review(d.t.Context(), a, "LS")) },
		"ToClear": func(d *demonstration, a accounts.Actor) []any { return one(d.progress.ToClear(d.t.Context(), a, "LS")) },
		"ClearedBy": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.institutions, func(id int64) (any, error) { return d.progress.ClearedBy(d.t.Context(), a, id) })
		},
		"OpenRequests": func(d *demonstration, a accounts.Actor) []any {
			return one(d.progress.OpenRequests(d.t.Context(), a, "LS"))
		},
		"DataRequest": func(d *demonstration, a accounts.Actor) []any {
			return every(a, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, func(id int64) (any, error) { return d.progress.DataRequest(d.t.Context(), a, "LS", id) })
		},
		"Ahead": func(d *demonstration, a accounts.Actor) []any {
			return one(d.progress.Ahead(d.t.Context(), a, "LS", 9))
		},
		"Front": func(d *demonstration, a accounts.Actor) []any {
			return one(d.progress.Front(d.t.Context(), a, "LS", 1, 9, 2))
		},
		"PlaceOf": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.updates, func(id int64) (any, error) { return d.progress.PlaceOf(d.t.Context(), a, id) })
		},
		"Undecided": func(d *demonstration, a accounts.Actor) (list []any) {
			periods, err := d.progress.Periods(d.t.Context(), "LS")
			for _, p := range periods {
				for _, due := range p.Deadlines {
					waiting, back, refused := d.progress.Undecided(d.t.Context(), a, due)
					list = append(list, one([]any{due.Title, waiting, back}, errors.Join(err, refused))...)
				}
			}
			return list
		},
		"Update": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.updates, func(id int64) (any, error) { return d.progress.Update(d.t.Context(), a, "LS", id) })
		},
		"Open": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.updates, func(id int64) (any, error) {
				u, err := d.progress.Update(d.t.Context(), a, "LS", id)
				var contents []string
				for _, e := range u.Evidence {
					if e.File == nil || err != nil {
						continue
					}
					f, refused := d.progress.Open(d.t.Context(), a, id, e.ID)
					if refused != nil {
						return nil, refused
					}
					b, unread := io.ReadAll(f)
					contents, err = append(contents, f.Name, string(b)), errors.Join(unread, f.Close())
				}
				return contents, err
			})
		},
		"Room": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.institutions, func(id int64) (any, error) { return d.progress.Room(d.t.Context(), id) })
		},
		"OfCommitment": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.commitments, func(id int64) (any, error) { return d.progress.OfCommitment(d.t.Context(), a, "LS", id) })
		},
		"Briefly": func(d *demonstration, a accounts.Actor) []any {
			q, err := d.progress.Review(d.t.Context(), a, "LS")
			if err != nil {
				return []any{err}
			}
			return one(d.progress.Briefly(d.t.Context(), a, "LS", slices.Concat(q.Mine, q.Others, q.Back)...))
		},
		"InHand": func(d *demonstration, a accounts.Actor) []any {
			return one(d.progress.InHand(d.t.Context(), a, "LS", 2))
		},
		"Last": func(d *demonstration, a accounts.Actor) []any {
			return every(a, d.commitments, func(id int64) (any, error) {
				last, found, err := d.progress.Last(d.t.Context(), a, "LS", id)
				return []any{last, found}, err
			})
		},
	},
}

func (d *demonstration) query(a accounts.Actor, now bool) reports.Query {
	return reports.Query{Actor: a, Country: "LS", Rules: reports.DefaultRules, D: d.day, Now: now}
}

// both asks what stands now and what stood on a day of the past, as known at
// an instant of the past.
func both(d *demonstration, a accounts.Actor, ask func(q reports.Query) (any, error)) []any {
	past := d.query(a, false)
	past.D, past.K = calendar.MustParse("2021-09-30"), time.Date(2021, 10, 20, 12, 0, 0, 0, time.UTC)
	now, err := ask(d.query(a, true))
	then, err2 := ask(past)
	return []any{answer(now, err), answer(then, err2)}
}

func one(got any, err error) []any { return []any{answer(got, err)} }

// every asks about each thing that there is as a coordinator and as a focal
// point outside government, whose answers differ most, and about every sixth
// as the others.
func every[T any](a accounts.Actor, list []T, ask func(T) (any, error)) (out []any) {
	for i, of := range list {
		if i%6 == 0 || a.Role == accounts.Coordinator || a.Role == accounts.FocalPoint && a.InstitutionKind != accounts.Government {
			out = append(out, answer(ask(of)))
		}
	}
	return out
}

// answer is what was told, or how it was refused.
func answer(got any, err error) any {
	if p := (*problem.Error)(nil); errors.As(err, &p) {
		return "refused: " + p.Error()
	}
	if err != nil {
		return "failed: " + err.Error()
	}
	return got
}

// demonstrate loads the demonstration and finds out what there is to ask for.
func demonstrate(t *testing.T, on *db.DB) (*demonstration, []accounts.Actor) {
	t.Helper()
	zone := time.FixedZone("SAST", 2*3600)
	clock := calendar.FixedClock(time.Date(2021, 11, 8, 9, 0, 0, 0, zone))
	people, err := accounts.New(on, clock, time.Now, accounts.Config{})
	if err == nil {
		_, err = seeds.Load(t.Context(), on, seeds.Lesotho())
	}
	if err == nil {
		err = people.MoveClock(t.Context(), time.Date(2021, 12, 1, 9, 0, 0, 0, zone))
	}
	if err == nil { // once more: the dialogue has been held
		_, err = seeds.Load(t.Context(), on, seeds.Lesotho())
	}
	if err != nil {
		t.Fatal(err)
	}
	d := &demonstration{t: t, reports: reports.New(on), plan: plan.New(on, clock), recommendations: recommendations.New(on, clock), progress: progress.New(on, clock), dialogues: dialogues.New(on, clock), day: clock.Today()}
	var actors []accounts.Actor
	err = on.Read(t.Context(), func(tx *gorm.DB) error {
		for query, into := range map[string]any{"SELECT id FROM commitments ORDER BY id": &d.commitments, "SELECT ref FROM commitments ORDER BY id": &d.refs,
			"SELECT id FROM updates ORDER BY id": &d.updates, "SELECT id FROM recommendations ORDER BY id": &d.asked,
			"SELECT id FROM institutions ORDER BY id": &d.institutions, "SELECT code FROM institutions ORDER BY id": &d.codes} {
			if err := tx.Raw(query).Scan(into).Error; err != nil {
				return err
			}
		}
		return tx.Raw(`SELECT min(p.id) AS person_id, o.role, i.id AS institution_id, i.code AS institution, i.kind AS institution_kind
			FROM people p JOIN posts o ON o.id = p.post_id JOIN institutions i ON i.id = o.institution_id
			WHERE o.role <> 'focal_point' OR i.kind <> 'government' OR i.code IN ('MSD', 'MHA')
			GROUP BY o.role, i.id, i.code, i.kind ORDER BY o.role, i.code`).Scan(&actors).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range actors {
		if a.CanReadWholePlan() {
			err = errors.Join(err, d.reports.SaveChoice(t.Context(), clock, a, "key-of-a-choice-0001", "For the minister, each month", "since=period"))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return d, actors
}

// Both engines give equal answers to every question, whoever asks.
func TestBothEnginesAnswerAlike(t *testing.T) {
	var told []map[string]string
	roles := map[accounts.Role]bool{}
	dbtest.Each(t, func(t *testing.T, on *db.DB) {
		d, actors := demonstrate(t, on)
		answers := map[string]string{}
		for _, a := range actors {
			roles[a.Role] = true
			for store, methods := range readings {
				for method, ask := range methods {
					b, err := json.Marshal(ask(d, a))
					if err != nil {
						t.Fatal(err)
					}
					answers[fmt.Sprintf("%s.%s for %s of %s", store, method, a.Role, a.Institution)] = string(b)
				}
			}
		}
		told = append(told, answers)
	})
	if len(told) != 2 || len(roles) != len(accounts.Roles) {
		t.Fatalf("%d engines answered people of the roles %v", len(told), slices.Collect(maps.Keys(roles)))
	}
	longest := map[string]int{}
	for question, sqlite := range told[0] {
		if postgres := told[1][question]; sqlite != postgres {
			t.Errorf("%s: the engines tell\n%s\nand\n%s", question, around(sqlite, postgres), around(postgres, sqlite))
		}
		if strings.Contains(sqlite, `"failed: `) {
			t.Errorf("%s: %s", question, around(sqlite, ""))
		}
		method, _, _ := strings.Cut(question, " ")
		if !strings.HasPrefix(sqlite, `["refused`) {
			longest[method] = max(longest[method], len(sqlite))
		}
	}
	for method, n := range longest {
		if n < 100 && method != "progress.ReviewCount" && method != "progress.Room" && method != "progress.ClearedBy" && method != "dialogues.NextRef" { // which are numbers, a title and a reference
			t.Errorf("%s tells nobody more than %d bytes: the comparison is empty", method, n)
		}
	}
}

// around is the part of a text where it begins to differ from another.
func around(a, b string) string {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	return a[max(0, at-150):min(len(a), at+150)]
}

// A method that reads is one that takes no form's key: a new one must be
// asked on both engines too.
func TestEveryReadingMethodIsAskedOnBothEngines(t *testing.T) {
	for store, asked := range readings {
		found := map[string]bool{}
		for _, name := range storeMethods(t, filepath.Join("..", store)) {
			found[name] = true
			if asked[name] == nil {
				t.Errorf("%s.Store.%s reads and is not asked on both engines", store, name)
			}
		}
		for name := range asked {
			if !found[name] {
				t.Errorf("%s.Store.%s is asked and is no method that reads", store, name)
			}
		}
	}
}

// storeMethods lists the exported methods of a package's Store without a
// parameter named key.
func storeMethods(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Name.IsExported() && ofStore(f) && !takesKey(f) {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

func ofStore(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return false
	}
	star, ok := f.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	id, ok := star.X.(*ast.Ident)
	return ok && id.Name == "Store"
}

func takesKey(f *ast.FuncDecl) bool {
	return slices.ContainsFunc(f.Type.Params.List, func(p *ast.Field) bool {
		return slices.ContainsFunc(p.Names, func(n *ast.Ident) bool { return n.Name == "key" })
	})
}

package publications

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/reports"
	"tracker/internal/reports/forms"
)

// Kind says what a publication tells.
type Kind string

// The kinds: a status report; what a partner has before it in a dialogue; the
// record of what was said and agreed there.
const (
	OfStatus Kind = "status"
	OfPack   Kind = "pack"
	OfRecord Kind = "record"
)

// kindOf are the kinds of a dialogue's packs that may leave government.
var kindOf = map[dialogues.Pack]Kind{dialogues.ForPartner: OfPack, dialogues.OfRecord: OfRecord}

// Value is what a publication froze: one of the two.
type Value struct {
	Status   *reports.Status
	Dialogue *reports.Briefing
}

// restoreValue gives back what a publication froze, if it is still what its
// fingerprint says.
func (s *Store) restoreValue(p Publication) (v Value, err error) {
	if sum := sha256.Sum256([]byte(p.Value)); hex.EncodeToString(sum[:]) != p.SHA256 {
		return v, fmt.Errorf("publications: the frozen value of %d is not what its fingerprint says", p.ID)
	}
	if p.Kind == OfStatus {
		status, err := reports.Restore([]byte(p.Value), s.clock.Zone())
		return Value{Status: &status}, err
	}
	b, err := reports.RestoreBriefing([]byte(p.Value), s.clock.Zone())
	return Value{Dialogue: &b}, err
}

// bear has every form of the value print a stamp.
func (v Value) bear(stamp *reports.Stamp) {
	if v.Status != nil {
		v.Status.Publication = stamp
	} else {
		v.Dialogue.Publication = stamp
	}
}

// Form is a form in which a value leaves.
type Form struct {
	Name, MIME string
	write      func(io.Writer, *i18n.T) error
	file       string // name of the file
}

// Forms lists those of the value, in the order in which pages offer them.
func (v Value) Forms() (list []Form) {
	if v.Status == nil {
		for _, f := range forms.OfDialogues() {
			list = append(list, Form{f.Name, f.MIME, func(w io.Writer, t *i18n.T) error { return f.Write(w, t, *v.Dialogue) }, v.Dialogue.FileName(f.Name)})
		}
		return list
	}
	for _, f := range forms.All() {
		list = append(list, Form{f.Name, f.MIME, func(w io.Writer, t *i18n.T) error { return f.Write(w, t, *v.Status) }, v.Status.FileName(f.Name)})
	}
	return list
}

// render writes one form.
func (s *Store) render(f Form) (File, error) {
	var b bytes.Buffer
	if err := f.write(&b, s.t); err != nil {
		return File{}, err
	}
	sum := sha256.Sum256(b.Bytes())
	file := File{Format: f.Name, Name: f.file, Body: b.Bytes(), SHA256: hex.EncodeToString(sum[:]), Size: int64(b.Len())}
	if f.Name == "pdf" {
		file.Pages = len(pages.FindAllIndex(b.Bytes(), -1))
	}
	return file, nil
}

// recommendations and commitments are what the value tells of, in its order,
// each once.
func (v Value) recommendations() (list []reports.RecommendationStatus) {
	if v.Status != nil {
		return v.Status.Recommendations
	}
	for _, i := range v.Dialogue.Items {
		if i.Kind == dialogues.OfRecommendation {
			list = append(list, i.RecommendationStatus)
		}
	}
	return list
}

func (v Value) commitments() (list []reports.CommitmentStatus) {
	if v.Status != nil {
		return v.Status.Commitments
	}
	add := func(c reports.CommitmentStatus) {
		if !slices.ContainsFunc(list, func(one reports.CommitmentStatus) bool { return one.Ref == c.Ref }) {
			list = append(list, c)
		}
	}
	for _, i := range v.Dialogue.Items {
		for _, c := range i.Commitments {
			add(c.CommitmentStatus)
		}
		for _, a := range i.Agreed {
			add(reports.CommitmentStatus{Ref: a.Ref, Title: a.Title})
		}
	}
	return list
}

// summaries are the shared summaries that the value tells.
func (v Value) summaries() (list []string) {
	for _, c := range v.commitments() {
		list = append(list, c.Done)
	}
	for _, u := range v.updates() {
		list = append(list, u.Done)
	}
	return list
}

func (v Value) updates() (list []reports.UpdateStatus) {
	if v.Status != nil {
		return v.Status.Updates
	}
	for _, i := range v.Dialogue.Items {
		for _, c := range i.Commitments {
			list = append(list, c.Updates...)
		}
	}
	return list
}

// day and audience are those of the value.
func (v Value) day() (calendar.Date, reports.Audience) {
	if v.Status != nil {
		return v.Status.D, v.Status.Audience
	}
	return v.Dialogue.D, v.Dialogue.Audience
}

// refs are the references of the commitments that the value names.
func (v Value) refs() (refs []string) {
	for _, c := range v.commitments() {
		refs = append(refs, c.Ref)
	}
	for _, u := range v.updates() {
		refs = append(refs, u.Commitment)
	}
	for _, r := range v.recommendations() {
		for _, i := range r.Items {
			for _, a := range i.Answers {
				refs = append(refs, a.Commitment)
			}
		}
	}
	attention, papers := []reports.AttentionStatus{}, []reports.EvidenceStatus{}
	if s := v.Status; s != nil {
		attention, papers = s.Attention, s.Evidence
		for _, c := range s.Changes {
			refs = append(refs, c.Ref)
		}
		for _, m := range s.Months {
			refs = append(refs, m.Ref)
		}
	}
	if b := v.Dialogue; b != nil {
		attention, papers = b.Attention, b.Register
		for _, a := range b.Earlier {
			refs = append(refs, a.Ref)
		}
		for _, i := range b.Items {
			papers = slices.Concat(papers, i.Evidence)
		}
	}
	for _, a := range attention {
		refs = append(refs, a.Ref)
	}
	for _, e := range papers {
		refs = append(refs, e.Commitment)
	}
	return refs
}

// Value gives back what a publication tells to an actor who may read it, with
// its stamp where it was published.
func (s *Store) Value(ctx context.Context, actor accounts.Actor, t Told) (v Value, err error) {
	if t.PurgedAt != nil {
		return v, problem.New(problem.Conflict, "publications.error.purged")
	}
	if !Readable(actor, t.Publication) {
		return v, problem.New(problem.Conflict, "publications.error.recalled")
	}
	p := t.Publication
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw("SELECT value FROM publications WHERE id = ?", t.ID).Scan(&p.Value).Error
	})
	if err != nil {
		return v, err
	}
	if v, err = s.restoreValue(p); err == nil && p.Out() {
		v.bear(s.stamp(p))
	}
	return v, err
}

// Status gives back the report of a publication of one, as Value does; others
// are missing.
func (s *Store) Status(ctx context.Context, actor accounts.Actor, t Told) (reports.Status, error) {
	if t.Kind != OfStatus {
		return reports.Status{}, problem.Missing()
	}
	v, err := s.Value(ctx, actor, t)
	if err != nil {
		return reports.Status{}, err
	}
	return *v.Status, nil
}

// Preview renders a form of what is prepared, which is read by Value, without
// number.
func (s *Store) Preview(v Value, format string) (File, error) {
	list := v.Forms()
	at := slices.IndexFunc(list, func(f Form) bool { return f.Name == format })
	if at < 0 {
		return File{}, problem.Missing()
	}
	f, err := s.render(list[at])
	f.Name = "preview-" + f.Name
	return f, err
}

// forms lists the names of the forms in which a publication of a kind leaves.
func (p Publication) forms() (names []string) {
	v := Value{Status: new(reports.Status)}
	if p.Kind != OfStatus {
		v = Value{Dialogue: new(reports.Briefing)}
	}
	for _, f := range v.Forms() {
		names = append(names, f.Name)
	}
	return names
}

// MIME is the type of a file of a format.
func MIME(format string) string {
	f, _ := forms.Of(format)
	return f.MIME
}

// on is the day of an instant in the country's zone.
func (s *Store) on(at *time.Time) calendar.Date { return s.clock.DayOf(*at) }

package publications

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// TitleMax is how many characters a title of its own may have.
const TitleMax = 120

// Preparation says what is to be published and to whom.
type Preparation struct {
	Status  reports.StatusQuery // D, since, audience, scope, sections and title
	Readers []string            // codes of institutions, of a publication for partners
}

// Prepare builds the report and freezes it, to be signed by a second person.
// It is built as it is known now: an earlier instant could tell outside what
// was withdrawn since.
func (s *Store) Prepare(ctx context.Context, actor accounts.Actor, key string, about reports.About, in Preparation) (int64, error) {
	if err := s.check(actor, &in); err != nil {
		return 0, err
	}
	p, err := s.freeze(ctx, actor, about, in.Status)
	if err != nil {
		return 0, err
	}
	id, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		err := s.insert(tx, actor, &p, in.Readers)
		return strconv.FormatInt(p.ID, 10), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(id, 10, 64)
}

// CanPrepare says whether Prepare would do what is asked, as far as that is
// known before the report is built.
func (s *Store) CanPrepare(ctx context.Context, actor accounts.Actor, in Preparation) error {
	if err := s.check(actor, &in); err != nil {
		return err
	}
	return s.db.Read(ctx, func(tx *gorm.DB) error {
		_, err := s.readers(tx, in.Readers)
		return err
	})
}

// check tidies what is asked, and says what is wrong with it.
func (s *Store) check(actor accounts.Actor, in *Preparation) error {
	if !actor.CanPrepare() {
		return problem.Denied("problem.coordinators_only")
	}
	in.Status.Title, in.Status.K = strings.TrimSpace(in.Status.Title), time.Time{}
	if in.Status.Audience != plan.Partner {
		in.Readers = nil
	}
	var k problem.Check
	k.Require(slices.Contains(plan.Audiences, in.Status.Audience), "audience", "publications.error.audience")
	k.Require(in.Status.Audience != plan.Partner || len(in.Readers) > 0, "readers", "publications.error.readers")
	k.Require(utf8.RuneCountInString(in.Status.Title) <= TitleMax, "title", "problem.too_long", "max", TitleMax)
	k.Require(utf8.ValidString(in.Status.Title) && !strings.ContainsRune(in.Status.Title, 0), "title", "problem.encoding")
	return k.Err()
}

// asked is what a publication was made from, as it is kept.
type asked struct {
	AsOf     string            `json:"as_of"`
	Since    string            `json:"since"`
	Period   string            `json:"period"`
	Audience reports.Audience  `json:"audience"`
	Title    string            `json:"title"`
	Scope    reports.Scope     `json:"scope"`
	Sections []reports.Section `json:"sections"`
}

// freeze computes the report that is to be published.
func (s *Store) freeze(ctx context.Context, actor accounts.Actor, about reports.About, q reports.StatusQuery) (Publication, error) {
	status, err := reports.Build(ctx, s.db, about, q)
	if err != nil {
		return Publication{}, err
	}
	return s.frozen(actor, Value{Status: &status}, OfStatus, asked{AsOf: q.D.String(), Since: q.Since.String(), Period: q.Period, Audience: q.Audience, Title: q.Title, Scope: q.Scope, Sections: q.Sections})
}

// frozen is the publication of a value: its canonical form with its
// fingerprint, and from what it was made.
func (s *Store) frozen(actor accounts.Actor, v Value, kind Kind, from any) (p Publication, err error) {
	p = Publication{Kind: kind, State: Prepared, PreparedByID: actor.PersonID, PreparedAt: s.clock.Now(), Version: 1}
	var value []byte
	if r := v.Status; r != nil {
		value, err = reports.Canonical(*r)
		p.Country, p.Audience, p.Title, p.AsOf, p.KnownAt, p.Since = r.Country, r.Audience, wording.Title(s.t, *r, false), r.D, r.K, r.Since
	} else {
		b := v.Dialogue
		value, err = reports.CanonicalBriefing(*b)
		p.Country, p.Audience, p.Title, p.AsOf, p.KnownAt, p.Since = b.Country, b.Audience, wording.BriefingTitle(s.t, *b), b.D, b.K, b.Since
	}
	if err != nil {
		return p, err
	}
	query, err := json.Marshal(from)
	sum := sha256.Sum256(value)
	p.Query, p.Value, p.SHA256 = string(query), string(value), hex.EncodeToString(sum[:])
	return p, err
}

// insert stores what was frozen, with its readers and its entry in the trail.
func (s *Store) insert(tx *gorm.DB, actor accounts.Actor, p *Publication, codes []string) error {
	readers, err := s.readers(tx, codes)
	if err != nil {
		return err
	}
	if err := tx.Create(p).Error; err != nil {
		return err
	}
	for _, id := range readers {
		if err := tx.Create(&Reader{PublicationID: p.ID, InstitutionID: id}).Error; err != nil {
			return err
		}
	}
	return record(tx, p.PreparedAt, actor, "publication.prepare", *p, audit.Change{Field: "state", New: string(Prepared)},
		audit.Change{Field: "audience", New: string(p.Audience)}, audit.Change{Field: "readers", New: strings.Join(codes, ", ")},
		audit.Change{Field: "sha256", New: p.SHA256}, audit.Change{Field: "title", New: p.Title, Free: true})
}

// CanBeAddressed says whether publications for partners may go to an
// institution: those outside government that exist today.
func (s *Store) CanBeAddressed(i accounts.Institution) bool {
	return i.Kind != accounts.Government && i.InForce(s.clock.Today())
}

// readers are the institutions of codes; each may be addressed.
func (s *Store) readers(tx *gorm.DB, codes []string) ([]int64, error) {
	all, err := accounts.Institutions(tx)
	if err != nil {
		return nil, err
	}
	var ids []int64
	var k problem.Check
	for _, code := range codes {
		at := slices.IndexFunc(all, func(i accounts.Institution) bool { return i.Code == code && s.CanBeAddressed(i) })
		k.Require(at >= 0, "readers", "publications.error.reader", "code", code)
		if at >= 0 && !slices.Contains(ids, all[at].ID) {
			ids = append(ids, all[at].ID)
		}
	}
	return ids, k.Err()
}

// Addressable lists the institutions that a publication for partners may be
// addressed to, by code.
func (s *Store) Addressable(ctx context.Context) (list []accounts.Institution, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		all, err := accounts.Institutions(tx)
		list = slices.DeleteFunc(all, func(i accounts.Institution) bool { return !s.CanBeAddressed(i) })
		return err
	})
	return list, err
}

// record adds a publication's entry to the trail.
func record(tx *gorm.DB, at time.Time, actor accounts.Actor, action string, p Publication, changes ...audit.Change) error {
	return audit.Append(tx, at, audit.Event{Who: actor.Who(), Action: action, Object: "publication " + strconv.FormatInt(p.ID, 10), Changes: changes})
}

// Withdraw gives up what was prepared and is not published.
func (s *Store) Withdraw(ctx context.Context, actor accounts.Actor, key string, id, version int64) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		p, err := load(tx, actor, "p.id = ?", id)
		switch {
		case err != nil:
			return "", err
		case !actor.CanPrepare():
			return "", problem.Denied("problem.coordinators_only")
		case p.State != Prepared:
			return "", problem.New(problem.Conflict, "publications.error.not_prepared")
		}
		at := s.clock.Now()
		done := tx.Exec("UPDATE publications SET state = 'withdrawn', withdrawn_by_id = ?, withdrawn_at = ?, version = version + 1 WHERE id = ? AND version = ?", actor.PersonID, at, id, version)
		if err := db.Changed(done); err != nil {
			return "", err
		}
		return "", record(tx, at, actor, "publication.withdraw", p.Publication, audit.Change{Field: "state", Old: string(Prepared), New: string(Withdrawn)})
	})
	return err
}

// Recall takes back what was published: its files are offered no longer, and
// whoever holds one learns of it by verifying. The replacement, where there is
// one, is a later publication that stands; empty for none.
func (s *Store) Recall(ctx context.Context, actor accounts.Actor, key, label string, version int64, reason, replacement string) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		p, err := load(tx, actor, "p.label = ?", label)
		switch {
		case err != nil:
			return "", err
		case !actor.CanPrepare():
			return "", problem.Denied("problem.coordinators_only")
		case p.State != Published:
			return "", problem.New(problem.Conflict, "publications.error.recalled")
		}
		reason = strings.TrimSpace(reason)
		var k problem.Check
		k.Require(reason != "", "reason", "publications.error.reason")
		k.Require(utf8.RuneCountInString(reason) <= ReasonMax, "reason", "problem.too_long", "max", ReasonMax)
		k.Require(utf8.ValidString(reason) && !strings.ContainsRune(reason, 0), "reason", "problem.encoding")
		by, err := replacing(tx, actor, p, replacement, &k)
		if err != nil {
			return "", err
		}
		if err := k.Err(); err != nil {
			return "", err
		}
		at := s.clock.Now()
		done := tx.Exec("UPDATE publications SET state = 'recalled', recalled_by_id = ?, recalled_at = ?, recall_reason = ?, replaced_by_id = ?, version = version + 1 WHERE id = ? AND version = ?",
			actor.PersonID, at, reason, by, p.ID, version)
		if err := db.Changed(done); err != nil {
			return "", err
		}
		return "", record(tx, at, actor, "publication.recall", p.Publication, audit.Change{Field: "state", Old: string(Published), New: string(Recalled)},
			audit.Change{Field: "number", New: p.Label}, audit.Change{Field: "replaced_by", New: replacement}, audit.Change{Field: "reason", New: reason, Free: true})
	})
	return err
}

// ReasonMax is how many characters the reason of a recall may have.
const ReasonMax = 1000

// Replaces says whether one publication can replace another: it came later,
// stands, and whoever was to read the other may read it.
func Replaces(newer, old Told) bool {
	if newer.State != Published || newer.Number == nil || old.Number == nil || *newer.Number <= *old.Number || newer.Country != old.Country {
		return false
	}
	switch newer.Audience {
	case plan.Public:
		return true
	case plan.Partner:
		return old.Audience == plan.Internal || old.Audience == plan.Partner && !slices.ContainsFunc(old.ReaderIDs, func(id int64) bool { return !slices.Contains(newer.ReaderIDs, id) })
	}
	return old.Audience == plan.Internal
}

func replacing(tx *gorm.DB, actor accounts.Actor, old Told, label string, k *problem.Check) (*int64, error) {
	if label == "" {
		return nil, nil
	}
	newer, err := load(tx, actor, "p.label = ?", label)
	if err != nil && problem.KindOf(err) != problem.NotFound {
		return nil, err
	}
	k.Require(err == nil && Replaces(newer, old), "replacement", "publications.error.replacement")
	return &newer.ID, nil
}

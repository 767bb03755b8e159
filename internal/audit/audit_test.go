package audit

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

var noon = time.Date(2021, 11, 8, 12, 0, 0, 123456000, time.UTC)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, d *db.DB, sql string, args ...any) {
	t.Helper()
	must(t, d.Write(t.Context(), func(tx *gorm.DB) error { return tx.Exec(sql, args...).Error }))
}

func number(t *testing.T, d *db.DB, sql string) int64 {
	t.Helper()
	var n int64
	must(t, d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Raw(sql).Scan(&n).Error }))
	return n
}

var focal = Who{ID: 7, Post: "Focal point", Role: "focal_point", Institution: "MSD", Request: "req-1"}

// chain writes n entries; every third has a free text.
func chain(t *testing.T, d *db.DB, n int) {
	t.Helper()
	must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
		for i := range n {
			ev := Event{Who: focal, Action: "update.submit", Object: fmt.Sprintf("update %d", i),
				Changes: []Change{{Field: "status", Old: "not_started", New: "in_progress"}}}
			if i%3 == 0 {
				ev.Changes = append(ev.Changes, Change{Field: "summary", New: fmt.Sprintf("Text <%d> & more", i), Free: true})
			}
			if err := Append(tx, noon.Add(time.Duration(i)*time.Minute), ev); err != nil {
				return err
			}
		}
		return nil
	}))
}

func verify(t *testing.T, d *db.DB) Report {
	t.Helper()
	r, err := Verify(t.Context(), d)
	must(t, err)
	return r
}

func TestAWholeChainVerifies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if r := verify(t, d); !r.OK() || r.Entries != 0 {
			t.Errorf("empty: %+v", r)
		}
		chain(t, d, verifyBatch+7) // more than one batch
		r := verify(t, d)
		if !r.OK() || r.Entries != verifyBatch+7 || r.Head == "" {
			t.Errorf("whole: %+v", r)
		}
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
			seq, hash, err := Head(tx)
			if seq != r.Entries || hash != r.Head {
				t.Errorf("the head is %d %s, want %d %s", seq, hash, r.Entries, r.Head)
			}
			return err
		}))
	})
}

// Each column of a random entry, flipped, is found and its entry named.
func TestAFlippedColumnIsFound(t *testing.T) {
	const entries = 30
	flips := map[string]string{
		"at": "'2020-01-01 00:00:00+00:00'", "actor_id": "actor_id + 1", "actor": "'Coordinator'", "role": "'coordinator'",
		"institution": "'MHA'", "request": "''", "action": "'update.approve'", "object": "'update 99'", "outcome": "'refused'",
		"details": "'[]'", "prev_hash": "'00'", "hash": "'00'",
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, entries)
		dbtest.Unguard(t, d)
		columns, err := columnsOf(t, d)
		must(t, err)
		if len(columns) != len(flips)+1 {
			t.Fatalf("the table has the columns %v: each but seq needs a flip", columns)
		}
		for column, value := range flips {
			seq := 1 + rand.Int64N(entries)
			if err := inRollback(t, d, fmt.Sprintf("UPDATE audit_entries SET %s = %s WHERE seq = %d", column, value, seq), func(r Report) {
				if r.OK() || r.Seq != seq {
					t.Errorf("%s of entry %d flipped: %+v", column, seq, r)
				}
			}); err != nil {
				t.Errorf("%s: %v", column, err)
			}
		}
	})
}

func columnsOf(t *testing.T, d *db.DB) ([]string, error) {
	var names []string
	err := d.Read(t.Context(), func(tx *gorm.DB) error {
		rows, err := tx.Raw("SELECT * FROM audit_entries LIMIT 1").Rows()
		if err != nil {
			return err
		}
		names, err = rows.Columns()
		return errors.Join(err, rows.Close())
	})
	return names, err
}

var errUndo = errors.New("undo")

// inRollback runs statements, separated by semicolons, looks at the chain and takes them back.
func inRollback(t *testing.T, d *db.DB, sql string, look func(Report)) error {
	return inRollbackAgainst(t, d, Check{}, sql, look)
}

// inRollbackAgainst is inRollback, and holds the chain against more than itself.
func inRollbackAgainst(t *testing.T, d *db.DB, check Check, sql string, look func(Report)) error {
	err := d.Write(t.Context(), func(tx *gorm.DB) error {
		for s := range strings.SplitSeq(sql, ";") {
			if err := tx.Exec(s).Error; err != nil {
				return err
			}
		}
		var r Report
		if err := r.walk(tx, check); err != nil {
			return err
		}
		look(r)
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return nil
	}
	return err
}

func TestEveryOtherTamperingIsFound(t *testing.T) {
	const copied = "at, actor_id, actor, role, institution, request, action, object, outcome, details"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 12) // entries 1, 4, 7 and 10 have texts
		dbtest.Unguard(t, d)
		for _, c := range []struct {
			name, sql string
			seq       int64
			fault     Fault
		}{
			{"an entry deleted", "DELETE FROM audit_entries WHERE seq = 5", 5, FaultGap},
			{"the first entry deleted", "DELETE FROM audit_texts WHERE seq = 1; DELETE FROM audit_entries WHERE seq = 1", 1, FaultGap},
			{"the number of an entry changed", "UPDATE audit_entries SET seq = 50 WHERE seq = 6", 6, FaultGap},
			{"two entries swapped", "UPDATE audit_entries SET seq = -1 WHERE seq = 5; UPDATE audit_entries SET seq = 5 WHERE seq = 6; UPDATE audit_entries SET seq = 6 WHERE seq = -1", 5, FaultLink},
			{"an entry inserted at the end", "INSERT INTO audit_entries (seq, " + copied + ", prev_hash, hash) SELECT 13, " + copied + ", hash, 'forged' FROM audit_entries WHERE seq = 12", 13, FaultHash},
			{"an entry inserted before the first", "INSERT INTO audit_entries (seq, " + copied + ", prev_hash, hash) SELECT 0, " + copied + ", '', 'forged' FROM audit_entries WHERE seq = 12", 0, FaultGap},
			{"the tail cut off", "DELETE FROM audit_texts WHERE seq > 8; DELETE FROM audit_entries WHERE seq > 8", 9, FaultHead},
			{"everything deleted", "DELETE FROM audit_texts; DELETE FROM audit_entries", 1, FaultHead},
			{"the tail cut off and the head's number set", "DELETE FROM audit_entries WHERE seq > 11; UPDATE audit_head SET seq = 11", 11, FaultHead},
			{"the head's hash changed", "UPDATE audit_head SET hash = '00'", 12, FaultHead},
			{"the head's number set back", "UPDATE audit_head SET seq = 10", 11, FaultHead},
			{"a text rewritten", "UPDATE audit_texts SET value = 'other' WHERE seq = 7", 7, FaultText},
			{"a text's salt changed", "UPDATE audit_texts SET salt = '00' WHERE seq = 7", 7, FaultText},
			{"a text under another field", "UPDATE audit_texts SET field = 'note' WHERE seq = 4", 4, FaultText},
			{"a text moved to another entry", "UPDATE audit_texts SET seq = 5 WHERE seq = 4", 4, FaultText},
			{"a text deleted with its salt", "DELETE FROM audit_texts WHERE seq = 10", 10, FaultText},
			{"a text emptied, and no entry says so", "UPDATE audit_texts SET value = '' WHERE seq = 7", 7, FaultText},
			{"a text added", "INSERT INTO audit_texts (seq, field, salt, value) VALUES (2, 'note', '', 'x')", 2, FaultText},
		} {
			err := inRollback(t, d, c.sql, func(r Report) {
				if r.Seq != c.seq || r.Fault != c.fault || r.Why == "" {
					t.Errorf("%s: %+v, want entry %d, %s", c.name, r, c.seq, c.fault)
				}
			})
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if r := verify(t, d); !r.OK() {
			t.Errorf("after all was taken back: %+v", r)
		}
	})
}

// The database itself refuses to alter the trail: only somebody with the
// rights of its owner, who can take the guards off, gets as far as Verify.
func TestTheDatabaseOnlyAddsToTheTrail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 12)
		must(t, d.Write(t.Context(), func(tx *gorm.DB) error { return signer(t, "a").Mark(tx, noon) }))
		statements := []string{"UPDATE audit_entries SET actor = 'Nobody' WHERE seq = 3", "UPDATE audit_entries SET seq = 99 WHERE seq = 3", "DELETE FROM audit_entries WHERE seq = 12", "DELETE FROM audit_entries",
			"UPDATE audit_texts SET value = 'other' WHERE seq = 4", "UPDATE audit_texts SET value = '', salt = '' WHERE seq = 4", "UPDATE audit_texts SET seq = 5 WHERE seq = 4", "DELETE FROM audit_texts WHERE seq = 4",
			"UPDATE audit_head SET seq = 11", "UPDATE audit_head SET seq = 11, hash = (SELECT hash FROM audit_entries WHERE seq = 11)", "UPDATE audit_head SET hash = '00'", "DELETE FROM audit_head",
			"UPDATE audit_checkpoints SET hash = '00'", "UPDATE audit_checkpoints SET at = '2020-01-01 00:00:00+00:00'", "DELETE FROM audit_checkpoints"}
		if d.Postgres() {
			statements = append(statements, "TRUNCATE audit_texts", "TRUNCATE audit_entries CASCADE", "TRUNCATE audit_head", "TRUNCATE audit_checkpoints")
		} else { // nobody is told of the row that it deletes
			statements = append(statements, "REPLACE INTO audit_entries SELECT seq, at, actor_id, 'Nobody', role, institution, request, action, object, outcome, details, prev_hash, hash FROM audit_entries WHERE seq = 3",
				"REPLACE INTO audit_entries SELECT 99, at, actor_id, actor, role, institution, request, action, object, outcome, details, prev_hash, hash FROM audit_entries WHERE seq = 2",
				"REPLACE INTO audit_texts SELECT seq, field, salt, 'other' FROM audit_texts WHERE seq = 4", "REPLACE INTO audit_head VALUES (1, 11, '')",
				"REPLACE INTO audit_checkpoints SELECT seq, '00', at, origin, public_key, signature FROM audit_checkpoints")
		}
		for _, s := range statements {
			if err := d.Write(t.Context(), func(tx *gorm.DB) error { return tx.Exec(s).Error }); err == nil {
				t.Errorf("the database takes %s", s)
			}
		}
		if r := verify(t, d); !r.OK() || r.Entries != 12 || r.Checkpoints != 1 {
			t.Errorf("%+v", r)
		}
	})
}

// A text that has to go is emptied; its salt stays and the chain is whole.
func TestAPurgedTextIsCountedAndNoFault(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 12)
		for _, seq := range []int64{4, 7} {
			must(t, purgeText(t, d, seq, "summary", "names a person"))
		}
		if r := verify(t, d); !r.OK() || r.Purged != 2 || len(r.Purges) != 2 || r.Purges[0].Seq != 4 || r.Purges[0].By != 13 || !r.Purges[0].At.Equal(noon) {
			t.Errorf("%+v, want two purged texts and no fault", r)
		}
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
			lines, err := History(tx, "update 3")
			if len(lines) != 1 || len(lines[0].Changes) != 2 || !lines[0].Changes[1].Purged || lines[0].Changes[1].New != "" || lines[0].Changes[1].PurgedBy != 13 || !lines[0].Changes[1].PurgedAt.Equal(noon) {
				t.Errorf("the history shows %+v", lines)
			}
			return err
		}))
	})
}

// A text that was cleared by a person is not a purged one.
func TestATextThatWasClearedIsNotCountedAsPurged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
			return Append(tx, noon, Event{Who: focal, Action: "a", Object: "o", Changes: []Change{{Field: "note", Old: "x", New: "", Free: true}}})
		}))
		if r := verify(t, d); !r.OK() || r.Purged != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// The chain has no gap and no fork, however many write at once.
func TestParallelWritersMakeOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers = 40
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				err := d.Write(t.Context(), func(tx *gorm.DB) error {
					return Append(tx, noon, Event{Who: focal, Action: "a", Object: fmt.Sprint(i)})
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if r := verify(t, d); !r.OK() || r.Entries != writers {
			t.Errorf("%+v", r)
		}
	})
}

func TestAChangeThatFailsLeavesNoEntry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 1)
		err := d.Write(t.Context(), func(tx *gorm.DB) error {
			if err := Append(tx, noon, Event{Who: focal, Action: "a", Object: "o"}); err != nil {
				return err
			}
			return errUndo
		})
		if r := verify(t, d); !errors.Is(err, errUndo) || !r.OK() || r.Entries != 1 {
			t.Errorf("%v, %+v", err, r)
		}
	})
}

func TestEntriesAreFiltered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, PageSize+5)
		must(t, Refuse(t.Context(), d, noon.Add(24*time.Hour), Event{Who: Who{ID: 8, Post: "Auditor", Institution: "OAG"}, Action: "page.read", Object: "100%_a"}))
		const all = PageSize + 6
		for name, c := range map[string]struct {
			f            Filter
			total, shown int
		}{
			"all":                    {Filter{}, all, PageSize},
			"second page":            {Filter{Page: 2}, all, 6},
			"beyond the last page":   {Filter{Page: 1 << 40}, all, 0},
			"by post":                {Filter{Actor: "focal"}, all - 1, PageSize},
			"by institution":         {Filter{Actor: "oag"}, 1, 1},
			"by person":              {Filter{ActorID: 8}, 1, 1},
			"by object":              {Filter{Object: "update 7"}, 1, 1},
			"by action's beginning":  {Filter{Action: "update."}, all - 1, PageSize},
			"by outcome":             {Filter{Outcome: Refused}, 1, 1},
			"from":                   {Filter{From: noon.Add(time.Hour)}, 1, 1},
			"to excludes its moment": {Filter{To: noon.Add(time.Minute)}, 1, 1},
			"by text":                {Filter{Text: "UPDATE 12"}, 1, 1},
			"signs are no wildcards": {Filter{Text: "100%_"}, 1, 1},
			"nor is an underscore":   {Filter{Text: "0_"}, 0, 0},
		} {
			must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
				lines, total, err := Entries(tx, c.f)
				if total != c.total || len(lines) != c.shown {
					t.Errorf("%s: %d of %d, want %d of %d", name, len(lines), total, c.shown, c.total)
				}
				return err
			}))
		}
	})
}

// Who alters an entry must not hide all others from its reader.
func TestAnEntryAlteredBeyondReadingIsListedAllTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 3)
		dbtest.Unguard(t, d)
		exec(t, d, "UPDATE audit_entries SET details = '{no list' WHERE seq = 2")
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
			lines, total, err := Entries(tx, Filter{})
			if err != nil || total != 3 || len(lines) != 3 {
				t.Fatalf("%d of %d entries, %v", len(lines), total, err)
			}
			for _, line := range lines {
				if altered := line.Seq == 2; line.Unreadable != altered || (len(line.Changes) == 0) != altered {
					t.Errorf("entry %d reads %+v", line.Seq, line)
				}
			}
			return nil
		}))
		if r := verify(t, d); r.Seq != 2 || r.OK() {
			t.Errorf("verified: %+v", r)
		}
	})
}

func TestAHistoryShowsTheTextsThatWereWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 4)
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
			lines, err := History(tx, "update 3")
			if len(lines) != 1 || fmt.Sprint(lines[0].Changes) != "[{status not_started in_progress false false 0001-01-01 00:00:00 +0000 UTC 0} {summary  Text <3> & more true false 0001-01-01 00:00:00 +0000 UTC 0}]" {
				t.Errorf("%+v", lines)
			}
			return err
		}))
	})
}

func TestRefusalsBeyondTwentyAMinuteAreSummedUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := noon.Truncate(time.Minute)
		for i := range 33 {
			must(t, Refuse(t.Context(), d, at.Add(time.Duration(i)*time.Second), Event{Who: focal, Action: "page.read", Object: fmt.Sprint("commitment ", i)}))
		}
		other := focal
		other.ID = 8
		must(t, Refuse(t.Context(), d, at, Event{Who: other, Action: "page.read", Object: "commitment 1"}))
		if n := number(t, d, "SELECT count(*) FROM audit_entries"); n != RefusalsPerMinute+1 {
			t.Errorf("%d entries within the minute, want %d", n, RefusalsPerMinute+1)
		}
		for range 2 { // the second time there is nothing left to sum up
			must(t, d.Write(t.Context(), func(tx *gorm.DB) error { return SumUp(tx, at.Add(time.Minute)) }))
		}
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
			lines, total, err := Entries(tx, Filter{Action: ActionSummed})
			if total != 1 || lines[0].ActorID != 7 || lines[0].Outcome != string(Refused) || fmt.Sprint(lines[0].Changes) != "[{minute  2021-11-08T12:00:00Z false false 0001-01-01 00:00:00 +0000 UTC 0} {count  13 false false 0001-01-01 00:00:00 +0000 UTC 0}]" {
				t.Errorf("summed up: %+v", lines)
			}
			return err
		}))
		must(t, Refuse(t.Context(), d, at.Add(time.Minute), Event{Who: focal, Action: "page.read", Object: "commitment 1"}))
		if n := number(t, d, "SELECT count(*) FROM audit_entries"); n != RefusalsPerMinute+3 {
			t.Errorf("%d entries after the next minute began, want %d", n, RefusalsPerMinute+3)
		}
		if r := verify(t, d); !r.OK() {
			t.Errorf("%+v", r)
		}
	})
}

func TestManyEntriesAtOnceAreTheSameChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 3)
		must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
			if err := AppendAll(tx, noon, nil); err != nil {
				return err
			}
			events := make([]Event, 2*batch+3)
			for i := range events {
				events[i] = Event{Who: focal, Action: "commitment.add", Object: fmt.Sprintf("commitment %d", i), Changes: []Change{{Field: "title", New: fmt.Sprint("Title ", i), Free: true}}}
			}
			return AppendAll(tx, noon, events)
		}))
		chain(t, d, 2)
		if r := verify(t, d); !r.OK() || r.Entries != 2*batch+8 {
			t.Errorf("%+v", r)
		}
		if n := number(t, d, "SELECT count(*) FROM audit_texts"); n != 2*batch+5 { // and of every third of the chain
			t.Errorf("%d texts", n)
		}
		dbtest.Unguard(t, d)
		exec(t, d, "UPDATE audit_entries SET object = 'commitment x' WHERE seq = 700")
		if r := verify(t, d); r.OK() {
			t.Error("an altered entry among many is not seen")
		}
	})
}

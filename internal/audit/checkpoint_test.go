package audit

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/keys"
)

func signer(t *testing.T, digit string) Signer {
	t.Helper()
	r, err := keys.Parse(strings.Repeat(digit, 2*keys.Size))
	must(t, err)
	return SignerOf(r)
}

func mark(t *testing.T, d *db.DB, s Signer, at time.Time) {
	t.Helper()
	must(t, d.Write(t.Context(), func(tx *gorm.DB) error { return s.Mark(tx, at) }))
}

func newest(t *testing.T, d *db.DB) (c Checkpoint) {
	t.Helper()
	must(t, d.Read(t.Context(), func(tx *gorm.DB) (err error) { c, err = Newest(tx); return err }))
	return c
}

// marked is a chain of entries with a checkpoint after some of them.
func marked(t *testing.T, d *db.DB, after ...int) Signer {
	t.Helper()
	s := signer(t, "a")
	for i, n := range after {
		chain(t, d, n)
		mark(t, d, s, noon.Add(time.Duration(i)*time.Hour))
	}
	return s
}

// Others check a checkpoint with a library that knows signed notes and nothing
// of this program.
func TestACheckpointIsASignedNoteThatOthersCheck(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := marked(t, d, 5, 4)
		c := newest(t, d)
		text, err := c.Text()
		must(t, err)
		lines := strings.Split(text, "\n")
		if len(lines) != 7 || lines[0] != c.Origin || lines[1] != "9" || lines[2] != verify(t, d).Head || lines[3] != "time 2021-11-08T13:00:00.123456Z" || lines[4] != "" || !strings.HasPrefix(lines[5], "— "+c.Origin+" ") {
			t.Errorf("the text is\n%s", text)
		}
		vkey, err := VerifierKey(c.Origin, s.PublicKey())
		must(t, err)
		v, err := note.NewVerifier(vkey)
		must(t, err)
		if _, err := note.Open([]byte(text), note.VerifierList(v)); err != nil {
			t.Error(err)
		}
		signature, err := base64.StdEncoding.DecodeString(strings.Fields(lines[5])[2])
		if err != nil || len(signature) != 4+64 {
			t.Errorf("the signature has %d bytes, %v", len(signature), err)
		}
		for _, other := range []string{strings.Replace(text, "\n9\n", "\n8\n", 1), strings.Replace(text, "13:00", "14:00", 1)} {
			if _, err := note.Open([]byte(other), note.VerifierList(v)); err == nil {
				t.Errorf("altered, it opens:\n%s", other)
			}
		}
	})
}

// A checkpoint is due when an hour has gone and something was added, whichever
// way the clock went; of several servers one signs.
func TestOneServerSignsTheHeadWhenAnHourHasGoneAndSomethingWasAdded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := signer(t, "a")
		due := func(at time.Time) bool {
			made, err := s.MarkDue(t.Context(), d, at)
			must(t, err)
			return made
		}
		if due(noon) {
			t.Error("an empty trail is signed")
		}
		chain(t, d, 3)
		var all sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for range 8 {
			all.Go(func() {
				if due(noon) {
					mu.Lock()
					made++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if made != 1 {
			t.Errorf("%d servers signed", made)
		}
		if due(noon.Add(2 * time.Hour)) {
			t.Error("a head is signed twice")
		}
		chain(t, d, 1)
		if due(noon.Add(59 * time.Minute)) {
			t.Error("signed within the hour")
		}
		if !due(noon.Add(-time.Hour)) {
			t.Error("not signed after the clock went back an hour")
		}
		chain(t, d, 1)
		if !due(noon) {
			t.Error("not signed an hour later")
		}
		if made, err := (Signer{}).MarkDue(t.Context(), d, noon.Add(24*time.Hour)); made || err != nil {
			t.Error("signed without a key")
		}
		if r, err := VerifyAgainst(t.Context(), d, Check{Key: s.PublicKey()}); err != nil || !r.OK() || r.Checkpoints != 3 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// Entries are in the order of their numbers, whatever the clock says.
func TestAClockThatGoesBackChangesNoOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
			for i := range 6 {
				if err := Append(tx, noon.Add(-time.Duration(i)*24*time.Hour), Event{Who: focal, Action: "a", Object: "o", Changes: []Change{{Field: "n", New: fmt.Sprint(i)}}}); err != nil {
					return err
				}
			}
			return nil
		}))
		if r := verify(t, d); !r.OK() || r.Entries != 6 {
			t.Errorf("%+v", r)
		}
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
			lines, err := History(tx, "o")
			for i, l := range lines {
				if l.Changes[0].New != fmt.Sprint(i) {
					t.Errorf("line %d is %+v", i, l)
				}
			}
			listed, _, err2 := Entries(tx, Filter{})
			if listed[0].Seq != 6 {
				t.Errorf("the newest is %d", listed[0].Seq)
			}
			return errors.Join(err, err2)
		}))
	})
}

// Another key signs nothing until an operator says so; then the trail names
// both, and checkpoints of either hold.
func TestAnotherKeySignsOnlyAfterAnEntryNamesBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		old, other := marked(t, d, 4), signer(t, "b")
		check := func(s Signer) error { return d.Read(t.Context(), s.Check) }
		if err := errors.Join(check(old), check(Signer{})); err != nil {
			t.Error(err)
		}
		if err := check(other); !errors.Is(err, ErrOtherKey) {
			t.Errorf("another key: %v", err)
		}
		chain(t, d, 2)
		if err := d.Write(t.Context(), func(tx *gorm.DB) error { return other.Mark(tx, noon) }); !errors.Is(err, ErrOtherKey) {
			t.Errorf("it signs: %v", err)
		}
		if err := old.NewKey(t.Context(), d, noon, focal); !errors.Is(err, ErrSameKey) {
			t.Errorf("the same key anew: %v", err)
		}
		must(t, other.NewKey(t.Context(), d, noon, focal))
		must(t, check(other))
		c := newest(t, d)
		if c.Seq != 7 || c.PublicKey != other.PublicKey() {
			t.Errorf("the newest checkpoint is %+v", c)
		}
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
			lines, err := History(tx, "audit trail")
			if len(lines) != 1 || lines[0].Changes[0].Old != old.PublicKey() || lines[0].Changes[0].New != other.PublicKey() {
				t.Errorf("the trail says %+v", lines)
			}
			return err
		}))
		chain(t, d, 1)
		mark(t, d, other, noon)
		for key, good := range map[string]bool{"": true, other.PublicKey(): true, old.PublicKey(): false} {
			if r, err := VerifyAgainst(t.Context(), d, Check{Key: key}); err != nil || r.OK() != good || !good && (r.Fault != FaultKey || r.Seq != 8) {
				t.Errorf("with the key %q: %+v, %v", key, r, err)
			}
		}
	})
}

// Each column of a checkpoint, flipped, is found and its entry named; so is one
// that somebody signed with a key of their own.
func TestAnAlteredCheckpointIsFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := marked(t, d, 4, 4, 4)
		dbtest.Unguard(t, d)
		flips := map[string]int64{"seq = 7": 7, "seq = 99": 13, "seq = 0": 0, "hash = (SELECT hash FROM audit_entries WHERE seq = 7)": 8, "at = '2020-01-01 00:00:00+00:00'": 8,
			"origin = 'action-plan-tracker/00'": 8, "public_key = '" + signer(t, "b").PublicKey() + "'": 8, "signature = '00'": 8}
		for set, seq := range flips {
			must(t, inRollbackAgainst(t, d, Check{Key: s.PublicKey()}, "UPDATE audit_checkpoints SET "+set+" WHERE seq = 8", func(r Report) {
				if r.Fault != FaultCheckpoint || r.Seq != seq {
					t.Errorf("%s: %+v", set, r)
				}
			}))
		}
		forged := newest(t, d)
		b := signer(t, "b")
		forged.PublicKey = b.PublicKey()
		forged.Signature = b.sign(forged)
		must(t, inRollbackAgainst(t, d, Check{}, fmt.Sprintf("UPDATE audit_checkpoints SET public_key = '%s', signature = '%s' WHERE seq = 12", forged.PublicKey, forged.Signature), func(r Report) {
			if r.Fault != FaultKey || r.Seq != 12 {
				t.Errorf("signed with another key: %+v", r)
			}
		}))
	})
}

// rewrite computes the chain anew from an entry on, with its head, as somebody
// does who has every right on the database.
func rewrite(t *testing.T, d *db.DB, from int64, change func(*Entry)) {
	t.Helper()
	must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
		var list []Entry
		if err := tx.Where("seq >= ?", from-1).Order("seq").Find(&list).Error; err != nil {
			return err
		}
		change(&list[1])
		for i := 1; i < len(list); i++ {
			list[i].PrevHash = list[i-1].Hash
			list[i].Hash = list[i].computeHash()
			if err := tx.Save(&list[i]).Error; err != nil {
				return err
			}
		}
		return tx.Exec("UPDATE audit_head SET hash = ?", list[len(list)-1].Hash).Error
	}))
}

// What the chain alone cannot see shows against its checkpoints, and where
// those went too, against one that was kept outside.
func TestWhatIsComputedAnewOrCutOffShowsAgainstACheckpoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := marked(t, d, 4, 4, 4)
		text, err := newest(t, d).Text()
		must(t, err)
		origin := newest(t, d).Origin
		anchors, err := ReadAnchors("kept.txt", "Dear auditor,\r\nhere it is:\n"+text+"\nRegards\n", origin, []string{s.PublicKey()})
		if err != nil || len(anchors) != 1 || anchors[0].Seq != 12 {
			t.Fatalf("%+v, %v", anchors, err)
		}
		outside := Check{Anchors: anchors}
		if r, err := VerifyAgainst(t.Context(), d, outside); err != nil || !r.OK() || r.Anchors != 1 || r.Checkpoints != 3 {
			t.Errorf("whole: %+v, %v", r, err)
		}
		dbtest.Unguard(t, d)
		const cut = "DELETE FROM audit_texts WHERE seq > 9; DELETE FROM audit_entries WHERE seq > 9; UPDATE audit_head SET seq = 9, hash = (SELECT hash FROM audit_entries WHERE seq = 9)"
		must(t, inRollback(t, d, cut, func(r Report) {
			if r.Fault != FaultCheckpoint || r.Seq != 10 {
				t.Errorf("cut off: %+v", r)
			}
		}))
		must(t, inRollbackAgainst(t, d, outside, cut+"; DELETE FROM audit_checkpoints WHERE seq > 9", func(r Report) {
			if r.Fault != FaultAnchor || r.Seq != 10 || !strings.Contains(r.Why, "kept.txt") {
				t.Errorf("cut off with its checkpoint: %+v", r)
			}
		}))
		rewrite(t, d, 6, func(e *Entry) { e.Actor = "Nobody" })
		if r := verify(t, d); r.Fault != FaultCheckpoint || r.Seq != 8 || !strings.Contains(r.Why, "written anew") {
			t.Errorf("written anew: %+v", r)
		}
		exec(t, d, "DELETE FROM audit_checkpoints WHERE seq > 5")
		if r := verify(t, d); !r.OK() {
			t.Errorf("nothing in the database tells: %+v", r)
		}
		if r, err := VerifyAgainst(t.Context(), d, outside); err != nil || r.Fault != FaultAnchor || r.Seq != 12 {
			t.Errorf("written anew with its checkpoints: %+v, %v", r, err)
		}
		exec(t, d, "DELETE FROM audit_checkpoints")
		mark(t, d, signer(t, "b"), noon)
		if r, err := VerifyAgainst(t.Context(), d, Check{Key: s.PublicKey()}); err != nil || r.Fault != FaultKey {
			t.Errorf("signed anew with another key: %+v, %v", r, err)
		}
	})
}

// Heads are read as people are told them; a checkpoint of another tracker, or
// an altered one, is none.
func TestAnchorsAreReadAsPeopleKeepThem(t *testing.T) {
	d := dbtest.SQLite(t)
	s := marked(t, d, 4, 4)
	c := newest(t, d)
	text, err := c.Text()
	must(t, err)
	known := []string{signer(t, "c").PublicKey(), s.PublicKey()}
	for name, body := range map[string]string{
		"a checkpoint":         text,
		"a backup's words":     "the audit trail is whole up to entry 8, " + c.Hash + ".\n",
		"the trail's page":     "The newest entry is entry 8. Its hash: " + strings.ToUpper(c.Hash),
		"a published file":     "tracker-publication:LS-2021-0001 trail:8:" + c.Hash,
		"a value as JSON":      `{"audit_entry": 8,` + "\n" + `"audit_head": "` + c.Hash + `"}`,
		"the same head twice":  "entry 8, " + c.Hash + " entry 8, " + c.Hash,
		"without its last end": strings.TrimSuffix(text, "\n"),
	} {
		list, err := ReadAnchors("a.txt", body, c.Origin, known)
		if err != nil || len(list) != 1 || list[0].Seq != 8 || list[0].Hash != c.Hash {
			t.Errorf("%s: %+v, %v", name, list, err)
		}
	}
	if list, err := ReadAnchors("a.txt", text+"\n"+text, c.Origin, known); err != nil || len(list) != 2 {
		t.Errorf("two checkpoints in a file: %+v, %v", list, err)
	}
	for name, body := range map[string]string{
		"altered":    strings.Replace(text, "\n8\n", "\n7\n", 1),
		"no end":     text[:len(text)-60],
		"cut off":    strings.Join(strings.SplitAfter(text, "\n")[:3], ""),
		"other's":    strings.ReplaceAll(text, c.Origin, originBegins+"0011223344556677"),
		"half a key": strings.Replace(text, "— ", "- ", 1),
	} {
		if list, err := ReadAnchors("a.txt", body, c.Origin, known); err == nil {
			t.Errorf("%s: %+v", name, list)
		}
	}
	if list, err := ReadAnchors("a.txt", "entry 8 and nothing", c.Origin, known); err != nil || len(list) != 0 {
		t.Errorf("nothing: %+v, %v", list, err)
	}
}

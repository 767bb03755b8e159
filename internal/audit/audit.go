// Package audit keeps the trail of who did what: a chain of entries in which
// each holds the hash of the one before, so that a change to any of them is
// seen. An entry is written in the transaction of the change that it records.
package audit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// Who names the person behind an entry as they were at that moment: later
// changes of post or institution do not rewrite it.
type Who struct {
	ID          int64  // 0 for the command line
	Post        string // the post held, never a person's name
	Role        string
	Institution string // code
	Request     string // id of the web request, empty on the command line
}

// Outcome says whether the action took place.
type Outcome string

// The two outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
)

// Change is one field of an object before and after. Free marks text that a
// person typed: the chain holds a salted hash of it, and the text itself lies
// beside the chain where it can be purged.
type Change struct {
	Field    string
	Old, New string
	Free     bool
}

// Event is what an entry records. Object is a kind and a reference, such as
// "commitment NSF 3.1.1" or "update 12". No two free changes of an event have
// the same field.
type Event struct {
	Who     Who
	Action  string // a verb phrase in the glossary's words, such as "update.approve"
	Object  string
	Outcome Outcome // empty means Done
	Changes []Change
}

// Entry is a row of the chain.
type Entry struct {
	Seq         int64 `gorm:"primaryKey"`
	At          time.Time
	ActorID     int64
	Actor       string
	Role        string
	Institution string
	Request     string
	Action      string
	Object      string
	Outcome     string
	Details     string // JSON list of {field, old, new} or, for free text, {field, sha256}
	PrevHash    string
	Hash        string
}

// TableName is the chain's table.
func (Entry) TableName() string { return "audit_entries" }

// Text is a free text of an entry, purged when its value is empty.
type Text struct {
	Seq   int64 `gorm:"primaryKey"`
	Field string
	Salt  string
	Value string
}

// TableName is the table of free texts.
func (Text) TableName() string { return "audit_texts" }

type detail struct {
	Field  string `json:"field"`
	Old    string `json:"old,omitempty"`
	New    string `json:"new,omitempty"`
	SHA256 string `json:"sha256,omitempty"` // of salt and text, for free text
}

// Append adds an entry to the chain. Call it last in the writing transaction:
// it locks the chain's head until the transaction ends.
func Append(tx *gorm.DB, at time.Time, ev Event) error { return AppendAll(tx, at, []Event{ev}) }

// batch is how many rows one statement writes.
const batch = 500

// AppendAll adds an entry for each of the events, in their order, with a few
// statements for all of them. No events lock nothing.
func AppendAll(tx *gorm.DB, at time.Time, events []Event) error {
	if len(events) == 0 {
		return nil
	}
	// The update takes the head's lock on both engines before it is read.
	if err := tx.Exec("UPDATE audit_head SET seq = seq + ? WHERE id = 1", len(events)).Error; err != nil {
		return fmt.Errorf("audit: lock the head: %w", err)
	}
	var last head
	if err := tx.Raw("SELECT seq, hash FROM audit_head WHERE id = 1").Scan(&last).Error; err != nil {
		return err
	}
	seq, prev := last.Seq-int64(len(events)), last.Hash
	entries := make([]Entry, len(events))
	var texts []Text
	for i, ev := range events {
		details, free, err := describe(ev.Changes)
		if err != nil {
			return err
		}
		seq++
		entries[i] = ev.entry(seq, at, details, prev)
		prev = entries[i].Hash
		for j := range free {
			free[j].Seq = seq
		}
		texts = append(texts, free...)
	}
	for some := range slices.Chunk(entries, batch) {
		if err := tx.Create(&some).Error; err != nil {
			return fmt.Errorf("audit: append: %w", err)
		}
	}
	for some := range slices.Chunk(texts, batch) {
		if err := tx.Create(&some).Error; err != nil {
			return err
		}
	}
	return tx.Exec("UPDATE audit_head SET hash = ? WHERE id = 1", prev).Error
}

// entry is the row of an event, with its hash.
func (ev Event) entry(seq int64, at time.Time, details, prev string) Entry {
	outcome := ev.Outcome
	if outcome == "" {
		outcome = Done
	}
	e := Entry{Seq: seq, At: at.UTC().Truncate(time.Microsecond), ActorID: ev.Who.ID, Actor: ev.Who.Post, Role: ev.Who.Role,
		Institution: ev.Who.Institution, Request: ev.Who.Request, Action: ev.Action, Object: ev.Object,
		Outcome: string(outcome), Details: details, PrevHash: prev}
	e.Hash = e.computeHash()
	return e
}

// describe writes changes as canonical JSON and sets free texts apart. A
// change that changes nothing is left out.
func describe(changes []Change) (string, []Text, error) {
	list := []detail{}
	var texts []Text
	for _, c := range changes {
		if c.Old == c.New {
			continue
		}
		if !c.Free {
			list = append(list, detail{Field: c.Field, Old: c.Old, New: c.New})
			continue
		}
		salt := make([]byte, 16)
		if _, err := rand.Read(salt); err != nil {
			return "", nil, err
		}
		t := Text{Field: c.Field, Salt: hex.EncodeToString(salt), Value: c.New}
		texts = append(texts, t)
		list = append(list, detail{Field: c.Field, SHA256: t.commitment()})
	}
	b, err := json.Marshal(list)
	return string(b), texts, err
}

// commitment is the salted hash that the chain holds in the text's place.
func (t Text) commitment() string {
	sum := sha256.Sum256(put(put(nil, t.Salt), t.Value))
	return hex.EncodeToString(sum[:])
}

// timeFormat is how the hash of an entry writes its instant.
const timeFormat = time.RFC3339Nano

// computeHash is the hash of an entry.
func (e Entry) computeHash() string {
	var sum [2 * sha256.Size]byte
	e.hashInto(nil, &sum)
	return string(sum[:])
}

// put adds a text to what is hashed, its length before it.
func put(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint64(b, uint64(len(s))), s...)
}

package audit

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/keys"
)

// Checkpoint is the chain's head at a moment, signed with a key that the
// database does not hold. Whoever keeps one outside can say later whether the
// chain still holds that entry.
type Checkpoint struct {
	Seq       int64 `gorm:"primaryKey"` // how many entries the chain had
	Hash      string
	At        time.Time
	Origin    string // names the instance: made with its first checkpoint
	PublicKey string // Ed25519, hexadecimal
	Signature string // hexadecimal
}

// TableName is the table of checkpoints.
func (Checkpoint) TableName() string { return "audit_checkpoints" }

// originBegins begins the origin of every instance.
const originBegins = "action-plan-tracker/"

// body is what is signed, a checkpoint in the manner of C2SP tlog-checkpoint:
// origin, size, hash and, in a line of its own, the time. The hash is that of
// a chain, no root of a tree, and stands in hexadecimal digits as publications
// print it.
func (c Checkpoint) body() string {
	return fmt.Sprintf("%s\n%d\n%s\ntime %s\n", c.Origin, c.Seq, c.Hash, c.At.UTC().Format(time.RFC3339Nano))
}

// Text is the checkpoint as a signed note (C2SP signed-note), to be printed,
// mailed, copied and checked by others.
func (c Checkpoint) Text() (string, error) {
	key, err := hex.DecodeString(c.PublicKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return "", errors.New("audit: the checkpoint's key cannot be read")
	}
	text, err := note.Sign(&note.Note{Text: c.body()}, told{c, key})
	return string(text), err
}

// VerifierKey is a public key as programs that check signed notes take it.
func VerifierKey(origin, publicKey string) (string, error) {
	key, err := hex.DecodeString(publicKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return "", errors.New("audit: a public key has 64 hexadecimal digits")
	}
	return note.NewEd25519VerifierKey(origin, key)
}

// told signs a note with the signature that a checkpoint has already.
type told struct {
	c   Checkpoint
	key ed25519.PublicKey
}

// Name is the name that the note is signed with.
func (t told) Name() string { return t.c.Origin }

// KeyHash is the short name of the key in the note.
func (t told) KeyHash() uint32 {
	vkey, err := note.NewEd25519VerifierKey(t.c.Origin, t.key)
	if err != nil {
		return 0
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return 0
	}
	return v.KeyHash()
}

// Sign gives the signature.
func (t told) Sign([]byte) ([]byte, error) { return hex.DecodeString(t.c.Signature) }

// signed says whether the checkpoint is what its own key signed.
func (c Checkpoint) signed() bool {
	key, err := hex.DecodeString(c.PublicKey)
	signature, err2 := hex.DecodeString(c.Signature)
	return err == nil && err2 == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, []byte(c.body()), signature)
}

// Signer signs checkpoints. The zero Signer signs nothing.
type Signer struct{ key ed25519.PrivateKey }

// SignerOf is the signer of a secret, the zero Signer where there is none.
func SignerOf(r keys.Ring) Signer {
	if !r.Given() {
		return Signer{}
	}
	return Signer{r.Signer("audit checkpoint")}
}

// Given says whether there is a key.
func (s Signer) Given() bool { return s.key != nil }

// PublicKey is the key that others check with, in hexadecimal digits; empty
// where there is none.
func (s Signer) PublicKey() string {
	if !s.Given() {
		return ""
	}
	return hex.EncodeToString(s.key.Public().(ed25519.PublicKey))
}

// ErrOtherKey says that the newest checkpoint was signed with another key.
var ErrOtherKey = errors.New("audit: the newest checkpoint was signed with another key than the one in use")

// Check refuses a key that is another one than the newest checkpoint's.
func (s Signer) Check(tx *gorm.DB) error {
	newest, err := Newest(tx)
	if err == nil && newest.Seq > 0 && s.Given() && newest.PublicKey != s.PublicKey() {
		err = ErrOtherKey
	}
	return err
}

// Newest is the newest checkpoint; its number is 0 where there is none.
func Newest(tx *gorm.DB) (c Checkpoint, err error) {
	err = tx.Raw("SELECT * FROM audit_checkpoints ORDER BY seq DESC LIMIT 1").Scan(&c).Error
	return c, err
}

// Mark signs the head as it stands in this transaction, after everything that
// was appended. Without a key it does nothing, nor where the newest checkpoint
// is of this head already.
func (s Signer) Mark(tx *gorm.DB, at time.Time) error {
	if !s.Given() {
		return nil
	}
	if err := s.Check(tx); err != nil {
		return err
	}
	return s.mark(tx, at)
}

// Agrees is Check in a snapshot of its own.
func (s Signer) Agrees(ctx context.Context, d *db.DB) error { return d.Read(ctx, s.Check) }

// MarkNow signs the head as it stands and gives the newest checkpoint; without
// a key that is an older one, or the empty one.
func (s Signer) MarkNow(ctx context.Context, d *db.DB, at time.Time) (c Checkpoint, err error) {
	if s.Given() {
		if err := d.Write(ctx, func(tx *gorm.DB) error { return s.Mark(tx, at) }); err != nil {
			return c, err
		}
	}
	err = d.Read(ctx, func(tx *gorm.DB) (err error) { c, err = Newest(tx); return err })
	return c, err
}

func (s Signer) mark(tx *gorm.DB, at time.Time) error {
	// The head's lock: no two processes sign one head.
	if err := tx.Exec("UPDATE audit_head SET seq = seq WHERE id = 1").Error; err != nil {
		return err
	}
	newest, err := Newest(tx)
	if err != nil {
		return err
	}
	seq, hash, err := Head(tx)
	if err != nil || seq <= newest.Seq {
		return err
	}
	c := Checkpoint{Seq: seq, Hash: hash, At: at.UTC().Truncate(time.Microsecond), Origin: newest.Origin, PublicKey: s.PublicKey()}
	if c.Origin == "" {
		id := make([]byte, 8)
		rand.Read(id) //nolint:errcheck // never fails
		c.Origin = originBegins + hex.EncodeToString(id)
	}
	c.Signature = s.sign(c)
	return tx.Create(&c).Error
}

func (s Signer) sign(c Checkpoint) string {
	return hex.EncodeToString(ed25519.Sign(s.key, []byte(c.body())))
}

// Every is how old the newest checkpoint is before the server signs another.
const Every = time.Hour

// MarkDue signs the head where entries were added since the newest checkpoint
// and that one is an hour old, whichever way the clock went since. Of several
// servers one does. It says whether it was this one.
func (s Signer) MarkDue(ctx context.Context, d *db.DB, at time.Time) (made bool, err error) {
	due := func(tx *gorm.DB) (bool, error) {
		newest, err := Newest(tx)
		if err != nil || newest.Seq > 0 && at.Sub(newest.At).Abs() < Every {
			return false, err
		}
		seq, _, err := Head(tx)
		return seq > newest.Seq, err
	}
	if !s.Given() {
		return false, nil
	}
	err = d.Read(ctx, func(tx *gorm.DB) (err error) { made, err = due(tx); return err })
	if err != nil || !made {
		return false, err
	}
	err = d.Write(ctx, func(tx *gorm.DB) (err error) {
		// The head's lock first: what another server signed meanwhile is seen.
		if err := tx.Exec("UPDATE audit_head SET seq = seq WHERE id = 1").Error; err != nil {
			return err
		}
		if made, err = due(tx); err != nil || !made {
			return err
		}
		return s.Mark(tx, at)
	})
	return made && err == nil, err
}

// ErrSameKey says that the key in use is the newest checkpoint's, or that
// nothing was signed yet.
var ErrSameKey = errors.New("audit: the key in use is the one that signed last: there is nothing to change")

// NewKey goes on with another key: an entry names the old and the new public
// key, and a checkpoint of that entry is signed with the new one.
func (s Signer) NewKey(ctx context.Context, d *db.DB, at time.Time, who Who) error {
	return d.Write(ctx, func(tx *gorm.DB) error {
		newest, err := Newest(tx)
		if err != nil {
			return err
		}
		if newest.Seq == 0 || newest.PublicKey == s.PublicKey() {
			return ErrSameKey
		}
		if err := Append(tx, at, Event{Who: who, Action: ActionNewKey, Object: "audit trail", Changes: []Change{{Field: "public_key", Old: newest.PublicKey, New: s.PublicKey()}}}); err != nil {
			return err
		}
		return s.mark(tx, at)
	})
}

// ActionNewKey is the action of an entry from which on another key signs.
const ActionNewKey = "trail.new_key"

// parse reads the body of a checkpoint.
func parse(body string) (c Checkpoint, ok bool) {
	lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
	if len(lines) < 3 || !strings.HasPrefix(lines[0], originBegins) || !isHash(lines[2]) {
		return c, false
	}
	seq, err := strconv.ParseInt(lines[1], 10, 64)
	return Checkpoint{Origin: lines[0], Seq: seq, Hash: lines[2]}, err == nil && seq > 0
}

// isHash says whether a text is a hash as the chain writes it.
func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && s == strings.ToLower(s)
}

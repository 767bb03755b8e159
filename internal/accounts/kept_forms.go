package accounts

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	"gorm.io/gorm"

	"tracker/internal/keys"
	"tracker/internal/problem"
)

// The bounds of forms that were sent after their session had ended. An ended
// session says for so long whose they are, and opens nothing.
const (
	FormKept  = 24 * time.Hour
	formsKept = 5 // of one person; the oldest make room
)

// sealedForm is the purpose for which forms are sealed, each with a secret of
// its own.
const sealedForm = "form kept after its session"

// KeptForm is a form as it was sent.
type KeptForm struct {
	Path   string     `json:"path"`
	Fields url.Values `json:"fields"`
	At     time.Time  `json:"-"` // of the system's clock
}

// keptForm is its row: without the browser's secret nobody reads it, whoever
// holds the database.
type keptForm struct {
	SecretHash string `gorm:"primaryKey"`
	PersonID   int64
	Sealed     []byte
	CreatedAt  time.Time
}

// TableName is the table of kept forms.
func (keptForm) TableName() string { return "kept_forms" }

// KeepForm keeps what was typed for the person whose session has ended since,
// and gives the secret that opens it. A session that was ended by hand, or too
// long ago, is NotFound: then nobody knows whose form it is.
func (s *Store) KeepForm(ctx context.Context, session string, form KeptForm) (string, error) {
	if !isToken(session) {
		return "", problem.New(problem.NotFound, "session.ended")
	}
	secret, now := newToken(), s.now()
	text, err := json.Marshal(form)
	if err != nil {
		return "", err
	}
	sealed := keys.Of(secret).Seal(sealedForm, "", text)
	return secret, s.db.Write(ctx, func(tx *gorm.DB) error {
		var people []int64
		if err := tx.Raw("SELECT s.person_id FROM sessions s JOIN people p ON p.id = s.person_id WHERE s.token_hash = ? AND p.disabled_at IS NULL", hashToken(session)).Scan(&people).Error; err != nil {
			return err
		}
		if len(people) == 0 {
			return problem.New(problem.NotFound, "session.ended")
		}
		if err := tx.Create(&keptForm{hashToken(secret), people[0], sealed, now}).Error; err != nil {
			return err
		}
		return tx.Exec(`DELETE FROM kept_forms WHERE person_id = ? AND secret_hash NOT IN
			(SELECT secret_hash FROM kept_forms WHERE person_id = ? ORDER BY created_at DESC, secret_hash LIMIT ?)`, people[0], people[0], formsKept).Error
	})
}

// KeptForm is the form that a secret opens, for the person who sent it; to
// everybody else, and after FormKept, it is NotFound.
func (s *Store) KeptForm(ctx context.Context, actor Actor, secret string) (form KeptForm, err error) {
	var rows []keptForm
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Where("secret_hash = ? AND person_id = ? AND created_at > ?", hashToken(secret), actor.PersonID, s.now().Add(-FormKept)).Find(&rows).Error
	})
	if err != nil {
		return form, err
	}
	if len(rows) == 0 {
		return form, problem.Missing()
	}
	text, err := keys.Of(secret).Open(sealedForm, "", rows[0].Sealed)
	if err != nil {
		return form, err
	}
	form.At = rows[0].CreatedAt
	return form, json.Unmarshal(text, &form)
}

// ForgetForm deletes the form that a secret opens, for the person who sent it.
func (s *Store) ForgetForm(ctx context.Context, actor Actor, key, secret string) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		return "", tx.Where("secret_hash = ? AND person_id = ?", hashToken(secret), actor.PersonID).Delete(&keptForm{}).Error
	})
	return err
}

package db

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

// ErrRepeated says that the same form was posted before: its effect stands,
// and Once has filled in where the first post led.
var ErrRepeated = errors.New("db: this form was posted before")

// Once gives a repeated post one effect. Call it first in the writing
// transaction with the key that the form carries; run does the work and
// returns where it led (an address). A second post with the key of the same
// actor does nothing and gets the first one's answer with ErrRepeated. A post
// without a key is refused as Invalid, since it could not be told from its
// repetition.
func Once(tx *gorm.DB, actorID int64, key string, run func(tx *gorm.DB) (string, error)) (string, error) {
	if len(key) < 16 || len(key) > 64 {
		return "", problem.New(problem.Invalid, "problem.no_key")
	}
	taken := tx.Exec("INSERT INTO once_keys (actor_id, key, created_at, result) VALUES (?, ?, ?, '') ON CONFLICT DO NOTHING",
		actorID, key, time.Now().UTC())
	if taken.Error != nil {
		return "", taken.Error
	}
	if taken.RowsAffected == 0 {
		var first string
		err := tx.Raw("SELECT result FROM once_keys WHERE actor_id = ? AND key = ?", actorID, key).Scan(&first).Error
		return first, errors.Join(err, ErrRepeated)
	}
	result, err := run(tx)
	if err != nil {
		return "", err
	}
	return result, tx.Exec("UPDATE once_keys SET result = ? WHERE actor_id = ? AND key = ?", result, actorID, key).Error
}

// WriteOnce is Write with Once: it runs run in the writing transaction, and
// treats a repeated post as the success that the first one was, returning
// where that one led.
func (d *DB) WriteOnce(ctx context.Context, actorID int64, key string, run func(tx *gorm.DB) (string, error)) (string, error) {
	var result string
	err := d.Write(ctx, func(tx *gorm.DB) error {
		var err error
		result, err = Once(tx, actorID, key, run)
		return err
	})
	if errors.Is(err, ErrRepeated) {
		return result, nil
	}
	return result, err
}

// Posted says whether a form of the actor's with this key took effect: for
// work that has to be done before the writing transaction begins.
func (d *DB) Posted(ctx context.Context, actorID int64, key string) (bool, error) {
	var n int64
	err := d.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw("SELECT count(*) FROM once_keys WHERE actor_id = ? AND key = ?", actorID, key).Scan(&n).Error
	})
	return n > 0, err
}

// ForgetKeys deletes the keys of forms older than age: nobody sends those again.
func (d *DB) ForgetKeys(ctx context.Context, age time.Duration) error {
	return d.Write(ctx, func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM once_keys WHERE created_at < ?", time.Now().UTC().Add(-age)).Error
	})
}

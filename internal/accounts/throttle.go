package accounts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"net/netip"
	"time"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

// Failed sign-ins within ThrottleWindow are counted for each account and for
// each address; successes are not. A browser that signed in to the account
// before has a count of its own, which strangers cannot fill, and does not
// suffer from its address.
const (
	ThrottleWindow     = 15 * time.Minute
	FailuresPerAccount = 10
	FailuresPerAddress = 200 // a ministry shares one
)

// KeyThrottled is the message key of the problem for too many failures, with
// the argument "minutes" to wait; web answers it with 429.
const KeyThrottled = "signin.throttled"

type failure struct {
	ID      int64 `gorm:"primaryKey"`
	Account string
	Address string
	Browser string
	At      time.Time
}

// TableName is the table of failed sign-ins.
func (failure) TableName() string { return "sign_in_failures" }

// accountKey stands for an address as typed: what people type into the wrong
// field is not kept.
func accountKey(email string) string {
	sum := sha256.Sum256([]byte(email))
	return hex.EncodeToString(sum[:16])
}

// addressKey is an IPv4 address, or the /64 network of an IPv6 one, which one
// household or machine owns as a whole.
func addressKey(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return shorten(address, 64)
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}

// begin counts an attempt as failed before its password is looked at, in a
// transaction of its own: parallel attempts cannot slip past the limit, and a
// rollback later cannot erase it. Success takes it back with forget.
func (s *Store) begin(ctx context.Context, account, address string, b browser) (failure, error) {
	f := failure{Account: account, Address: addressKey(address), At: s.now()}
	err := s.db.Write(ctx, func(tx *gorm.DB) error { return s.count(tx, &f, b) })
	return f, err
}

// count adds an attempt unless its account or its address has had too many.
func (s *Store) count(tx *gorm.DB, f *failure, b browser) error {
	// Counting and adding must be one step; on SQLite there is one writer.
	if s.db.Postgres() {
		if err := tx.Exec("SELECT pg_advisory_xact_lock(7236841)").Error; err != nil {
			return err
		}
	}
	if b.TokenHash != "" {
		var known int64
		if err := tx.Model(&browser{}).Where("token_hash = ? AND person_id = ?", b.TokenHash, b.PersonID).Count(&known).Error; err != nil {
			return err
		}
		if known > 0 {
			f.Browser = b.TokenHash
		}
	}
	since := f.At.Add(-ThrottleWindow)
	of := tx.Where("account = ? AND browser = ? AND at > ?", f.Account, f.Browser, since)
	if err := underLimit(of, FailuresPerAccount, f.At); err != nil {
		return err
	}
	if f.Browser == "" {
		if err := underLimit(tx.Where("address = ? AND at > ?", f.Address, since), FailuresPerAddress, f.At); err != nil {
			return err
		}
	}
	return tx.Create(f).Error
}

// ignoreThrottle drops the problem of too many attempts.
func ignoreThrottle(err error) error {
	var p *problem.Error
	if errors.As(err, &p) && p.Key == KeyThrottled {
		return nil
	}
	return err
}

// underLimit refuses when the failures found have reached the limit, and says
// how many minutes it takes until the oldest of them that counts is too old.
func underLimit(found *gorm.DB, limit int, now time.Time) error {
	var nth []failure
	if err := found.Order("at DESC, id DESC").Offset(limit - 1).Limit(1).Find(&nth).Error; err != nil || len(nth) == 0 {
		return err
	}
	wait := nth[0].At.Add(ThrottleWindow).Sub(now)
	return problem.New(problem.Unavailable, KeyThrottled, "minutes", max(1, int(math.Ceil(wait.Minutes()))))
}

// forget takes an attempt back that turned out right.
func (f failure) forget(tx *gorm.DB) error {
	return tx.Where("id = ?", f.ID).Delete(&failure{}).Error
}

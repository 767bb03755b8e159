package accounts

import (
	"context"
	"crypto/rand"
	_ "embed"
	"math/big"
	"strings"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"tracker/internal/audit"
)

// Credential is one line of what the demonstration prints.
type Credential struct {
	Role        Role
	Institution string // code
	Email       string
	Password    string
}

//go:embed words.txt
var passphraseWords string

// passphraseLength is how many words a passphrase has: five of at least 512
// are worth 45 bits, enough for a demonstration that only answers on loopback.
const passphraseLength = 5

// passphrase makes words of the list into a password.
func passphrase(words []string) (string, error) {
	picked := make([]string, passphraseLength)
	for {
		for i := range picked {
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(words))))
			if err != nil {
				return "", err
			}
			picked[i] = words[n.Int64()]
		}
		if p := strings.Join(picked, "-"); len(p) >= 20 {
			return p, nil
		}
	}
}

// SetDemoPasswords gives every person whom the seed marked as demo a new
// passphrase and returns them by role, in the order of Roles, and e-mail.
// What the passphrases of an earlier call opened is ended.
func (s *Store) SetDemoPasswords(ctx context.Context) ([]Credential, error) {
	var people []PersonRow
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw(personRows + " WHERE p.demo AND p.disabled_at IS NULL ORDER BY p.email").Scan(&people).Error
	})
	if err != nil {
		return nil, err
	}
	var list []Credential
	var ids []int64
	for _, role := range Roles {
		for _, p := range people {
			if p.Role == role {
				list = append(list, Credential{Role: role, Institution: p.Institution, Email: p.Email})
				ids = append(ids, p.ID)
			}
		}
	}
	hashes := make([]string, len(list))
	words := strings.Fields(passphraseWords)
	group, groupCtx := errgroup.WithContext(ctx)
	for i := range list {
		group.Go(func() (err error) {
			if list[i].Password, err = passphrase(words); err != nil {
				return err
			}
			hashes[i], err = s.hash(groupCtx, list[i].Password)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return list, s.db.Write(ctx, func(tx *gorm.DB) error {
		for i, id := range ids {
			if err := setPassword(tx, id, list[i].Email, hashes[i], ""); err != nil {
				return err
			}
			ev := event(CommandLine(), "password.change", personObject(id))
			if err := audit.Append(tx, s.clock.Now(), ev); err != nil {
				return err
			}
		}
		return nil
	})
}

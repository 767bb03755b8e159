package accounts

import (
	"context"

	"github.com/alexedwards/argon2id"

	"tracker/internal/problem"
)

// slot waits for a place to hash in and returns what frees it.
func (s *Store) slot(ctx context.Context) (func(), error) {
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	case <-ctx.Done():
		return nil, problem.New(problem.Unavailable, "problem.unavailable")
	}
}

// hash makes the hash of a password that passed CheckPassword. Call it
// outside every transaction.
func (s *Store) hash(ctx context.Context, password string) (string, error) {
	free, err := s.slot(ctx)
	if err != nil {
		return "", err
	}
	defer free()
	return argon2id.CreateHash(password, &s.params)
}

// matches holds a password against a hash and says, when it is right, whether
// it should be hashed anew because the parameters changed. The caller holds a
// slot. Without a hash, as much time passes all the same.
func (s *Store) matches(password, hash string) (ok, rehash bool, err error) {
	known := hash != ""
	if !known {
		hash = s.dummy
	}
	ok, params, err := argon2id.CheckHash(password, hash)
	if err != nil {
		return false, false, err
	}
	return ok && known, ok && *params != s.params, nil
}

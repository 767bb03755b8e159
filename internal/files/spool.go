package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// What can be wrong with what comes in.
var (
	ErrTooLarge = errors.New("files: larger than it may be")
	ErrEmpty    = errors.New("files: empty")
	ErrCut      = errors.New("files: it did not come whole")
)

// Spooled is a file on the disk that has no name any more: slow senders hold
// no memory, and nothing is left of it when it is closed or the program ends.
type Spooled struct {
	*os.File
	Size   int64
	SHA256 string // in hexadecimal
}

// temporary begins the name that a file has for a moment.
const temporary = "tracker-file-"

// Sweep takes away what a program left that was killed in that moment. Files
// that others are spooling just now lose nothing by it.
func Sweep() error {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), temporary+"*"))
	for _, name := range left {
		if e := os.Remove(name); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// Spool writes what comes in to a file without a name, and stands at its
// beginning again. It takes so many bytes at most.
func Spool(in io.Reader, most int64) (*Spooled, error) {
	f, err := os.CreateTemp("", temporary+"*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) { // swept already
		return nil, errors.Join(err, f.Close())
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), &sender{in: io.LimitReader(in, most+1)})
	switch {
	case n > most:
		err = ErrTooLarge
	case err == nil && n == 0:
		err = ErrEmpty
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Spooled{File: f, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

// sender tells what went wrong with who sends from what is wrong with the disk.
type sender struct{ in io.Reader }

func (s *sender) Read(b []byte) (int, error) {
	n, err := s.in.Read(b)
	if err != nil && err != io.EOF {
		err = errors.Join(ErrCut, err)
	}
	return n, err
}

package accounts

import (
	"gorm.io/gorm"
)

// Way says by which first factor somebody comes in.
type Way string

// arrival is somebody whose first factor was right.
type arrival struct {
	PersonID int64
	Way      Way
	Proved   bool
	Identity *int64
	Browser  string
	Session  string
	Device   string
	Request  string
}

func (s *Store) admit(tx *gorm.DB, a arrival) (SignedIn, error) {
	return s.open(tx, a.PersonID, a.Browser, session{Device: a.Device, IdentityID: a.Identity}, a.Session, a.Request, "sign_in")
}
